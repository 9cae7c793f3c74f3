"""The listings of activities.esn.org: what stands where (an activity: ``activity.py``)."""

from itertools import chain
from urllib.parse import parse_qs, urlsplit

from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError, PageError
from esn_pulse.pages.markup import absolute, slug_in, slug_on_site
from esn_pulse.pages.shell import has_mount_point

_MOST_CARDS = 1000  # a page has ten; all that it shows would be asked for
_CARD = "article.activities-mini-preview"
# To an activity, and not from a menu, a side bar or the footer.
_LOOSE_LINK = (
    '//a[contains(@href, "/activity/")][not(ancestor::nav or ancestor::aside or ancestor::footer)]'
)


def organisation_slug(address: str) -> str | None:
    """Take the alias out of an organisation's address, None when it is no such address."""
    return slug_in(address, "organisation")


def last_listing_page(page: TextResponse) -> int:
    """Read the number (from 0) of the last listing page off the pager; 0 without a pager."""
    pager = page.css("nav.pager")
    anchors = pager.css('a[title="Go to last page"]') or pager.css('a[href*="page="]')
    return max((_page_number(a.attrib.get("href", "")) for a in anchors), default=0)


def _page_number(address: str) -> int:
    try:
        numbers = parse_qs(urlsplit(address).query).get("page", ["0"])
    except ValueError:
        return 0
    number = numbers[-1].rpartition(",")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def listed_activities(page: TextResponse, *, had_some: bool = False) -> list[str]:
    """Read the addresses of the activities off a listing page, each once, in page order.

    :param had_some: whether the listing is known to have shown activities before.
    :raises DriftError: when it shows none although it must have some; a section without any
        activity has a single page without any, but with the links that all pages have.
    :raises PageError: when it shows far too many.
    """
    cards = page.css(_CARD)
    if len(cards) > _MOST_CARDS:
        raise PageError(f"the listing shows {len(cards)} activities on one page")
    if not cards and (
        last_listing_page(page)
        or (had_some and page.xpath(_LOOSE_LINK))
        or has_mount_point(page)
        or not page.css("a[href]")
    ):
        raise DriftError("there is no card of an activity")
    anchors = chain.from_iterable(
        card.css('.eg-c-card-title a[href*="/activity/"]') or card.css('a[href*="/activity/"]')
        for card in cards
    )
    addresses = [absolute(anchor.attrib["href"], page) for anchor in anchors]
    found = [a.partition("#")[0] for a in addresses if slug_on_site(a, "activity", page)]
    if cards and not found:
        raise DriftError("no card has a link to an activity")
    return list(dict.fromkeys(found))


def activity_slug(address: str) -> str | None:
    """Take the event slug out of an activity's address, None when it is no such address."""
    return slug_in(address, "activity")
