"""Pages of accounts.esn.org in place of others, and each with a sign missing."""

from dataclasses import replace

import pytest

from esn_pulse.database.queries.network import KnownNetwork
from esn_pulse.exceptions import DriftError, ImpostorError, PageError
from esn_pulse.items import SectionItem
from esn_pulse.pages.accounts import CountryLink, Location, SectionLink
from esn_pulse.visits.accounts_proof import (
    countries_of,
    lacks_sections,
    locations_of,
    section_of,
    sections_of,
)
from sample.network.model import Country, Section
from tests.pages import ACCOUNTS
from tests.pages.other_pages import (
    ACCOUNTS_PAGES,
    ACTIVITY_PAGES,
    IMPOSTORS,
    KNOWN,
    LISTINGS,
    NETWORK,
    STATISTICS,
    country_url,
    emptied,
    known_section,
    page_of,
    section_url,
    with_head,
    without,
)

NOTHING = KnownNetwork()
OF_ACTIVITIES = [*ACTIVITY_PAGES.values(), *LISTINGS.values(), *STATISTICS.values()]
START = f"{ACCOUNTS}/"
# A section whose page shows everything, and a country with several.
METU = next(one for one in NETWORK.sections if one.slug == "tr-anka-met")
TURKEY = next(one for one in NETWORK.countries if one.code == "TR")
METU_URL, TURKEY_URL = section_url(METU), country_url(TURKEY)


def place(section: Section) -> Location | None:
    point = section.map_point
    return (str(point.latitude), str(point.longitude)) if point else None


def read_section(section: Section, body: str, known: KnownNetwork = KNOWN) -> SectionItem:
    link = SectionLink(section.slug, section.name, section_url(section))
    page = page_of(link.url, body)
    return section_of(page, link, section.country_code, place(section), known)


def read_country(country: Country, body: str, known: KnownNetwork = KNOWN) -> set[str]:
    link = CountryLink(country.code, country.name, country_url(country))
    return {one.slug for one in sections_of(page_of(link.url, body), link, known)}


def read_start(body: str, known: KnownNetwork = KNOWN) -> set[str]:
    return {link.code for link in countries_of(page_of(START, body), known)}


@pytest.mark.parametrize("known", [KNOWN, NOTHING], ids=["known", "new"])
def test_every_page_of_the_network_is_read(known: KnownNetwork) -> None:
    assert read_start(ACCOUNTS_PAGES[START], known) == {one.code for one in NETWORK.countries}
    for country in NETWORK.countries:
        listed = read_country(country, ACCOUNTS_PAGES[country_url(country)], known)
        assert listed == {one.slug for one in NETWORK.sections_of(country.code)}
    for section in NETWORK.sections:
        item = read_section(section, ACCOUNTS_PAGES[section_url(section)], known)
        assert item.name == section.name


@pytest.mark.parametrize("known", [KNOWN, NOTHING], ids=["known", "new"])
def test_any_other_page_is_none_of_theirs(known: KnownNetwork) -> None:
    others = [*OF_ACTIVITIES, *IMPOSTORS.values()]
    for body in (page for url, page in ACCOUNTS_PAGES.items() if url != START):
        with pytest.raises(PageError):
            read_start(body)
    for body in others + [page for url, page in ACCOUNTS_PAGES.items() if url != TURKEY_URL]:
        with pytest.raises(PageError):
            read_country(TURKEY, body, known)
    for body in others + [page for url, page in ACCOUNTS_PAGES.items() if url != METU_URL]:
        with pytest.raises(PageError):
            read_section(METU, body, known)


@pytest.mark.parametrize("name", IMPOSTORS)
def test_what_stands_in_place_of_a_page_is_an_impostor(name: str) -> None:
    with pytest.raises(ImpostorError):
        read_country(TURKEY, IMPOSTORS[name])
    with pytest.raises(ImpostorError):
        read_section(METU, IMPOSTORS[name])


def test_an_emptied_page_is_never_stored() -> None:
    for country in NETWORK.countries:
        with pytest.raises(PageError):
            read_country(country, emptied(ACCOUNTS_PAGES[country_url(country)]))
    for section in NETWORK.sections:
        with pytest.raises(PageError):
            read_section(section, emptied(ACCOUNTS_PAGES[section_url(section)]))
    with pytest.raises(PageError):
        read_start(emptied(ACCOUNTS_PAGES[START]))


# --- With a sign missing -----------------------------------------------------------------------

_CLASS = "//*[contains(@class, '{}')]"


@pytest.mark.parametrize(
    "sign",
    [
        *("//title", "//link[@rel='canonical']"),
        *map(
            _CLASS.format,
            (
                *("pseudo-group-logo", "field-city", "field-address", "field-email"),
                *("university-name", "university-website", "geolocation-location", "social-links"),
            ),
        ),
    ],
)
def test_a_section_s_page_without_one_of_its_signs_is_its(sign: str) -> None:
    rich = with_head(ACCOUNTS_PAGES[METU_URL], f"/section/{METU.slug}")
    assert read_section(METU, without(rich, sign)).name == METU.name


