"""Whose page it is: the signs that tie a page to what was asked for.

No sign is on every page, and each may be gone tomorrow. So they are weighed: one that is missing
says nothing, and a page is another's only when a sign says so and none says that it is ours.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

from scrapy.http import TextResponse

from esn_pulse.pages.accounts import LOGO_CODE, Location
from esn_pulse.pages.addresses import KINDS, slug_in
from esn_pulse.pages.markup import find_xpath, has_class
from esn_pulse.pages.proof.naming import Sign, by_heading, by_name, by_title, in_head

_PARTS_OF_ORGANISATION = {"activities", "statistics"}
# What the site calls its inner address of a page.
_INNER_ADDRESS = re.compile(r'"currentPath"\s*:\s*"([^"]*)"')
_YEAR = re.compile(r"20[0-3]\d", re.ASCII)
_NODE = re.compile(r"/node/(\d+)/?$", re.ASCII)
_NUMBER = re.compile(r"-(\d+)$", re.ASCII)

# Tabs and pagers are menus of the page itself, others are the site's.
_NOT_OF_SITE = (
    "not(ancestor::nav[not(contains(@class, 'tabs') or contains(@class, 'pager'))]"
    " or ancestor::aside or ancestor::header or ancestor::footer)"
)
# What only pages of a kind show.
_OF_ACTIVITY = ("contains(@class, 'activity--full')",)
_OF_START_OR_COUNTRY = tuple(map(has_class, ("num_sections_country", "country-list-row")))
_OF_SECTION = tuple(
    map(
        has_class,
        (
            "geolocation-location",
            *(f"field--name-field-{name}" for name in ("city", "address", "university-name")),
        ),
    )
)
_LOGOS = './/img[contains(@src, "/logos/")]'
_OWN_LOGO = f"self::*[ancestor::*[{has_class('group__field-pseudo-group-logo')}]]"
_PLACES = ".//*[@data-lat and @data-lng]"
_COUNTRY_CODE = re.compile("([a-z]{2})-", re.IGNORECASE)

_AS_FAR = 0.0002  # degrees, some 20 metres


class Tie(Enum):
    """Whose page a page is, as far as its signs tell."""

    OURS = "ours"
    OTHERS = "others"
    NONE = "none"


@dataclass(frozen=True)
class SectionSigns:
    """What each sign says of whether a page is a section's."""

    address: Sign
    logo: Sign
    place: Sign
    name: Sign
    country: Sign

    @property
    def has_identity(self) -> bool:
        """Whether a sign ties the page to the section, whatever name it shows."""
        return True in (self.address, self.logo, self.place)

    @property
    def tie(self) -> Tie:
        """All of them, weighed: a name, a place or a country alone never makes it another's."""
        if self.has_identity or self.name:
            return Tie.OURS
        weak = (self.name, self.place, self.country)
        if False in (self.address, self.logo) or weak.count(False) > 1:
            return Tie.OTHERS
        return Tie.OURS if self.country and self.name is None else Tie.NONE


def of_organisation(page: TextResponse, alias: str, name: str | None = None) -> Tie:
    """Tell whether statistics or a listing are an organisation's.

    :param alias: under which it was asked for; that of the page's address counts, too.
    :param name: of the organisation, as far as it is known.
    """
    if _shows(page, *_OF_ACTIVITY, *_OF_START_OR_COUNTRY, *_OF_SECTION):
        return Tie.OTHERS
    ours = {alias.casefold(), (slug_in(page.url, "organisation") or alias).casefold()}
    return _weigh(
        [
            *_by_address(page, "organisation", ours),
            _by_tabs(page, ours),
            by_heading(page, ours, name),
        ]
    )


