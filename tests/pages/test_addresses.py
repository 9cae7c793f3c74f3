"""Addresses of the two sites, whatever stands before what they lead to."""

import pytest

from esn_pulse.pages.accounts import country_links, section_links, section_locations
from esn_pulse.pages.activity import activity
from esn_pulse.pages.addresses import activity_slug, is_same_kind, organisation_slug, plain, slug_in
from esn_pulse.pages.listing import listed_activities
from esn_pulse.pages.markup import absolute, as_page
from tests.pages import ACCOUNTS, ACTIVITIES, answer, drupal_page

PREFIXES = ["/index.php", "/en", "/pt-br", "/index.php/en", "/en/index.php", "/zh-hans", "/EN"]


@pytest.mark.parametrize(
    ("address", "kind", "slug"),
    [
        ("/organisation/esn-metu", "organisation", "esn-metu"),
        ("/organisation/esn-metu/activities?page=3#top", "organisation", "esn-metu"),
        ("https://activities.esn.org/activity/boat-party-20885/", "activity", "boat-party-20885"),
        ("/activity/caf%C3%A9-1", "activity", "café-1"),
        ("/country/tr", "country", "tr"),
        ("/section/tr-anka-met", "section", "tr-anka-met"),
        ("/section/tr-anka-met", "country", None),
        ("/organisation", "organisation", None),
        ("/organisation/", "organisation", None),
        ("/organisation//activities", "organisation", None),
        ("/organisation/%20%C2%A0", "organisation", None),
        ("/en/organisation/esn-metu", "organisation", "esn-metu"),
        ("/index.php/organisation/esn-metu/statistics", "organisation", "esn-metu"),
        ("/x/organisation/esn-metu", "organisation", None),
        ("/en/", "country", None),
        ("/country/en", "country", "en"),
        ("/en/country/en", "country", "en"),
        ("organisation/esn-metu", "organisation", None),
        ("/organisations/esn-metu", "organisation", None),
        ("?organisation/esn-metu", "organisation", None),
        ("mailto:board@example.org", "organisation", None),
        ("http://[broken/organisation/x", "organisation", None),
        ("", "organisation", None),
    ],
)
def test_a_slug_is_the_step_behind_its_kind(address: str, kind: str, slug: str | None) -> None:
    assert slug_in(address, kind) == slug


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "address",
    [
        "/activity/boat-1",
        "/organisation/esn-metu/activities?page=3",
        "/section/tr-anka-met",
        "/country/en",
        "/country/tr#top",
    ],
)
def test_what_stands_before_the_kind_leads_to_the_same_page(prefix: str, address: str) -> None:
    assert plain(prefix + address) == address
    assert plain(f"{ACCOUNTS}{prefix}{address}") == ACCOUNTS + address
    assert is_same_kind(ACCOUNTS + address, f"{ACCOUNTS}{prefix}{address}")


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/en", "/en/", "/index.php", "/country/en", "/activity/en", "/new/activity/boat-1"),
        *("/en/node/7", "/en/fr/activity/boat-1", "//en/activity/x", "mailto:/en/activity/x", ""),
        *(
            f"{ACTIVITIES}/user/en/activity/x",
            f"{ACTIVITIES}?x=/en/activity/x",
        ),
    ],
)
def test_any_other_address_stays_as_it_is(address: str) -> None:
    assert plain(address) == address


def test_only_links_of_the_same_site_get_the_plain_form() -> None:
    page = answer(f"{ACTIVITIES}/organisation/esn-metu/activities", "")
    assert absolute("/en/activity/boat-1", page) == f"{ACTIVITIES}/activity/boat-1"
    assert absolute(f"{ACTIVITIES}/en/activity/boat-1", page) == f"{ACTIVITIES}/activity/boat-1"
    elsewhere = "https://example.org/en/activity/boat-1"
    assert absolute(elsewhere, page) == elsewhere


@pytest.mark.parametrize("prefix", PREFIXES)
def test_countries_and_sections_are_met_under_any_prefix(prefix: str) -> None:
    shown = f"""
        <div class="country-list-row"><p class="views-field-label">
            <a href="{prefix}/country/tr">ESN Turkey</a></p></div>
        <div class="views-view-grid"><a href="{prefix}/section/tr-anka-met">ESN METU</a></div>
        <div class="geolocation-location" data-lat="1" data-lng="2">
          <h2 class="location-title"><a href="{prefix}/section/tr-anka-met">ESN METU</a></h2></div>
    """
    page = drupal_page(f"{ACCOUNTS}/", shown)
    assert [(one.code, one.url) for one in country_links(page)] == [
        ("TR", f"{ACCOUNTS}/country/tr")
    ]
    [section] = section_links(page)
    assert (section.slug, section.url) == ("tr-anka-met", f"{ACCOUNTS}/section/tr-anka-met")
    assert section_locations(page) == {"tr-anka-met": ("1", "2")}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_an_activity_is_met_once_under_any_prefix(prefix: str) -> None:
    card = """<article class="activities-mini-preview"><a href="{}/activity/boat-1"></a>
        <h5 class="eg-c-card-title"><a href="/activity/boat-1">Boat</a></h5></article>"""
    page = drupal_page(f"{ACTIVITIES}/organisation/esn-metu/activities", card.format(prefix) * 2)
    [found] = listed_activities(page)
    assert (found.event_slug, found.url) == ("boat-1", f"{ACTIVITIES}/activity/boat-1")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_page_is_stored_under_its_plain_address(prefix: str) -> None:
    body = f"""<h1>Boat</h1><article class="node ct-physical-activity--full">
        <div class="pseudo__organisers"><p class="pseudo__organiser">
        <a href="{prefix}/organisation/esn-metu">x</a></p></div></article>"""
    item = activity(as_page(drupal_page(f"{ACTIVITIES}{prefix}/activity/boat-1", body)), [1])
    assert (item.url, item.event_slug) == (f"{ACTIVITIES}/activity/boat-1", "boat-1")
    assert item.organisers == ["esn-metu"]


def test_whose_page_an_address_leads_to() -> None:
    assert organisation_slug("/organisation/esn-metu/statistics") == "esn-metu"
    assert organisation_slug("/activity/boat-1") is None
    assert activity_slug(f"{ACTIVITIES}/activity/boat-1?x=1") == "boat-1"
    assert activity_slug("/organisation/esn-metu") is None