@pytest.mark.parametrize("sign", ["//title", "//h1", "//link[@rel='canonical']"])
def test_a_country_s_page_without_one_of_its_signs_is_its(sign: str) -> None:
    rich = with_head(ACCOUNTS_PAGES[TURKEY_URL], "/country/tr")
    assert METU.slug in read_country(TURKEY, without(rich, sign))


@pytest.mark.parametrize("sign", ["//title", "//h1", _CLASS.format("geolocation-location")])
def test_the_start_page_without_one_of_its_signs_is_it(sign: str) -> None:
    assert "TR" in read_start(without(ACCOUNTS_PAGES[START], sign))


# --- Second sources ----------------------------------------------------------------------------


def renamed(body: str) -> str:
    return body.replace(METU.name, "ESN Ankara One")


def test_a_new_name_takes_a_second_tie() -> None:
    body = renamed(ACCOUNTS_PAGES[METU_URL])
    assert read_section(METU, body).name == "ESN Ankara One"

    bare = without(without(body, "//img[contains(@src, 'logos')]"), "//*[@data-lat]")
    with pytest.raises(ImpostorError, match="nothing on it says that it is the page of ESN METU"):
        read_section(METU, bare)
    assert read_section(METU, with_head(bare, f"/section/{METU.slug}")).name == "ESN Ankara One"


def test_an_address_is_no_proof_of_a_page_that_shows_nothing_of_a_section() -> None:
    notice = with_head(IMPOSTORS["a maintenance notice"], f"/section/{METU.slug}")
    with pytest.raises(ImpostorError, match="nothing on it says"):
        read_section(METU, notice, NOTHING)


def test_a_name_alone_counts_where_nothing_more_is_known() -> None:
    bare = "<h1 class='page-header'>ESN METU</h1>"
    assert read_section(METU, bare, NOTHING).name == "ESN METU"
    stored = replace(known_section(METU), fields=0, links=0)
    assert read_section(METU, bare, KnownNetwork({METU.slug: stored})).name == "ESN METU"
    with pytest.raises(DriftError, match="nothing of what is known"):
        read_section(METU, bare)


def test_the_map_that_was_there_before_stays_when_it_is_missing() -> None:
    body = ACCOUNTS_PAGES[START]
    whole, was_there = locations_of(page_of(START, body), KNOWN)
    assert was_there
    bare = page_of(START, without(body, "//*[@data-lat]"))
    assert locations_of(bare, NOTHING) == ({}, True)
    places, is_there = locations_of(bare, KNOWN)
    assert not is_there
    assert places.keys() == whole.keys()


def test_a_start_page_of_less_than_half_the_countries_is_none() -> None:
    link = '<a href="/country/{}">ESN {}</a>'
    codes = [country.code.lower() for country in NETWORK.countries]
    few = "".join(link.format(code, code) for code in codes[:4])
    with pytest.raises(ImpostorError, match=f"4 of the {len(codes)} countries"):
        read_start(few)


def test_a_few_links_to_countries_make_no_start_page_where_none_are_known() -> None:
    link = '<div class="{}"><p class="views-field-label"><a href="/country/{}">ESN {}</a></p></div>'
    few, many, listed = (
        "".join(link.format(row, code, code) for code in codes)
        for row, codes in (
            ("news", ("tr", "it")),
            ("news", ("tr", "it", "gr", "no", "ie")),
            ("country-list-row", ("tr",)),
        )
    )
    with pytest.raises(ImpostorError, match="shows no list"):
        read_start(few, NOTHING)
    assert len(read_start(many, NOTHING)) == 5
    assert read_start(listed, NOTHING) == {"TR"}


def test_a_country_may_be_empty_if_nothing_contradicts() -> None:
    none = '<div class="view-header"><p class="num_sections_country">Number: 0</p></div>'
    assert read_country(TURKEY, none, NOTHING) == set()
    assert read_country(TURKEY, f"<h1>ESN {TURKEY.name}</h1>{none}") == set()
    with pytest.raises(ImpostorError):
        read_country(TURKEY, none)


@pytest.mark.parametrize(
    ("listed", "stated", "known", "lacks"),
    [(3, 5, 5, True), (3, 5, 4, True), (3, 5, 3, False), (3, 3, 5, False), (3, 0, 5, False)],
)
def test_a_country_lacks_sections_if_it_says_so_and_had_more(
    listed: int, stated: int, known: int, *, lacks: bool
) -> None:
    page = page_of(
        country_url(TURKEY),
        f'<p class="view-header"><i class="num_sections_country">Sections: {stated}</i></p>',
    )
    link = CountryLink("TR", "Turkey", page.url)
    assert lacks_sections(page, link, listed, KnownNetwork(countries={"TR": known})) is lacks
