"""The listing of an organisation's activities, on activities.esn.org."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

from scrapy.http import TextResponse
from w3lib.url import safe_url_string

from esn_pulse.exceptions import DriftError, PageError
from esn_pulse.pages.addresses import activity_slug
from esn_pulse.pages.markup import Element, absolute, find, slug_on_site, texts
from esn_pulse.pages.shell import has_mount_point
from esn_pulse.text import clean_text

_CARD = "article.activities-mini-preview"
_MOST_CARDS = 1000  # a page has ten; all that it shows would be asked for
# To an activity, and not from a menu, a side bar or the footer.
_LOOSE_LINK = (
    '//a[contains(@href, "/activity/")][not(ancestor::nav or ancestor::aside or ancestor::footer)]'
)
_PARTS = (".eg-c-card-title", ".act-date", ".act-location-city", ".act-location-rest")
_LONGEST = 1000  # characters; a card has some 100
_DAY = re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b", re.ASCII)


@dataclass(frozen=True)
class Card:
    """An activity as a listing shows it.

    :ivar shown: its title, dates and place, as one text: when it is another one than before, the
        activity's own page has changed, too.
    :ivar begins: the first day, None when the card names none that can be read.
    """

    event_slug: str
    url: str
    shown: str
    begins: date | None


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


def listed_activities(page: TextResponse, *, had_some: bool = False) -> list[Card]:
    """Read the cards of a listing page, one an activity, in page order.

    :param had_some: whether the listing is known to have shown activities before.
    :raises DriftError: when it shows none although it must have some; a section without any
        activity has a single page without any, but with the links that all pages have.
    :raises PageError: when it shows far too many.
    """
    cards = find([page.selector.root], _CARD)
    if len(cards) > _MOST_CARDS:
        raise PageError(f"the listing shows {len(cards)} activities on one page")
    if not cards and (
        last_listing_page(page)
        or (had_some and page.xpath(_LOOSE_LINK))
        or has_mount_point(page)
        or not page.css("a[href]")
    ):
        raise DriftError("there is no card of an activity")
    listed: dict[str, Card] = {}
    for card in cards:
        parts = [" ".join(texts(find([card], part))) for part in _PARTS]
        for address in _addresses(card, page):
            slug = activity_slug(address) or ""
            shown = " | ".join(parts)[:_LONGEST]
            listed.setdefault(slug, Card(slug, address, shown, _first_day(parts[1])))
    if cards and not listed:
        raise DriftError("no card has a link to an activity")
    return list(listed.values())


def _addresses(card: Element, page: TextResponse) -> list[str]:
    anchors = find([card], '.eg-c-card-title a[href*="/activity/"]') or find(
        [card], 'a[href*="/activity/"]'
    )
    found = [absolute(clean_text(anchor.get("href")), page) for anchor in anchors]
    # In the form in which they are asked for, and recorded should they fail.
    return [
        safe_url_string(a.partition("#")[0]) for a in found if slug_on_site(a, "activity", page)
    ]


def _first_day(shown: str) -> date | None:
    found = _DAY.search(shown)
    try:
        return datetime.strptime(found[0], "%d/%m/%Y").date() if found else None  # noqa: DTZ007
    except ValueError:
        return None
