"""What proves that a page of accounts.esn.org is the one that was asked for.

Its signs decide, and where it shows none, what is known of the network. Nothing is stored of a page
that proves nothing.
"""

from scrapy.http import TextResponse

from esn_pulse.database.queries.network import KnownNetwork
from esn_pulse.exceptions import DriftError, ImpostorError
from esn_pulse.items import SectionItem
from esn_pulse.pages import accounts
from esn_pulse.pages.accounts import CountryLink, Location, SectionLink
from esn_pulse.pages.proof.identity import Tie, of_country, section_signs

_FIELDS = ("city", "address", "email", "university_name", "university_website")
_FEW_COUNTRIES = 5
_LINKS = ("website", "social_media", "logo_url")


def countries_of(page: TextResponse, known: KnownNetwork) -> list[CountryLink]:
    """Read the countries off the start page.

    :raises ImpostorError: when it lists less than half of those that are known or, where none are,
        when it is not marked up as such a list and has but a few links, as any page may have.
    """
    links = accounts.country_links(page)
    if len(links) < _FEW_COUNTRIES and not (known.countries or accounts.shows_network(page)):
        raise ImpostorError(f"it has links to {len(links)} country page(s), but shows no list")
    listed = known.countries.keys() & {link.code for link in links}
    if 2 * len(listed) < len(known.countries):
        raise ImpostorError(
            f"it lists {len(listed)} of the {len(known.countries)} countries that are known"
        )
    return links


def locations_of(page: TextResponse, known: KnownNetwork) -> tuple[dict[str, Location], bool]:
    """Read the map; what is known of places stands in for one that is missing.

    :returns: the places, by slug, and whether the map was there as before.
    """
    shown = accounts.section_locations(page)
    before = {one.slug: one.location for one in known.on_pages if one.location}
    if 2 * len(shown) >= len(before):
        return shown, True
    return before | shown, False


def sections_of(page: TextResponse, link: CountryLink, known: KnownNetwork) -> list[SectionLink]:
    """Read the sections off a country's page.

    :raises ImpostorError: when it is another page, or nothing proves that it is this one.
    :raises DriftError: when it is, but lists none.
    """
    stored = known.sections_of(link.code)
    tie = of_country(page, link.code, link.name, stored)
    if tie is Tie.OTHERS:
        raise ImpostorError(f"it is not the page of {link.name or link.code}")
    try:
        sections = accounts.section_links(page)
    except DriftError as error:
        raise _without_a_sign(error, tie) from error
    if tie is Tie.NONE and stored:
        raise ImpostorError(f"nothing on it says that it is the page of {link.name or link.code}")
    return sections


def lacks_sections(page: TextResponse, link: CountryLink, listed: int, known: KnownNetwork) -> bool:
    """Say whether a country's page lists fewer sections than it says it has, and than are known."""
    stated = accounts.stated_section_count(page) or 0
    return listed < min(stated, known.countries.get(link.code, 0))


def section_of(
    page: TextResponse,
    link: SectionLink,
    country_code: str,
    location: Location | None,
    known: KnownNetwork,
) -> SectionItem:
    """Read a section off its page.

    :raises ImpostorError: when it is another page, or nothing proves that it is this one.
    :raises DriftError: when it is, but lacks what must be on it.
    """
    stored = known.sections.get(link.slug)
    names = [name for name in (link.name, stored and stored.name) if name]
    place = location or (stored and stored.location)
    signs = section_signs(page, link.slug, names, country_code, place or None)
    called = link.name or link.slug
    if signs.tie is Tie.OTHERS:
        raise ImpostorError(f"it is not the page of {called}")
    try:
        item = accounts.section(link, country_code, location, page)
    except DriftError as error:
        raise _without_a_sign(error, signs.tie) from error
    fields, links = (sum(bool(getattr(item, name)) for name in kind) for kind in (_FIELDS, _LINKS))
    # A name that is not the same, but like it, takes fields beside it.
    is_like = signs.name is None and fields > 1
    is_proven = signs.name or is_like or (signs.has_identity and fields + links)
    if not is_proven and (names or not fields):
        raise ImpostorError(f"nothing on it says that it is the page of {called}")
    had_more = stored and (stored.fields > 1 or (not links and stored.fields + stored.links))
    if not fields and had_more:
        raise DriftError("there is nothing of what is known of the section")
    return item


def _without_a_sign(error: DriftError, tie: Tie) -> DriftError | ImpostorError:
    return ImpostorError(str(error)) if tie is Tie.NONE else error