def of_activity(
    page: TextResponse, slugs: Collection[str], title: str | None, organisers: Collection[str]
) -> Tie:
    """Tell whether a page is an activity's.

    :param slugs: the event slugs by which it is known; that of the page's address counts, too.
    :param title: as the card of a listing shows it, None when it was not met on one.
    :param organisers: the aliases of the organisations whose listings show it.
    """
    ours = {*slugs, slug_in(page.url, "activity") or ""} - {""}
    by_address = _weigh(_activity_address(one, ours) for one in _own_addresses(page))
    if by_address is not Tie.NONE:
        return by_address
    titled = by_title(page, ours, title)
    by_organiser = _by_organiser(page, organisers)
    if titled:  # the same title is given again and again, by others, too
        return Tie.NONE if by_organiser is False else Tie.OURS
    if titled is False and (title or by_organiser is False):
        return Tie.OTHERS
    return Tie.OURS if by_organiser else Tie.NONE


def section_signs(
    page: TextResponse,
    slug: str,
    names: Collection[str],
    country_code: str,
    location: Location | None,
) -> SectionSigns:
    """Read what each sign says of whether a page is a section's.

    :param names: of the section, as its country's page has it and as it is stored.
    :param location: as the map or the database has it, None when neither has.
    """
    if _shows(page, *_OF_ACTIVITY, *_OF_START_OR_COUNTRY):
        return SectionSigns(address=False, logo=None, place=None, name=None, country=None)
    ours = {slug.casefold(), (slug_in(page.url, "section") or slug).casefold()}
    return SectionSigns(
        address=_any(_by_address(page, "section", ours)),
        logo=_by_logo(page, ours),
        place=_by_place(page, location),
        name=by_name(page, names),
        country=_any(_plain(code) == _plain(country_code) for code in _linked(page, "country")),
    )


def of_country(page: TextResponse, code: str, name: str | None, sections: Collection[str]) -> Tie:
    """Tell whether a page is a country's.

    :param name: as the start page has it or as it is stored.
    :param sections: the slugs that are stored of the country.
    """
    ours = {_plain(code), _plain(slug_in(page.url, "country") or code)}
    signs = [
        _any(_by_address(page, "country", {one.casefold() for one in (code, *ours)})),
        _by_sections(page, ours, {one.casefold() for one in sections}),
        by_name(page, [name] if name else []) or None,
    ]
    return _weigh(signs)


def _shows(page: TextResponse, *conditions: str) -> bool:
    return bool(find_xpath([page.selector.root], f".//*[{' or '.join(conditions)}]"))


def _weigh(signs: Iterable[Sign]) -> Tie:
    return {True: Tie.OURS, False: Tie.OTHERS, None: Tie.NONE}[_any(signs)]


def _any(signs: Iterable[Sign]) -> Sign:
    """Say what several signs say together: one that says ours is enough."""
    told = set(signs)
    return True if True in told else (False if False in told else None)


# --- Addresses ---------------------------------------------------------------------------------


def _own_addresses(page: TextResponse) -> list[str]:
    """Return what a page says its own address is, on the outside and within the site."""
    found = [
        one.get("href") or one.get("content") or ""
        for one in in_head(page, "link", "meta")
        if one.get("rel") in {"canonical", "shortlink"} or one.get("property") == "og:url"
    ]
    # Drupal puts its settings there; to look for them everywhere takes as long as all else.
    for script in find_xpath([page.selector.root], "./head/script | ./body/script"):
        inner = (
            _INNER_ADDRESS.search(script.text or "") if "json" in script.get("type", "") else None
        )
        if inner:
            found.append("/" + inner[1].replace("\\/", "/").lstrip("/"))
    return found


def _by_address(page: TextResponse, kind: str, ours: set[str]) -> list[Sign]:
    return [_is_ours(address, kind, ours, page.url) for address in _own_addresses(page)]


def _is_ours(address: str, kind: str, ours: set[str], url: str) -> Sign:
    slug = slug_in(address, kind)
    if slug is None:
        return _of_other_kind(address, kind)
    if slug.isdecimal():  # the number of an entity, under an inner address
        return None
    parts = {_last_step(address), _last_step(url)} & _PARTS_OF_ORGANISATION
    return slug.casefold() in ours and len(parts) < 2


def _of_other_kind(address: str, kind: str) -> Sign:
    return False if any(slug_in(address, other) for other in KINDS if other != kind) else None


def _last_step(address: str) -> str:
    return address.partition("?")[0].rstrip("/").rpartition("/")[2]


