"""Links and redirects that lead away, and pages too deep to read."""

import pytest

from esn_pulse.exceptions import PageError
from esn_pulse.pages.accounts import country_links, section_links, section_locations
from esn_pulse.pages.addresses import is_same_kind, slug_on_site
from esn_pulse.pages.listing import listed_activities
from esn_pulse.pages.markup import as_page
from tests.pages import ACCOUNTS, ACTIVITIES, answer, drupal_page

LISTING = f"{ACTIVITIES}/organisation/esn-metu/activities?page=2"


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (LISTING, True),
        (f"{ACTIVITIES}/organisation/esn-odtu/activities/", True),
        (LISTING.replace("https:", "http:"), True),
        (f"{ACTIVITIES}/organisation/esn-metu/statistics", False),
        (f"{ACTIVITIES}/organisation/esn-metu", False),
        (f"{ACTIVITIES}/user/login?destination=/organisation/esn-metu/activities", False),
        (f"{ACTIVITIES}/", False),
        (LISTING.replace(ACTIVITIES, ACCOUNTS), False),
    ],
)
def test_a_page_may_move_but_stays_what_it_is(found: str, *, same: bool) -> None:
    assert is_same_kind(LISTING, found) is same


def test_a_start_page_may_be_anywhere_on_its_site() -> None:
    assert is_same_kind(f"{ACCOUNTS}/", f"{ACCOUNTS}/home/all")
    assert not is_same_kind(f"{ACCOUNTS}/", f"{ACTIVITIES}/")


ELSEWHERE = [
    *("https://elsewhere.example/{}/x", "//elsewhere.example/{}/x", "http://[/{}/x"),
    *("javascript:/{}/x", "mailto:/{}/x", "file://accounts.esn.org/{}/x", "data:/{}/x"),
    *("https://accounts.esn.org:99999/{}/x", "https://accounts.esn.org:port/{}/x"),
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_link_to_elsewhere_is_none(address: str) -> None:
    country, section = address.format("country"), address.format("section")
    shown = f"""
        <a href="/country/tr">Türkiye</a><a href="{country}">x</a>
        <p class="views-view-grid"><a href="/section/tr-y">y</a><a href="{section}">x</a></p>
        <div class="geolocation-location" data-lat="1" data-lng="2"><a href="{section}">x</a></div>
    """
    page = drupal_page(f"{ACCOUNTS}/", shown)
    assert [link.code for link in country_links(page)] == ["TR"]
    assert [link.slug for link in section_links(page)] == ["tr-y"]
    assert section_locations(page) == {}


def test_a_link_by_the_full_address_is_one() -> None:
    page = answer(LISTING, "")
    assert slug_on_site(f"{ACTIVITIES}/activity/x-1?y", "activity", page) == "x-1"


def test_a_listing_of_thousands_is_none() -> None:
    card = '<article class="activities-mini-preview"><a href="/activity/x"></a></article>'
    with pytest.raises(PageError, match="1001 activities on one page"):
        listed_activities(drupal_page(LISTING, card * 1001))


@pytest.mark.parametrize(("levels", "fits"), [(200, True), (300, False)])
def test_a_page_may_not_be_nested_too_deep(levels: int, *, fits: bool) -> None:
    page = answer(LISTING, "<div>" * levels)
    if fits:
        assert as_page(page).text == page.text
    else:
        with pytest.raises(PageError, match="nested too deep"):
            as_page(page)


def test_a_charset_that_takes_hours_is_none() -> None:
    page = answer(LISTING, '<meta charset="punycode"><p>Tromsø</p>').replace(encoding=None)
    assert as_page(page).encoding != "punycode"
