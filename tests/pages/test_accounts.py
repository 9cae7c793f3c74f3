"""The start page and the pages of countries."""

import pytest
from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.items import CountryItem
from esn_pulse.pages.accounts import (
    CountryLink,
    SectionLink,
    country,
    country_links,
    section_links,
    section_locations,
    stated_section_count,
)
from tests.pages import ACCOUNTS, drupal_page


def start_page(main: str) -> TextResponse:
    return drupal_page(f"{ACCOUNTS}/", main)


def country_page(main: str) -> TextResponse:
    return drupal_page(f"{ACCOUNTS}/country/nl", main)


def row(code: str, name: str) -> str:
    return f"""
    <div class="country-list-row views-row">
      <span class="country-list flag-icon flag-icon-{code}"></span>
      <a class="flag" href="/country/zz">flag</a>
      <span class="views-field views-field-label"><span class="field-content">
        <a href="/country/{code}">{name}</a></span></span>
    </div>"""


def test_countries_have_their_name_without_esn_and_their_address() -> None:
    page = start_page(
        '<a href="/country/xx">Country of the month</a>'
        + row("al", "ESN Albania")
        + row("nl", " ESN\u00a0the  Netherlands ")
        + row("uk", "ESN UK")
        + row("ba", "<b>ESN</b> Bosnia &amp; Herzegovina")
        + row("no", "Norge ESN Nord")
        + row("al", "ESN Albania again")
    )
    assert country_links(page) == [
        CountryLink("AL", "Albania", f"{ACCOUNTS}/country/al"),
        CountryLink("NL", "the Netherlands", f"{ACCOUNTS}/country/nl"),
        CountryLink("UK", "UK", f"{ACCOUNTS}/country/uk"),
        CountryLink("BA", "Bosnia & Herzegovina", f"{ACCOUNTS}/country/ba"),
        CountryLink("NO", "Norge ESN Nord", f"{ACCOUNTS}/country/no"),
    ]


def test_without_the_list_any_link_to_a_country_will_do() -> None:
    page = start_page(
        '<ul><li><a href="/country/tr"><img src="/tr.svg"></a>'
        '<a href="/country/tr">ESN Türkiye</a></li>'
        f'<li><a href="{ACCOUNTS}/country/PL?x=1">ESN Poland</a></li>'
        '<li><a href="/country/">All</a> <a href="/countries/de">ESN Germany</a>'
        '<a href="http://[broken/country/it">ESN Italy</a></li><li><a href="/country/es"></a></ul>'
    )
    assert country_links(page) == [
        CountryLink("TR", "Türkiye", f"{ACCOUNTS}/country/tr"),
        CountryLink("PL", "Poland", f"{ACCOUNTS}/country/PL?x=1"),
        CountryLink("ES", None, f"{ACCOUNTS}/country/es"),
    ]


@pytest.mark.parametrize("main", ["", "<h1>Log in</h1>", '<a href="/country/">Countries</a>'])
def test_a_start_page_without_countries_has_drifted(main: str) -> None:
    with pytest.raises(DriftError, match="no link to a country"):
        country_links(start_page(main))


def place(latitude: str, longitude: str, *slugs: str) -> str:
    titles = "".join(
        f'<h2 class="field-content location-title"><a href="/section/{slug}">ESN</a></h2>'
        for slug in slugs
    )
    return (
        f'<div class="geolocation-location" data-lat="{latitude}" data-lng="{longitude}">'
        f'<a href="/country/tr">TR</a>{titles}</div>'
    )


def test_the_map_tells_where_the_sections_are() -> None:
    page = start_page(
        place("39.8917491", "32.7864", "tr-anka-met")
        + place("41.1", "29", "tr-ista-bil", "tr-ista-isi")
        + place("0", "0")
        + '<div class="geolocation-location" data-lat="5"><a href="/section/tr-x">ESN X</a></div>'
        + '<h2 class="location-title"><a href="/section/tr-y">ESN Y</a></h2>'
    )
    assert section_locations(page) == {
        "tr-anka-met": ("39.8917491", "32.7864"),
        "tr-ista-bil": ("41.1", "29"),
        "tr-ista-isi": ("41.1", "29"),
    }


def test_a_start_page_may_have_no_map() -> None:
    assert section_locations(start_page(row("al", "ESN Albania"))) == {}


