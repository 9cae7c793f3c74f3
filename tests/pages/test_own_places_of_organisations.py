"""Fields of sections and countries, each there or not: every one is its own value."""

from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esn_pulse.exceptions import DriftError
from esn_pulse.pages.accounts import (
    CountryLink,
    SectionLink,
    country,
    country_links,
    section,
    section_links,
    section_locations,
)
from esn_pulse.rules.verdicts import judge
from tests.pages import ACCOUNTS, answer, drupal_page

URL = f"{ACCOUNTS}/section/tr-anka-met"
LINK = SectionLink("tr-anka-met", None, URL)
NL = CountryLink("NL", "the Netherlands", f"{ACCOUNTS}/country/nl")


def field(name: str, value: str) -> str:
    return (
        f'<div class="field field--name-field-{name} field--type-x">'
        f'<div class="field--label">Label</div><div class="field--item">{value}</div></div>'
    )


SOCIAL = """<a href="https://fb.example/BAIT" title="Facebook profile">f</a>
  <a href="https://bait.example" title="Website of the organisation">x</a>
  <a href="https://bait.example">Website</a>"""
# All that a section shows, of something else than this one.
BAIT = "".join(
    [
        *(field(name, f"Bait {name}") for name in ("city", "university-name")),
        field("address", '<p class="address"><span class="locality">Bait</span></p>'),
        field("email", '<a href="mailto:bait@bait.example">Mail</a>'),
        field("university-website", '<a href="https://bait.example">Website</a>'),
        '<div class="geolocation-location" data-lat="1" data-lng="2"></div>',
        '<img alt="Logo" src="/files/logos/TR/TR-ISTA-BIL.png">',
        '<div class="group__field-pseudo-group-logo"><img src="/files/bait.png"></div>',
        SOCIAL,
    ]
)
CARD = f'<h3><a href="/section/tr-ista-bil">ESN Boğaziçi</a></h3>{BAIT}'
CARDS = [
    f'<article class="organisation organisation--section">{CARD}</article>',
    f"<article>{field('logo', '<img alt=Logo src=/logos/x.png>')}{CARD}</article>",
    f'<div class="view"><div class="views-row">{CARD}</div></div>',
    f'<div class="organisation-teaser">{BAIT}<a href="/section/tr-ista-bil">More</a></div>',
    f"<ul><li>{CARD}</li></ul>",
    '<div class="geolocation-location" data-lat="1" data-lng="2">'
    '<h2 class="location-title"><a href="/section/tr-ista-bil">ESN Boğaziçi</a></h2></div>',
    f"<aside><h2>Follow the network</h2>{SOCIAL}</aside>",
    f"<aside>{CARD}</aside>",
    field("board", f"<p>Ada</p>{BAIT}"),
    '<a href="/user/3" title="View profile">Ada</a>',
]
AROUND = (
    f'<header><h1><a href="/">Accounts</a></h1>{SOCIAL}</header><nav><h1>Menu</h1>{SOCIAL}</nav>',
    f"<footer><h1>Imprint</h1>{SOCIAL}{BAIT}</footer>",
)

# What each field shows and what comes of it, in every form that it may have.
FIELDS: dict[str, list[tuple[str, Any]]] = {
    "city": [
        (field("city", "Ankara"), "Ankara"),
        ('<p class="field--name-field-city field--item">Ankara</p>', "Ankara"),
    ],
    "address": [
        (field("address", '<p class="address"><i class="postal-code">06800</i> <i class="locality">'
         f"Çankaya</i></p>{BAIT}"), "06800, Çankaya"),
        ('<p class="field--name-field-address address"><i class="locality">Çankaya</i></p>',
         "Çankaya"),
    ],
    "email": [
        (field("email", "a@esn.example"), "a@esn.example"),
        (field("email", '<a href="mailto:a@esn.example">Write</a>'), "a@esn.example"),
    ],
    "website": [
        ('<a href="https://a.example" title="Website of the organisation"></a>',
         "https://a.example"),
        ('<a href="https://a.example">Website</a>', "https://a.example"),
        (field("website", '<a href="https://a.example">Website</a>'), "https://a.example"),
    ],
    "university_name": [(field("university-name", "ODTÜ"), "ODTÜ")],
    "university_website": [
        (field("university-website", '<a href="https://u.example">Website</a>'
         '<img alt="Logo" src="/logos/u.png"><a href="https://u.example" title="X profile"></a>'),
         "https://u.example"),
    ],
    "latitude": [
        ('<div class="geolocation-location" data-lat="39.9" data-lng="32.8"></div>', "39.9"),
        (field("geolocation", '<div class="geolocation-location" data-lat="39.9" data-lng="32.8">'
         f'<h2><a href="{URL}">ESN METU</a></h2></div>'), "39.9"),
    ],
    "logo_url": [
        ('<div class="group__field-pseudo-group-logo"><img src="/files/x.png"></div>',
         f"{ACCOUNTS}/files/x.png"),
        (field("image", '<img alt="Logo of us" src="/logos/TR/TR-ANKA-MET.png?itok=1">'),
         f"{ACCOUNTS}/logos/TR/TR-ANKA-MET.png?itok=1"),
    ],
    "social_media": [
        ('<a href="https://ig.example/a" title="Instagram profile"></a>',
         {"instagram": "https://ig.example/a"}),
    ],
}  # fmt: skip
CONTACTS = ["email", "website", "social_media"]


