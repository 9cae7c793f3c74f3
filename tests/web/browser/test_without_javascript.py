"""Pages where no script runs."""

from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Open
from tests.web.browser.test_every_page import PAGES


def told(page: Page) -> str:
    page.evaluate("document.querySelectorAll('.chart svg').forEach(one => one.remove())")
    return page.inner_text("main")


def test_all_but_the_charts_is_there(open_page: Open) -> None:
    for path in PAGES:
        with_it = open_page(path)
        without = open_page(path, java_script_enabled=False)
        assert told(without) == told(with_it), path
        without.context.close()
        with_it.context.close()


def test_the_tables_of_the_figures_are_read_by_a_click(open_page: Open) -> None:
    page = open_page("/countries/TR", java_script_enabled=False)
    assert page.locator("figure .chart svg").count() == 0
    table = page.locator("#causes table")
    expect(table).to_be_hidden()
    page.locator("#causes summary").click()
    expect(table).to_be_visible()
    expect(table.locator("tbody th").first).to_have_text("Culture")


def test_forms_work(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_label("Country", exact=True).select_option(label="Türkiye")
    page.get_by_label("From", exact=True).fill("2020-01-01")
    page.get_by_label("To", exact=True).fill("2020-12-31")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Türkiye")
    assert page.url.endswith("/countries/TR?start_date=2020-01-01&end_date=2020-12-31")
    page.get_by_label("Country", exact=True).select_option(label="All countries")
    page.get_by_role("button", name="Show").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The whole network")
    assert "start_date=2020-01-01&end_date=2020-12-31" in page.url

    page.get_by_role("searchbox").fill("sisli")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="ESN Şişli").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ESN Şişli")