@pytest.mark.parametrize(
    ("header", "count"),
    [
        ('<div class="num_sections_country">Number of sections: 39</div>', 39),
        ('<p class="num_sections_country">Number of <b>sections</b>:&nbsp;<i>0</i></p>', 0),
        ('<p class="num_sections_country">Number of sections: ' + "9" * 5000 + "</p>", 999999999),
        ('<div class="num_sections_country">Number of sections:</div>', None),
        ("<div>Number of sections: 39</div>", None),
    ],
    ids=["plain", "nested", "absurd", "without a number", "elsewhere"],
)
def test_a_country_page_states_how_many_sections_it_has(header: str, count: int | None) -> None:
    elsewhere = '<p class="num_sections_country">Sections in Europe: 515</p>'
    page = country_page(f'{elsewhere}<div class="view-header">{header}</div>')
    assert stated_section_count(page) == count


def grid(*slugs: str) -> str:
    columns = "".join(
        f'<div class="views-col"><a href="/section/{slug}"><img src="/logos/{slug}.png" alt="">'
        f'</a><span class="field-content"><a href="/section/{slug}">ESN {slug}</a></span></div>'
        for slug in slugs
    )
    return f'<div class="views-view-grid horizontal cols-4">{columns}</div>'


def test_a_section_is_linked_twice_and_found_once_with_its_name() -> None:
    page = country_page('<a href="/section/featured">Featured</a>' + grid("nl-b", "nl-a", "nl-b"))
    assert section_links(page) == [
        SectionLink("nl-b", "ESN nl-b", f"{ACCOUNTS}/section/nl-b"),
        SectionLink("nl-a", "ESN nl-a", f"{ACCOUNTS}/section/nl-a"),
    ]


def test_a_section_with_only_its_logo_has_no_name() -> None:
    page = country_page(
        '<div class="views-view-grid"><a href="/section/nl-a"><img alt="ESN"></a>'
        '<a href="/section/"><b>ESN Nowhere</b></a></div>'
    )
    assert section_links(page) == [SectionLink("nl-a", None, f"{ACCOUNTS}/section/nl-a")]


NONE = '<div class="view-header"><p class="num_sections_country">Number of sections: 0</p></div>'


@pytest.mark.parametrize("main", ["", "<p>None yet</p>", NONE.replace("0", "2")])
def test_a_country_page_without_sections_has_drifted(main: str) -> None:
    page = country_page('<a href="/section/featured">Featured</a>' + main)
    with pytest.raises(DriftError, match="no link to a section"):
        section_links(page)
    with pytest.raises(DriftError):
        country(NL, page)


def test_a_country_may_say_that_it_has_no_sections() -> None:
    assert section_links(country_page(NONE)) == []


NL = CountryLink("NL", "the Netherlands", f"{ACCOUNTS}/country/nl")


def test_a_country_is_made_of_its_link_and_its_page() -> None:
    page = country_page(
        '<div class="view-header"><p class="num_sections_country">Number of sections: 9</p></div>'
        '<div class="field--name-field-email"><div class="field--item">'
        '<a href="mailto:board@esn.nl">Write</a></div></div>'
        '<a href="https://esn-nl.example/" title="Website of the organisation">Website</a>'
        '<a href="https://fb.example/nl" title="Facebook profile">f</a>' + grid("nl-a", "nl-b")
    )
    assert country(NL, page) == CountryItem(
        url=f"{ACCOUNTS}/country/nl",
        country_code="NL",
        name="the Netherlands",
        slug="the-netherlands",
        section_count=2,
        email="board@esn.nl",
        website="https://esn-nl.example/",
        social_media={"facebook": "https://fb.example/nl"},
    )


def test_a_country_without_sections_has_zero_and_one_without_its_page_does_not_know() -> None:
    assert country(NL, country_page(NONE)).section_count == 0
    assert country(NL).section_count is None
    assert country(NL).slug == "the-netherlands"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Türkiye", "turkiye"), ("Bosnia & Herzegovina", "bosnia-herzegovina"), ("UK", "uk")],
)
def test_a_country_s_slug_is_made_of_its_name(name: str, slug: str) -> None:
    assert country(CountryLink("XX", name, f"{ACCOUNTS}/country/xx")).slug == slug


def test_a_country_without_a_name_has_no_slug() -> None:
    item = country(CountryLink("XX", None, f"{ACCOUNTS}/country/xx"))
    assert (item.name, item.slug) == (None, "")
