"""Whatever a site answers: it is read, or told to be broken; and what was read can be stored."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import to_jsonable_python
from scrapy.http import HtmlResponse, JsonResponse, TextResponse, XmlResponse

from esn_pulse.exceptions import PageError
from esn_pulse.items import PulseItem
from esn_pulse.pages import accounts, listing
from esn_pulse.pages.activity import activity
from esn_pulse.pages.markup import as_page
from esn_pulse.pages.proof.identity import of_activity, of_country, of_organisation, section_signs
from esn_pulse.pages.proof.impostors import what_it_is
from esn_pulse.pages.statistics import statistics
from esn_pulse.rules.verdicts import judge
from tests.pages import ACCOUNTS, ACTIVITIES

anything = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

SECTION = accounts.SectionLink("tr-x", None, f"{ACCOUNTS}/section/tr-x")
COUNTRY = accounts.CountryLink("TR", "Türkiye", f"{ACCOUNTS}/country/tr")

# What reads a page without making an item of it.
READERS: list[Callable[[TextResponse], object]] = [
    accounts.country_links,
    accounts.section_locations,
    accounts.stated_section_count,
    accounts.section_links,
    listing.last_listing_page,
    listing.listed_activities,
    what_it_is,
    lambda page: of_organisation(page, "esn-x", "ESN X"),
    lambda page: of_activity(page, ["x-1"], "X", ["esn-x"]),
    lambda page: section_signs(page, "tr-x", ["ESN X"], "TR", ("1", "nan")).tie,
    lambda page: of_country(page, "TR", "Türkiye", ["tr-x"]),
]
# Those of them without which there would be nothing to follow.
TELLING = {accounts.country_links, accounts.section_links, listing.listed_activities}
# What makes an item of a page.
MAKERS: list[Callable[[TextResponse], PulseItem]] = [
    lambda page: accounts.country(COUNTRY, page),
    lambda page: accounts.section(SECTION, "TR", None, page),
    lambda page: activity(page, [7]),
    lambda page: statistics(page, 7),
]

# --- Answers ---------------------------------------------------------------------------------

# One for each thing that is read, with holes for an address and for what stands inside.
FRAGMENTS = [
    '<i class="country-list-row"><i class="views-field-label"><a href="/country/{inside}">x</a>',
    '<i class="country-list-row"><i class="views-field-label"><a href="/country/tr">{inside}</a>',
    '<p><a href="{address}">{inside}</a></p>',
    '<base href="{address}">',
    '<div class="geolocation-location" data-lat="{inside}" data-lng="1">'
    '<a href="/section/{inside}"></a></div>',
    '<p class="view-header"><i class="num_sections_country">{inside}</i></p>',
    '<div class="views-view-grid"><a href="/section/{inside}">{inside}</a></div>',
    '<div class="views-view-grid"><a href="{address}">{inside}</a></div>',
    '<div class="field--name-field-city"><div class="field--item">{inside}</div></div>',
    '<p class="field--name-field-address address"><i class="locality">{inside}</i></p>',
    '<p class="field--name-field-email field--item">{inside}<a href="{address}">{inside}</a></p>',
    '<p class="field--name-field-university-name field--item">{inside}</p>',
    '<p class="field--name-field-university-website"><a href="{address}">{inside}</a></p>',
    '<a title="Website of the organisation" href="{address}">{inside}</a>',
    '<a title="{inside} profile" href="{address}">x</a><a title="profile" href="{address}">y</a>',
    '<p class="group__field-pseudo-group-logo"><img src="{address}"></p>',
    '<article class="activities-mini-preview"><a href="/activity/{inside}">x</a></article>',
    '<article class="activities-mini-preview"><a href="{address}">{inside}</a></article>',
    '<nav class="pager"><a title="Go to last page" href="?page={inside}">{inside}</a></nav>',
    '<div class="block--eg-activities-theme-page-title"><h1>{inside}</h1></div>',
    '<div class="activity__field-ct-act-dates"><b class="field-top-wrapper">'
    '<i class="highlight-data-text"><span>{inside}</span></i></b></div>',
    '<div class="activity__field-ct-act-location"><b class="highlight-data-text">'
    "<span>{inside}</span><span>{inside}</span></b></div>",
    '<div class="field-top-wrapper"><img src="icon_portal"><i class="highlight-data-text">'
    "<span>{inside}</span></i></div>",
    '<p class="highlight-data-text-big">{inside}</p>',
    '<p class="pseudo__organisers"><i class="pseudo__organiser"><a href="/organisation/{inside}">',
    '<p class="pseudo__organisers"><i class="pseudo__organiser"><a href="{address}"></a></i></p>',
    '<p class="activity-causes"><i class="activity-cause"><a>{inside}</a></i></p>',
    '<p class="activity-types"><i class="activity-type"><a>{inside}</a></i></p>',
    '<p class="activity__objectives"><i class="activity__objective"><span>{inside}</span></i></p>',
    '<p class="field-sdgs-wrapper"><img alt="{inside}"><img title="{inside}"></p>',
    '<div class="activity__field-ct-act-description">{inside}</div>',
    '<div class="activity__field-ct-act-goal-activity"><p class="field__item">{inside}</p></div>',
    '<div class="activity__field-ct-act-res-pos-aspect">{inside}</div>',
    '<div class="activity__field-ct-act-link-registrat"><a href="{address}">{inside}</a></div>',
    '<picture><img class="img-fluid" src="{address}"></picture>',
    "{inside}",
]
NASTY = [
    *(
        "",
        " ",
        "\x00",
        "&#0;",
        "\x01",
        "&#1;",
        "&#xD800;",
        "&#x110000;",
        "\ufffe",
        "\u200b",
        "\x85",
    ),
    *("08/11/2023", "31/02/2023", "00/00/0000", "-1", "9" * 5000, "1,250", "٣", "NaN", "1e999"),
    *("<!--", "-->", "<![CDATA[", "]]>", "<?php", "&", "<", "🎉", "é" * 300, "SDG 3"),
]
ADDRESSES = [
    *("/activity/boat-1", "/organisation/esn-x", "/section/tr-x", "/country/tr", "?page=3", "//"),
    *(
        "http://[broken",
        "http://[::1",
        "mailto:a@b.example",
        "mailto:%00",
        "/activity/%00%ED%A0%80",
    ),
    *("https://e.example/\x00", "http://\u2100.example", "http://a:b:c", "javascript:x", "\\\\x"),
    *("http://[/country/tr", "http://[/section/tr-x", "//[/activity/x", "/section/%2F\x07"),
]
TAGS = [
    "article",
    "base",
    "div",
    "p",
    "span",
    "a",
    "b",
    "h1",
    "br",
    "ul",
    "li",
    "script",
    "template",
    "td",
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    return draw(st.one_of(st.text(max_size=10), st.sampled_from(NASTY)))


@st.composite
def fragments(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    address = st.one_of(st.sampled_from(ADDRESSES), texts())
    fragment = draw(st.sampled_from(FRAGMENTS))
    return fragment.format(address=draw(address), inside=draw(inner))


elements = st.recursive(
    texts(),
    lambda inner: st.builds(
        lambda tag, inside: f"<{tag}>{''.join(inside)}</{tag}>",
        st.sampled_from(TAGS),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """Write a page; without a heading it is no section's, without an article no activity's."""
    heading = draw(st.sampled_from(["<h1>Boat</h1>", "<h1 class='page-header'>ESN</h1>", ""]))
    article = draw(st.sampled_from(["<article class='node ct-physical-activity--full'>", ""]))
    body = draw(st.lists(fragments(elements), max_size=8))
    return "".join([heading, article, *body]).encode("utf-8", "surrogatepass")


def answers(bodies: st.SearchStrategy[bytes]) -> st.SearchStrategy[TextResponse]:
    """Make pages of bodies, under any kind of text that a header may claim."""
    return st.builds(
        lambda url, kind, body, encoding: kind(url, body=body, encoding=encoding),
        st.sampled_from([f"{ACTIVITIES}/activity/boat-1", f"{ACTIVITIES}/", "https://x.example"]),
        st.sampled_from([HtmlResponse, TextResponse, XmlResponse, JsonResponse]),
        bodies,
        st.sampled_from(["utf-8", "latin-1", None]),
    )


numbers = st.one_of(st.none(), st.booleans(), st.integers(), st.floats())
any_text = st.text(st.characters(codec=None, exclude_categories=()))
scalars = st.one_of(numbers, any_text)
json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(any_text, inner)),
    max_leaves=10,
)
pairs = st.tuples(st.one_of(scalars, st.just("Physical activities")), json_values).map(list)
lists = st.one_of(
    json_values,
    st.fixed_dictionaries({"values": st.one_of(st.lists(pairs), json_values)}),
)
names = ["total_activities", "total_participants", "total_causes", "online_types"]
figures = st.one_of(json_values, st.dictionaries(st.sampled_from(names), lists, max_size=4))
SETTINGS = '<script data-drupal-selector="drupal-settings-json">{}</script>'

# --- What holds for all of them --------------------------------------------------------------


def strings(value: Any) -> Iterator[str]:
    """Yield every text inside of a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(key)
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def assert_storable(value: Any) -> None:
    """Fail unless PostgreSQL takes the value as JSON."""
    json.dumps(value, allow_nan=False)
    for text in strings(value):
        assert "\x00" not in text
        text.encode()  # fails for a surrogate


