"""The listing of an organisation's activities, on activities.esn.org."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

from scrapy.http import TextResponse
from w3lib.url import safe_url_string

from esn_pulse.exceptions import DriftError, PageError
from esn_pulse.pages.addresses import activity_slug, slug_on_site
from esn_pulse.pages.days import days_in
from esn_pulse.pages.markup import (
    Element,
    absolute,
    classes,
    find,
    find_xpath,
    has_class,
    texts,
)
from esn_pulse.pages.organisations import names_by_alias
from esn_pulse.pages.proof.javascript import has_mount_point
from esn_pulse.rules.text import clean_text

_MOST_CARDS = 1000  # a page has ten; all that it shows would be asked for
_CARD = "activities-mini-preview"
# Not in a menu, a side bar or the footer.
_IN_LISTING = "[not(ancestor::nav or ancestor::aside or ancestor::footer)]"
_CARDS = f".//article[{has_class(_CARD)}]{_IN_LISTING}"
_LOOSE_LINK = f'//a[contains(@href, "/activity/")]{_IN_LISTING}'
_PAGER = (
    f".//nav[{has_class('pager')}][not(ancestor::aside or ancestor::footer or ancestor::article)]"
)
_LINK = 'a[href*="/activity/"]'
_PARTS = (".eg-c-card-title", ".act-date", ".act-location-city", ".act-location-rest")
_LONGEST = 1000  # characters; a card has some 100


@dataclass(frozen=True)
class Card:
    """An activity as a listing shows it.

    :ivar shown: its title, dates and place, as one text: when it is another one than before, the
        activity's own page has changed, too.
    :ivar begins: the first day, None when the card names none that can be read.
    :ivar organisers: the names that it shows of its organisers, by their aliases.
    """

    event_slug: str
    url: str
    shown: str
    begins: date | None
    organisers: Mapping[str, str] = field(default_factory=dict)


def last_listing_page(page: TextResponse) -> int:
    """Read the number (from 0) of the last listing page off the pager; 0 without a pager."""
    pager = find_xpath([page.selector.root], _PAGER)
    anchors = find(pager, 'a[title="Go to last page"]') or find(pager, 'a[href*="page="]')
    return max((_page_number(a.get("href", "")) for a in anchors), default=0)


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
    cards = find_xpath([page.selector.root], _CARDS)
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
        slug, address = _link(card, page)
        if slug:
            parts = [" ".join(texts(_parts(card, part))) for part in _PARTS]
            shown = " | ".join(parts)[:_LONGEST]
            organisers = names_by_alias(_parts(card, 'a[href*="/organisation/"]'))
            listed.setdefault(slug, Card(slug, address, shown, _first_day(card), organisers))
    if cards and not listed:
        raise DriftError("no card has a link to an activity")
    return list(listed.values())


def _parts(card: Element, selector: str) -> list[Element]:
    """Return what a CSS selector matches in a card, and not in one that lies inside of it."""
    return [one for one in find([card], selector) if _card_of(one) is card]


def _card_of(element: Element) -> Element | None:
    return next((card for card in element.iterancestors() if _CARD in classes(card)), None)


def _link(card: Element, page: TextResponse) -> tuple[str, str]:
    """Return a card's activity: its slug and address, '' when the links don't tell which it is.

    Those of the title do; otherwise all must lead to the same one.
    """
    anchors = _parts(card, f".eg-c-card-title {_LINK}") or _parts(card, _LINK)
    found: dict[str, str] = {}
    for anchor in anchors:
        address = absolute(clean_text(anchor.get("href")), page).partition("#")[0]
        if slug_on_site(address, "activity", page):
            # In the form in which it is asked for, and recorded should it fail.
            url = safe_url_string(address)
            found.setdefault(activity_slug(url) or "", url)
    return next(iter(found.items())) if len(found) == 1 else ("", "")


def _first_day(card: Element) -> date | None:
    """Return the first day, None when it can't be read, whether or not the last one can."""
    shown = texts(_parts(card, ".act-date time") or _parts(card, ".act-date"))
    days = days_in(shown[0]) if shown else []
    try:
        return datetime.strptime(days[0], "%d/%m/%Y").date() if days else None  # noqa: DTZ007
    except ValueError:
        return None
