"""Every page at every width, light and dark."""

import pytest
from playwright.sync_api import Page

from tests.accessibility import is_accessible
from tests.web.browser.conftest import Open
from tests.web.servers import PAGE, Site, asks

ODD = [
    *("/countries/LI", "/sections/bare", "/sections/lost", "/sections/esn-hostile"),
    *("/sections/esn-long", "/sections/esn-merged", "/activities/hostile", "/activities/long"),
    *("/activities/alone", "/search?q=nothing+like+it", "/activities?sdg=4"),
]
PAGES = [
    *("/", "/countries", "/countries/TR", "/sections", "/sections/esn-metu", "/activities"),
    *("/activities/dinner-1", "/organisations/esn-alumni", "/search", "/search?q=esn", "/api/docs"),
]
ERRORS = {"/nothing": 404, "/activities?sdg=99": 422, PAGE: 503}


def is_whole(page: Page, width: int) -> None:
    """It does not scroll sideways, even with all tables open, and all its charts are there."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for figure in page.locator("figure:not(.empty)").all():
        assert figure.locator("svg path").count() > 1, figure.get_attribute("id")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_accessible(open_page: Open, path: str) -> None:
    for width, scheme in (360, "dark"), (1280, "light"), (3840, "dark"):
        page = open_page(path, width, color_scheme=scheme)
        is_whole(page, width)
        if width != 3840:
            is_accessible(page)
        page.context.close()


@pytest.mark.parametrize("path", ODD)
def test_so_are_those_with_little_or_too_much(open_page: Open, path: str) -> None:
    page = open_page(path, 360, color_scheme="dark")
    is_whole(page, 360)
    is_accessible(page)
    assert page.title() != "owned"


@pytest.mark.parametrize(("path", "status"), ERRORS.items())
def test_so_are_those_that_say_what_went_wrong(
    open_page: Open, site: Site, path: str, status: int
) -> None:
    site.probe.reads = asks("SELECT * FROM bi.nothing")
    page = open_page(path, 360, status)
    is_whole(page, 360)
    is_accessible(page)
    assert page.inner_text("main .lead")
    assert page.get_by_role("link", name="To the whole network").is_visible()
