"""Pages by keyboard, and as they are read out."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Open, drawn
from tests.web.dashboard.network import HOSTILE

HEADINGS = "h1, h2, h3, h4"
VISIBLE = """() => {
    const style = getComputedStyle(document.activeElement);
    const place = document.activeElement.getBoundingClientRect();
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
        && place.width > 0 && place.bottom > 0 && place.top < innerHeight;
}"""


def tab_to(page: Page, selector: str, most: int = 12) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(VISIBLE), page.evaluate(
            "document.activeElement.outerHTML.slice(0, 200)"
        )
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not among the next {most}")


def test_one_skips_to_the_content(open_page: Open) -> None:
    page = open_page("/activities")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "#text", most=1)


def test_the_menu_and_the_search_come_first(open_page: Open) -> None:
    page = open_page("/")
    tab_to(page, "header nav a[href='/countries']")
    tab_to(page, "#find")
    page.keyboard.type("brno")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=brno")
    expect(page.get_by_role("status")).to_contain_text("for “brno”.")


def test_a_table_is_filtered_sorted_and_paged(open_page: Open) -> None:
    page = open_page("/sections/esn-metu")
    tab_to(page, "#text", most=30)
    page.keyboard.type("dinner")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=dinner**")
    drawn(page)
    page.locator("#activities-list").evaluate("one => one.scrollIntoView()")
    page.get_by_role("button", name="Show").last.focus()
    tab_to(page, ".wide")
    tab_to(page, "thead a", most=1)
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=title**")
    expect(page.get_by_role("columnheader", name="Activity")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page.locator("#activities-list")).to_be_in_viewport()
    drawn(page)
    page.get_by_role("link", name="Dinner 19").focus()
    tab_to(page, ".pager a", most=1)
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2**")
    expect(page.get_by_role("rowheader")).to_have_text([f"Dinner {n}" for n in range(20, 24)])


def test_the_arrow_keys_go_through_the_map(open_page: Open) -> None:
    page = open_page("/countries/TR")
    page.locator("#map .chart").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#map .told")).to_contain_text("ESN METU, Ankara: 26 activities")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#map .told")).to_contain_text(HOSTILE)
    page.keyboard.press("Tab")
    expect(page.locator("#map .told")).to_be_empty()
    page.keyboard.press("Enter")
    expect(page.locator("#map table")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/countries/TR", "/sections/esn-metu", "/activities/soon"])
def test_it_is_read_out_in_order(open_page: Open, path: str) -> None:
    page = open_page(path)
    levels = [int(one.evaluate("one => one.tagName[1]")) for one in page.locator(HEADINGS).all()]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert not [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
    for role in "banner", "main", "contentinfo":
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("navigation", name="Main").count() == 1
    assert page.get_by_role("search").count() == 1


def test_controls_and_tables_have_names(open_page: Open) -> None:
    page = open_page("/sections/esn-metu")
    for name in "Cause", "Type", "Goal", "Place", "Without":
        assert page.get_by_role("combobox", name=name, exact=True).count() == 1
    assert page.get_by_role("region", name="Activities", exact=True).count() == 1
    assert page.get_by_role("table", name="Activities").count() == 1
    assert page.get_by_role("navigation", name="Pages").count() == 1
    assert page.get_by_role("link", name="Last 365 days").get_attribute("aria-current") == "true"


def test_nothing_moves_for_whom_nothing_shall(open_page: Open) -> None:
    page = open_page("/", reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    scrolls = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(scrolls) == "auto"