def _activity_address(address: str, ours: set[str]) -> Sign:
    """Compare an address: the number of its node decides, if both have one."""
    slug = slug_in(address, "activity")
    node = _NODE.search(address)
    if slug is None and node is None:
        return _of_other_kind(address, "activity")
    if slug in ours:
        return True
    number = node[1] if node else _number(slug or "")
    numbers = {_number(one) for one in ours}
    if number in numbers:
        return None if number is None else True
    # An old slug may end in a year, and not in its node's number.
    is_sure = number and all(one and not _YEAR.fullmatch(one) for one in numbers)
    return False if is_sure else None


def _number(slug: str) -> str | None:
    number = _NUMBER.search(slug)
    return number[1] if number else None


def _linked(page: TextResponse, kind: str, condition: str = _NOT_OF_SITE) -> list[str]:
    """Return the slugs of what the content links to."""
    found = find_xpath(
        [page.selector.root], f'.//a[contains(@href, "/{kind}/")][{condition}]/@href'
    )
    return [slug for address in found if (slug := slug_in(str(address), kind))]


def _by_tabs(page: TextResponse, ours: set[str]) -> Sign:
    """Look at the links to an organisation's pages; those of cards lead to it as a whole."""
    found = find_xpath([page.selector.root], './/a[contains(@href, "/organisation/")]')
    within = [a for a in found if _last_step(a.get("href")) in _PARTS_OF_ORGANISATION]
    slugs = {slug.casefold() for a in within if (slug := slug_in(a.get("href"), "organisation"))}
    if slugs & ours:
        return True
    # Tabs and a pager, and not a link in a text.
    own = find_xpath(within, f"self::a[ancestor::li or ancestor::nav][{_NOT_OF_SITE}]")
    return False if len({slug_in(a.get("href"), "organisation") for a in own}) == 1 else None


def _by_organiser(page: TextResponse, organisers: Collection[str]) -> Sign:
    """Look at who organises the activity; the rest of a page is large, and says nothing of it."""
    ours = {alias.casefold() for alias in organisers}
    slugs = [
        slug_in(a.get("href"), "organisation")
        for article in page.selector.root.iter("article")
        for a in article.iter("a")
        if "/organisation/" in a.get("href", "")
        and any("pseudo__organisers" in outer.get("class", "") for outer in a.iterancestors())
    ]
    return _any(slug.casefold() in ours for slug in slugs if slug) if ours else None


def _by_sections(page: TextResponse, ours: set[str], known: set[str]) -> Sign:
    """Look at whose the sections are that a country's page lists; their slugs begin with it."""
    listed = {slug.casefold() for slug in _linked(page, "section")}
    codes = [_plain(code[1]) for slug in listed if (code := _COUNTRY_CODE.match(slug))]
    if listed & known or not ours.isdisjoint(codes):
        return 2 * (len(listed & known) + sum(code in ours for code in codes)) > len(listed)
    return False if codes else None


def _plain(code: str) -> str:
    """Return a country's code in one form; that of the UK has two."""
    return "gb" if code.casefold() == "uk" else code.casefold()


# --- Pictures and places ------------------------------------------------------------------------


def _by_logo(page: TextResponse, ours: set[str]) -> Sign:
    """Look at whose logo is shown: in the place for it, or as the only one of the page."""
    logos = find_xpath([page.selector.root], _LOGOS)
    shown = find_xpath(logos, _OWN_LOGO) or logos
    codes = {code[1].casefold() for img in shown if (code := LOGO_CODE.search(img.get("src")))}
    return bool(codes & ours) if len(codes) == 1 else None


def _by_place(page: TextResponse, location: Location | None) -> Sign:
    """Compare coordinates: those of the map and of the page are the same."""
    wanted = _point(*location) if location else None
    if wanted is None:
        return None
    places = find_xpath([page.selector.root], _PLACES)
    return _any(
        all(abs(a - b) < _AS_FAR for a, b in zip(point, wanted, strict=True))
        for place in places
        if (point := _point(place.get("data-lat"), place.get("data-lng")))
    )


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        return float(latitude), float(longitude)
    except ValueError:
        return None