def read(maker: Callable[[TextResponse], PulseItem], page: TextResponse) -> None:
    """Make an item, judge it and store it, in so far as that can be done without a database."""
    try:
        item = maker(page)
    except PageError as error:
        assert_storable(str(error))
        return
    verdict = judge(item)
    assert_storable(to_jsonable_python(vars(item)))
    assert_storable([verdict.errors, verdict.found])
    if verdict.row is not None:
        assert_storable(verdict.row.model_dump(mode="json"))


@pytest.mark.parametrize("bodies", [pages(), st.binary(max_size=200)], ids=["html", "bytes"])
def test_any_page_is_read_or_told_to_be_broken(bodies: st.SearchStrategy[bytes]) -> None:
    @anything
    @given(answers(bodies))
    def check(answer: TextResponse) -> None:
        try:
            page = as_page(answer)
        except PageError:
            return
        for reader in READERS:
            try:
                reader(page)
            except PageError:
                assert reader in TELLING
        for maker in MAKERS:
            read(maker, page)

    check()


@anything
@given(figures, st.booleans())
def test_any_statistics_are_read_or_told_to_be_broken(value: object, in_page: bool) -> None:  # noqa: FBT001
    body = json.dumps({"activities_statistics": value})
    text = SETTINGS.format(body) if in_page else body
    read(MAKERS[-1], HtmlResponse(f"{ACTIVITIES}/x", body=text.encode(), encoding="utf-8"))


@anything
@given(answers(pages()))
def test_what_is_met_on_the_way_is_clean(answer: TextResponse) -> None:
    try:
        page = as_page(answer)
    except PageError:
        return
    with suppress(PageError):
        for link in accounts.country_links(page):
            assert_storable([link.code, link.name, link.url])
            judge(accounts.country(link))
    with suppress(PageError):
        for section in accounts.section_links(page):
            assert_storable([section.slug, section.name])
            judge(accounts.section(section, "TR", ("NaN", "\x00")))
    with suppress(PageError):
        for card in listing.listed_activities(page):
            assert_storable([card.event_slug, card.url, card.shown])
    assert_storable(list(accounts.section_locations(page)))
