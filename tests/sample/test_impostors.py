import pytest
from parsel import Selector

from sample.network.model import Network, SiteName
from sample.sites.impostors import IMPOSTORS, Impostor, cut, emptied, impostor
from sample.sites.routes import Sites

PAGES: list[tuple[SiteName, str]] = [
    ("accounts", "/country/tr"),
    ("accounts", "/section/tr-anka-met"),
    ("activities", "/activity/adventure-trip-lofoten-551"),
    ("activities", "/organisation/esn-metu/activities?page=1"),
    ("activities", "/organisation/esn-metu/statistics"),
]


@pytest.mark.parametrize("which", IMPOSTORS)
def test_an_impostor_is_the_same_each_time_and_shows_nothing_of_the_page(which: Impostor) -> None:
    path = "/section/tr-anka-met"
    pages = {impostor(which, "accounts", path, seed=1) for _ in range(2)}

    [page] = pages
    assert "METU" not in page
    assert "activities_statistics" not in page


@pytest.mark.parametrize("which", ["maintenance", "not_found", "login"])
def test_a_site_says_in_its_own_frame_what_is_the_matter(which: Impostor) -> None:
    page = Selector(impostor(which, "activities", "/activity/picnic-7", seed=1))

    assert "| Activities" in (page.css("title::text").get() or "")
    assert page.css("main h1.page-header")
    assert page.css('script[data-drupal-selector="drupal-settings-json"]')


def test_unknown_pages_are_all_different() -> None:
    pages = [impostor("unknown", "accounts", f"/section/{n}", seed=1) for n in range(40)]

    assert len(set(pages)) == 40
    assert 5 < sum("</footer>" in page and "navbar" in page for page in pages) < 35


@pytest.mark.parametrize(("site", "path"), PAGES)
def test_an_emptied_page_keeps_its_frame_only(network: Network, site: SiteName, path: str) -> None:
    proper = Sites(network).answer(site, "GET", path).body
    empty = Selector(emptied(proper))

    assert empty.css("title::text").get() == Selector(proper).css("title::text").get()
    assert len(empty.css("nav")) > 2
    assert empty.css("main").xpath("count(.//node())").get() == "0.0"
    assert "activities_statistics" not in empty.get()


def test_a_cut_page_is_its_beginning() -> None:
    body = "<main>Tromsø".encode()

    assert cut(body, 0.97, closed=False) == body[:-1]
    assert cut(body, 0.5, closed=True) == b"<main></body></html>"
    assert cut(body, 1, closed=False) == body
