"""From page to page, on paper, and enlarged."""

from playwright.sync_api import expect

from tests.web.browser.conftest import Open, drawn

LIST = "/sections/esn-metu"


def test_the_period_stays_from_page_to_page(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name="All time").click()
    drawn(page)
    period = page.url.partition("?")[2]
    page.locator("#countries summary").click()
    page.locator("#countries").get_by_role("link", name="Türkiye").click()
    drawn(page)
    page.locator("#its-sections + .scrolling").get_by_role("link", name="Participants").click()
    assert page.url.partition("?")[2].startswith(period)
    expect(page.locator("#its-sections")).to_be_in_viewport()
    drawn(page)
    page.get_by_role("link", name="ESN METU").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ESN METU")
    assert page.url.endswith(f"{LIST}?{period}")
    expect(page.get_by_role("link", name="All time")).to_have_attribute("aria-current", "true")


def test_a_filter_keeps_the_period_and_shows_the_list(open_page: Open) -> None:
    page = open_page(f"{LIST}?start_date=2000-01-01&end_date=2100-01-01")
    page.get_by_label("Cause", exact=True).select_option(label="Education & Youth")
    page.get_by_role("button", name="Show").last.click()
    expect(page.get_by_text("2 activities.", exact=True)).to_be_in_viewport()
    assert "start_date=2000-01-01&end_date=2100-01-01" in page.url
    expect(page.get_by_label("Cause", exact=True)).to_have_value("Education & Youth")


def test_a_phone_first_shows_what_and_when(open_page: Open) -> None:
    page = open_page("/activities", 360)
    shown = page.locator(".wide").bounding_box()
    assert shown
    for column in "Activity", "When":
        box = page.get_by_role("columnheader", name=column).bounding_box()
        assert box
        assert box["x"] + box["width"] <= shown["x"] + shown["width"]


def test_twice_as_large_it_still_fits(open_page: Open) -> None:
    for path in "/", LIST:
        page = open_page(path, 640, device_scale_factor=2)  # as a browser does at 200 %
        assert page.evaluate("document.documentElement.scrollWidth") == 640
        page.context.close()


def test_paper_has_whole_tables_and_no_controls(open_page: Open) -> None:
    page = open_page(LIST, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in "form", "button", "nav", "summary", ".skip", ".screen", ".download":
        assert page.locator(f"{gone}:visible").count() == 0, gone
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".wide tbody tr:visible").count() == 20
    table = page.locator(".wide")
    assert table.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    page.set_viewport_size({"width": 673, "height": 1000})  # between the margins of A4
    assert page.evaluate("document.documentElement.scrollWidth") == 673
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth + 1")
    assert page.locator("figure .chart svg:visible").count() > 5