def write(there: set[str], chance: Random, name: str) -> tuple[str, dict[str, Any]]:
    """Write a page with these fields, and tell what must be read of it."""
    expected: dict[str, Any] = dict.fromkeys(FIELDS) | {"social_media": {}}
    parts = []
    for one in sorted(there):
        markup, expected[one] = chance.choice(FIELDS[one])
        parts.append(markup)
    chance.shuffle(parts)
    around = [*CARDS, "", ""]
    chance.shuffle(around)
    wrap = chance.choice(["{}", '<article class="organisation full">{}</article>'])
    inside = "".join([*around[:3], *parts, *around[3:7]])
    main = f"<main>{around[7]}{name}{wrap.format(inside)}{''.join(around[8:])}</main>"
    return f"<body>{AROUND[0]}{main}{AROUND[1]}</body>", expected


def check_section(there: set[str], seed: int) -> None:
    chance = Random(seed)
    name = chance.choice(
        ['<h1 class="page-header"><span>ESN METU</span></h1>', "<h1>ESN METU</h1>"]
    )
    body, expected = write(there, chance, name)
    item = section(LINK, "TR", None, answer(URL, body))
    assert {name: getattr(item, name) for name in expected} == expected
    assert item.name == "ESN METU"
    assert item.longitude == (expected["latitude"] and "32.8")
    assert not judge(item).errors


def check_country(there: set[str], seed: int) -> None:
    body, expected = write(there, Random(seed), '<h1 class="page-header">ESN Netherlands</h1>')
    grid = f'<div class="views-view-grid"><div class="views-col">{CARD}</div></div>'
    item = country(NL, answer(NL.url, body.replace("</main>", f"{grid}</main>")))
    assert {name: getattr(item, name) for name in CONTACTS} == {
        name: expected[name] for name in CONTACTS
    }


def test_each_pair_of_a_section_s_fields_is_read_whatever_else_is_there() -> None:
    everything = set(FIELDS)
    pairs = [*combinations(FIELDS, 2), *combinations(FIELDS, 1), ()]
    for seed, pair in enumerate(pairs):
        check_section(set(pair), seed)
        check_section(everything - set(pair), seed)


@settings(max_examples=100)
@given(st.sets(st.sampled_from(list(FIELDS))), st.integers(0, 999))
def test_any_set_of_a_section_s_fields_is_read_whatever_else_is_there(
    there: set[str], seed: int
) -> None:
    check_section(there, seed)


@settings(max_examples=60)
@given(st.sets(st.sampled_from(CONTACTS)), st.integers(0, 999))
def test_a_country_s_contacts_are_its_own_and_not_its_sections(there: set[str], seed: int) -> None:
    check_country(there, seed)


@pytest.mark.parametrize("seed", range(10))
def test_without_its_heading_a_section_s_page_has_drifted(seed: int) -> None:
    body, _ = write({"city"}, Random(seed), "")
    with pytest.raises(DriftError, match="no name of a section"):
        section(LINK, "TR", None, answer(URL, body))


def test_a_section_is_listed_by_its_country_and_not_beside_its_list() -> None:
    grid = '<div class="views-view-grid">{}</div>'
    other = '<a href="/section/be-x">ESN X</a>'
    shown = (
        '<a href="/section/nl-b"><img alt="x"></a><span class="field-content">'
        '<a href="/section/nl-b">ESN B</a></span><a href="/section/nl-b">Read more</a>'
        '<a href="/section/nl-c">Read more</a>'
    )
    page = drupal_page(
        NL.url,
        f"<aside>{grid.format(other)}</aside><div class='view'>{grid.format(other)}</div>"
        '<div class="view"><div class="view-header"><p class="num_sections_country">2</p></div>'
        f"{grid.format(shown)}</div>",
    )
    assert [(link.slug, link.name) for link in section_links(page)] == [
        ("nl-b", "ESN B"),
        ("nl-c", None),
    ]


def test_without_the_list_a_country_is_called_what_a_country_may_be_called() -> None:
    page = drupal_page(
        f"{ACCOUNTS}/",
        '<p><a href="/country/tr">Country of the month</a> <a href="/country/tr">ESN Türkiye</a>'
        '<a href="/country/pl">Read more</a> <a href="/country/uk">UK</a></p>',
    )
    assert [(link.code, link.name) for link in country_links(page)] == [
        ("TR", "Türkiye"),
        ("PL", None),
        ("UK", "UK"),
    ]


def test_a_place_on_the_map_is_not_that_of_the_neighbours_it_links_to() -> None:
    place = '<div class="geolocation-location" data-lat="{}" data-lng="0">{}</div>'
    neighbour = '<a href="/section/tr-z">ESN Z</a>'
    title = '<h2 class="location-title"><a href="/section/tr-y">ESN Y</a></h2>'
    page = drupal_page(
        f"{ACCOUNTS}/",
        place.format(1, title + neighbour)
        + place.format(2, f'<a href="/section/tr-x">ESN X</a>{neighbour}')
        + place.format(3, '<a href="/section/tr-w">ESN W</a>'),
    )
    assert section_locations(page) == {"tr-y": ("1", "0"), "tr-w": ("3", "0")}
