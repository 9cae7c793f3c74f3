"""Whether the official list can be relied on, and which pages have to be read beside it."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from esn_pulse.database.queries.network import KnownNetwork, KnownSection
from esn_pulse.exceptions import PageError
from esn_pulse.items import CountryItem, SectionItem
from esn_pulse.pages.accounts import CountryLink, SectionLink
from esn_pulse.pages.official_list import GONE_STATES, OfficialList

_LEAST_SHARE = 0.8

T = TypeVar("T", CountryItem, SectionItem)


def are_most(shown: Collection[str], known: Collection[KnownSection]) -> bool:
    """Tell whether so many of the known sections are shown that the others can be believed gone."""
    return len({one.slug for one in known} & {*shown}) >= _LEAST_SHARE * len(known)


def check_official(listed: OfficialList, known: KnownNetwork) -> None:
    """Refuse a list that lacks too much of what is stored.

    :raises PageError: when fewer than 80 % of the stored sections that have not left are on it, or
        less than half of the stored countries.
    """
    if not are_most(listed.slugs, known.present):
        there = len({one.slug for one in known.present} & listed.slugs)
        raise PageError(f"it has {there} of the {len(known.present)} sections that are known")
    codes = {country.country_code for country in listed.countries}
    there = len(known.countries.keys() & codes)
    if 2 * there < len(known.countries):
        raise PageError(f"it has {there} of the {len(known.countries)} countries that are known")


def due_countries(
    listed: OfficialList, known: KnownNetwork, now: datetime, days: int
) -> Iterator[tuple[CountryLink, CountryItem]]:
    """Yield the countries whose own page was not read for so many days."""
    since = now - timedelta(days=days)
    for one in listed.countries:
        read_at = known.pages_read.get(one.country_code or "")
        if one.country_code and one.name and (read_at is None or read_at < since):
            yield CountryLink(one.country_code, one.name, one.url), one


def due_sections(listed: OfficialList) -> Iterator[tuple[SectionLink, SectionItem]]:
    """Yield the sections whose pages say what the list says of none."""
    for one in listed.sections if listed.missing else ():
        if one.accounts_platform_slug and one.state not in GONE_STATES:
            yield SectionLink(one.accounts_platform_slug, one.name, one.url), one


def beside(page: T, listed: T) -> T:
    """Let what was read from a page fill only what the list leaves open.

    :returns: the page's item, which tells what of it is the list's.
    """
    page.told_by_list = []
    for name, value in vars(listed).items():
        if name == "social_media":
            only_on_page = page.social_media.keys() - value.keys()
            page.social_media = page.social_media | value
            is_told = bool(value) and not only_on_page
        else:
            is_told = value not in (None, [], "") and name in _FILLED
            if is_told:
                setattr(page, name, value)
        if is_told:
            page.told_by_list.append(name)
    return page


_FILLED = {
    *("name", "country_code", "section_count", "city", "address", "email", "website"),
    *("university_name", "university_website", "latitude", "longitude", "logo_url"),
}
