"""Whose page a page is, by its signs."""

import json

import pytest
from scrapy.http import TextResponse

from esn_pulse.pages.proof.identity import (
    Tie,
    of_activity,
    of_country,
    of_organisation,
    section_signs,
)
from tests.pages import ACCOUNTS, ACTIVITIES, FOOTER, HEADER, answer, drupal_page


def page_of(url: str, main: str = "", head: str = "", settings: object = None) -> TextResponse:
    script = f'<script type="application/json">{json.dumps(settings)}</script>' if settings else ""
    return answer(
        url,
        f"<!DOCTYPE html><html><head>{head}</head>"
        f"<body>{HEADER}<main>{main}</main>{FOOTER}{script}</body></html>",
    )


def path(current: str) -> dict[str, object]:
    return {"path": {"baseUrl": "/", "currentPath": current}}


# --- Organisations -----------------------------------------------------------------------------

STATISTICS = f"{ACTIVITIES}/organisation/esn-metu/statistics"


def canonical(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


def organisation(main: str = "", head: str = "", settings: object = None) -> Tie:
    return of_organisation(page_of(STATISTICS, main, head, settings), "esn-metu", "ESN METU")


@pytest.mark.parametrize(
    "head",
    [
        canonical("/organisation/esn-metu/statistics"),
        canonical("https://activities.esn.org/organisation/ESN-METU"),
        '<link rel="shortlink" href="/organisation/esn-metu">',
        '<meta property="og:url" content="https://x.example/organisation/esn-metu/statistics">',
        "<title>Statistics of ESN METU | Activities</title>",
        "<title>METU | Activities</title>",
    ],
)
def test_an_organisation_s_page_is_known_by_its_head(head: str) -> None:
    assert organisation(head=head) is Tie.OURS


@pytest.mark.parametrize(
    "main",
    [
        "<h1>Statistics of ESN METU</h1>",
        "<h1>ESN&nbsp;Metu</h1>",
        '<ul><li><a href="/organisation/esn-metu/activities">Activities</a></li></ul>',
        '<nav class="tabs"><a href="/organisation/esn-metu/statistics">x</a></nav>',
        '<nav class="pager"><a href="/organisation/esn-metu/activities?page=1">2</a></nav>',
    ],
)
def test_an_organisation_s_page_is_known_by_its_content(main: str) -> None:
    assert organisation(main) is Tie.OURS


def test_the_site_s_inner_address_tells_whose_page_it_is() -> None:
    assert organisation(settings=path("organisation/esn-metu/statistics")) is Tie.OURS
    assert organisation(settings=path("organisation/esn-ege/statistics")) is Tie.OTHERS
    assert organisation(settings=path("group/8/statistics")) is Tie.NONE


@pytest.mark.parametrize(
    ("main", "head"),
    [
        ("", canonical("/organisation/esn-ege/statistics")),
        ("", canonical("/organisation/esn-metu/activities")),  # its listing
        ("", canonical("/activity/boat-party-1")),
        ("<h1>Statistics of ESN Ege</h1>", ""),
        ('<ul><li><a href="/organisation/esn-ege/activities">Activities</a></li></ul>', ""),
        ('<nav class="pager"><a href="/organisation/esn-ege/activities?page=1">2</a></nav>', ""),
        ('<h1>ESN METU</h1><article class="node ct-physical-activity--full"></article>', ""),
        ('<h1>ESN METU</h1><div class="country-list-row"></div>', ""),
    ],
)
def test_another_s_page_is_known_by_the_same_signs(main: str, head: str) -> None:
    assert organisation(main, head) is Tie.OTHERS


@pytest.mark.parametrize(
    ("main", "head"),
    [
        ("", ""),
        (
            "<h1>Site under maintenance</h1>",
            "<title>Site under maintenance | ESN Activities</title>",
        ),
        ("<h1>ESN Activities</h1>", canonical("/")),
        ('<p class="act-organiser"><a href="/organisation/esn-ege">ESN Ege</a></p>', ""),
        ('<nav><a href="/organisation/esn-international/statistics">All</a></nav>', ""),
        ("<h1>Statistics</h1>", ""),
        ("<h1>ESN Activities Platform</h1>", ""),
        ('<nav><h1>ESN Student Network</h1></nav><h1><a href="/">ESN Students</a></h1>', ""),
    ],
)
def test_a_page_without_a_sign_is_nobody_s(main: str, head: str) -> None:
    assert organisation(main, head) is Tie.NONE


def test_what_names_ours_outweighs_what_names_another() -> None:
    assert organisation("<h1>ESN Ege</h1>", canonical("/organisation/esn-metu")) is Tie.OURS
    assert organisation("<h1>ESN METU</h1>", canonical("/organisation/odtu")) is Tie.OURS


def test_an_alias_older_than_the_name_is_ours_and_so_is_where_a_redirect_led() -> None:
    moved = page_of(
        f"{ACTIVITIES}/organisation/esn-new/statistics", head=canonical("/organisation/esn-new")
    )
    assert of_organisation(moved, "esn-old") is Tie.OURS
    old = page_of(
        f"{ACTIVITIES}/organisation/esn-vsb-tu-ostrava/statistics", "<h1>ESN Ostravská</h1>"
    )
    assert of_organisation(old, "esn-vsb-tu-ostrava", "ESN Ostravska") is Tie.OURS
    assert of_organisation(old, "esn-vsb-tu-ostrava") is Tie.NONE
    leiden = page_of(f"{ACTIVITIES}/organisation/esn-leiden-0/activities", "<h1>ESN Leiden</h1>")
    assert of_organisation(leiden, "esn-leiden-0") is Tie.OURS


# --- Activities --------------------------------------------------------------------------------

ACTIVITY = f"{ACTIVITIES}/activity/boat-party-20885"
BY_METU = (
    '<article class="node"><div class="pseudo__organisers">'
    '<a href="/organisation/esn-metu">METU</a></div></article>'
)
BY_EGE = BY_METU.replace("metu", "ege")


def activity(
    main: str = "", head: str = "", title: str | None = "Boat Party", settings: object = None
) -> Tie:
    page = page_of(ACTIVITY, main, head, settings)
    return of_activity(page, ["boat-party-20885"], title, ["esn-metu"])


@pytest.mark.parametrize(
    ("main", "head"),
    [
        ("", canonical("/activity/boat-party-20885")),
        ("", canonical("/activity/boat-trip-20885")),  # renamed: the node's number stays
        ("", '<link rel="shortlink" href="/node/20885">'),
        ("<h1>Boat Party</h1>", ""),
        ("<h1>BOAT PARTY!</h1>" + BY_METU, ""),
        ("", "<title>Boat Party | ESN Activities</title>"),
        (BY_METU, ""),
        (f"<h1>Party by boat</h1>{BY_METU}", canonical("/node/20885")),
    ],
)
def test_an_activity_s_page_is_known_by_any_of_its_signs(main: str, head: str) -> None:
    assert activity(main, head) is Tie.OURS


def test_the_number_of_the_node_tells_whose_page_it_is() -> None:
    assert activity(settings=path("node/20885")) is Tie.OURS
    assert activity("<h1>Boat Party</h1>" + BY_METU, settings=path("node/7")) is Tie.OTHERS


@pytest.mark.parametrize(
    ("main", "head"),
    [
        ("<h1>Boat Party</h1>", canonical("/activity/boat-party-20900")),
        ("<h1>Boat Party</h1>", canonical("/organisation/esn-metu/activities")),
        (f"<h1>Trip to Ankara</h1>{BY_METU}", ""),
        (f"<h1>Trip to Ankara</h1>{BY_EGE}", ""),
    ],
)
def test_another_activity_s_page_is_known_by_the_same_signs(main: str, head: str) -> None:
    assert activity(main, head) is Tie.OTHERS


def test_the_same_title_at_another_organiser_s_proves_nothing() -> None:
    assert activity("<h1>Boat Party</h1>" + BY_EGE) is Tie.NONE


def test_without_a_card_the_slug_may_be_older_than_the_title() -> None:
    assert activity("<h1>Party on the lake</h1>" + BY_METU, title=None) is Tie.OURS
    assert activity("<h1>Party on the lake</h1>", title=None) is Tie.NONE
    assert activity("<h1>Trip to Ankara</h1>" + BY_EGE, title=None) is Tie.OTHERS


def test_a_long_title_may_be_cut() -> None:
    title = "The longest of all our trips to the mountains and back to the sea"
    assert activity(f"<h1>{title}</h1>", title=title[:50] + "…") is Tie.OURS


def test_a_page_that_names_no_activity_is_nobody_s() -> None:
    assert activity() is Tie.NONE
    assert activity("<h1>🎉</h1>", title="🎉") is Tie.NONE


# --- Sections ----------------------------------------------------------------------------------

SECTION = f"{ACCOUNTS}/section/tr-anka-met"
LOGO = '<img src="/files/logos/TR/TR-ANKA-MET.png?itok=x">'
PLACE = '<div class="geolocation-location" data-lat="39.8917491" data-lng="32.7864270"></div>'


def section(main: str = "", head: str = "") -> Tie:
    page = page_of(SECTION, main, head)
    return section_signs(page, "tr-anka-met", ["ESN METU"], "TR", ("39.89175", "32.78643")).tie


@pytest.mark.parametrize(
    ("main", "head"),
    [
        ('<h1 class="page-header">ESN METU</h1>', ""),
        ("<h1>Metu</h1>", ""),
        ("", "<title>ESN METU | Accounts</title>"),
        ("", canonical("/section/tr-anka-met")),
        (LOGO, ""),
        (PLACE, ""),
        ('<a href="/country/tr">Turkey</a>', ""),
        (f"<h1>ESN ODTÜ</h1>{LOGO}", ""),
    ],
)
def test_a_section_s_page_is_known_by_any_of_its_signs(main: str, head: str) -> None:
    assert section(main, head) is Tie.OURS


@pytest.mark.parametrize(
    ("main", "head"),
    [
        ("", canonical("/section/tr-izmi-ege")),
        (LOGO.replace("ANKA-MET", "IZMI-EGE"), ""),
        (f"<h1>ESN Ege</h1>{PLACE.replace('39', '38')}", ""),
        ('<h1>ESN Oslo</h1><a href="/country/no">Norway</a>', ""),
        ('<h1>ESN Ege</h1><img src="/logos/TR/TR-IZMI-EGE.png"><a href="/country/tr">x</a>', ""),
    ],
)
def test_another_section_s_page_is_known_by_the_same_signs(main: str, head: str) -> None:
    assert section(main, head) is Tie.OTHERS


@pytest.mark.parametrize(
    "main",
    [
        "",
        '<h1 class="page-header">Site under maintenance</h1>',
        '<h1>ESN Ege</h1><a href="/country/tr">Turkey</a>',
        '<nav><a href="/country/tr">Turkey</a></nav>',
    ],
)
def test_a_page_that_names_no_section_is_nobody_s(main: str) -> None:
    assert section(main) is Tie.NONE


def test_a_new_name_needs_another_sign() -> None:
    def signs(main: str) -> tuple[bool | None, bool]:
        found = section_signs(page_of(SECTION, main), "tr-anka-met", ["ESN METU"], "TR", None)
        return found.name, found.has_identity

    assert signs("<h1>ESN METU</h1>") == (True, False)
    assert signs("<h1>ESN Ankara</h1>") == (False, False)
    assert signs("<h1>ESN METU Ankara</h1>") == (None, False)
    assert signs(f"<h1>ESN Ankara</h1>{LOGO}") == (False, True)


# --- Countries ---------------------------------------------------------------------------------


def country(main: str, code: str = "TR", name: str | None = "Turkey", *stored: str) -> Tie:
    page = drupal_page(f"{ACCOUNTS}/country/{code.lower()}", main)
    return of_country(page, code, name, stored)


def linked(*slugs: str) -> str:
    return "".join(f'<a href="/section/{slug}">x</a>' for slug in slugs)


def test_a_country_s_page_is_known_by_its_sections_or_its_name() -> None:
    assert country(linked("tr-anka-met", "tr-izmi-ege")) is Tie.OURS
    assert country("<h1>ESN Turkey</h1>") is Tie.OURS
    assert country(linked("uk-lond-ucl"), "GB", "UK") is Tie.OURS
    assert country(linked("london", "leeds"), "UK", None, "london", "leeds") is Tie.OURS


def test_a_page_of_another_country_is_known_by_its_sections() -> None:
    assert country(linked("no-oslo-esn", "no-berg-esn")) is Tie.OTHERS
    assert country("<h1>ESN Norway</h1>" + linked("no-oslo-esn")) is Tie.OTHERS


def test_a_page_that_names_no_country_is_nobody_s() -> None:
    assert country('<h1 class="page-header">Site under maintenance</h1>') is Tie.NONE
