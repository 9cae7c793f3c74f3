"""Whether the official list can be relied on, and which pages have to be read beside it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from esn_pulse.database.queries.network import KnownNetwork
from esn_pulse.exceptions import PageError
from esn_pulse.items import CountryItem, SectionItem
from esn_pulse.pages.accounts import CountryLink, SectionLink
from esn_pulse.pages.official_list import GONE_STATES, OfficialList

_LEAST_SHARE = 0.8


def check_official(listed: OfficialList, known: KnownNetwork) -> None:
    """Refuse a list that lacks too much of what is stored.

    :raises PageError: when fewer than 80 % of the stored sections that have not left are on it, or
        less than half of the stored countries.
    """
    there = len(known.present & listed.slugs)
    if there < _LEAST_SHARE * len(known.present):
        raise PageError(f"it has {there} of the {len(known.present)} sections that are known")
    codes = {country.country_code for country in listed.countries}
    there = len(known.countries.keys() & codes)
    if 2 * there < len(known.countries):
        raise PageError(f"it has {there} of the {len(known.countries)} countries that are known")


def narrowed(listed: OfficialList, codes: set[str] | None) -> OfficialList:
    """Return the part of the list that is of some countries; all of it when there are none."""
    if codes is None:
        return listed
    return OfficialList(
        [one for one in listed.countries if one.country_code in codes],
        [one for one in listed.sections if one.country_code in codes],
        listed.missing,
        listed.ignored,
    )


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
