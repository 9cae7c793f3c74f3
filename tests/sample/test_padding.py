import json
from collections.abc import Callable

import pytest
from scrapy.http import HtmlResponse

from esn_pulse.pages import accounts, listing
from esn_pulse.pages.activity import activity
from esn_pulse.pages.proof.javascript import needs_javascript
from esn_pulse.pages.statistics import statistics
from sample.network.model import Network, SiteName
from sample.sites.padding import Padding
from sample.sites.routes import Answer, Sites

WEIGHT = 60_000
READERS: list[tuple[SiteName, str, Callable[[HtmlResponse], object]]] = [
    ("accounts", "/", accounts.country_links),
    ("accounts", "/", accounts.section_locations),
    ("accounts", "/country/tr", accounts.section_links),
    (
        "accounts",
        "/section/tr-anka-met",
        lambda page: accounts.section(
            accounts.SectionLink("tr-anka-met", None, page.url), "TR", None, page
        ),
    ),
    ("accounts", "/section/nowhere", needs_javascript),
    (
        "activities",
        "/activity/adventure-trip-lofoten-551",
        lambda page: activity(page, [1]),
    ),
    ("activities", "/organisation/esn-metu/activities?page=1", listing.listed_activities),
    ("activities", "/organisation/esn-metu/activities?page=1", listing.last_listing_page),
    ("activities", "/organisation/esn-metu/statistics", lambda page: statistics(page, 1)),
]
NO_PAGES: list[tuple[SiteName, str]] = [
    ("accounts", "/robots.txt"),
    ("activities", "/organisation/esn-tromso/statistics"),  # JSON
    ("activities", "/organisation/esn-maynooth/activities"),  # a redirect
]


def answer(network: Network, site: SiteName, path: str) -> Answer:
    return Sites(network).answer(site, "GET", path)


def page(body: str) -> HtmlResponse:
    return HtmlResponse("https://esn.example/", body=body.encode(), encoding="utf-8")


@pytest.mark.parametrize(("site", "path", "read"), READERS)
def test_a_padded_page_weighs_more_and_says_the_same(
    network: Network, site: SiteName, path: str, read: Callable[[HtmlResponse], object]
) -> None:
    light = answer(network, site, path)
    heavy = Padding(WEIGHT).pad(light)
    assert abs(len(heavy.body.encode()) - WEIGHT) < 1000
    assert read(page(heavy.body)) == read(page(light.body))
    for place in ("</style></head>", "</nav></header>", "</nav></footer>"):
        assert heavy.body.count(place) == 1
    settings = heavy.body.partition('drupal-settings-json">')[2].partition("</script>")[0]
    assert len(json.loads(settings)["views"]) > 50


@pytest.mark.parametrize(("site", "path"), NO_PAGES)
def test_only_pages_are_padded(network: Network, site: SiteName, path: str) -> None:
    light = answer(network, site, path)
    assert Padding(WEIGHT).pad(light) == light


@pytest.mark.parametrize("weight", [0, 3000])
def test_a_page_that_is_heavy_enough_stays_as_it_is(network: Network, weight: int) -> None:
    light = answer(network, "activities", "/organisation/esn-metu/activities")
    assert Padding(weight).pad(light) == light
