from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import is_accessible
from tests.report.conftest import Made, OpenReport
from tests.report.networks import HOSTILE
from tests.report.reading import FIGURES, bars, choose, dots, table, text, tiles


def test_each_figure_has_a_chart_that_says_what_it_shows(page: Page) -> None:
    choose(page, "All countries")

    assert {figure.get_attribute("id") for figure in page.locator("figure").all()} == FIGURES
    for name in FIGURES:
        figure = page.locator(f"#{name}")
        assert figure.locator("svg path").count() > 1, name
        assert figure.locator("h3").inner_text()
        assert figure.locator(".says").inner_text().endswith(".")
        assert figure.locator("[role=img]").get_attribute("aria-label")
        assert len(table(page, name)) > 0
    assert [bars(page, name) for name in ("countries", "sections", "freshness")] == [5, 3, 4]
    assert dots(page) == 3  # not the one without coordinates, nor the one in the Indian Ocean
    said = text(page, "#map .says")
    assert "1 section lies too far away for this picture (France)" in said
    assert "1 section has no known coordinates and is not on the map." in said


def test_the_whole_network(page: Page, report_database: str) -> None:
    choose(page, "All countries")

    with psycopg.connect(report_database) as connection:
        count = "SELECT count(*), sum(participants) FROM bi.activities"
        activities, participants = connection.execute(count).fetchone() or ()
    assert (activities, participants) == (16, 1336)
    assert tiles(page) == {
        "Sections": "5",
        "Activities": "16",
        "National activities": "3",
        "Participants": "1,336",
        "Countries": "5",
    }
    said = text(page, "#key-figures")
    assert "12 in the last 365 days, 12 times as many as in the year before;" in said
    assert "; 1 still to come" in said
    assert "3 with an activity in the last 365 days" in said
    assert table(page, "countries") == [
        ["Türkiye", "3", "11", "2", "1,311"],
        ["The Czech Republic", "1", "1", "0", "1,000"],
        ["Andorra", "0", "1", "1", "20"],
        ["France", "1", "0", "0", "0"],
        ["Liechtenstein", "0", "0", "0", "0"],
    ]
    assert [row[:3] for row in table(page, "sections")] == [
        ["ESN Ankara · Türkiye", "9", "1,108"],
        ["ESN Brno · The Czech Republic", "1", "1,000"],
        [f"{HOSTILE} · Türkiye", "1", "3"],
    ]
    assert [row[:2] for row in table(page, "causes")] == [
        ["Culture", "67 %"],
        ["Education & Youth", "25 %"],
    ]
    assert [row[:2] for row in table(page, "types")] == [["Trip", "67 %"], ["Game", "33 %"]]
    assert [row[:2] for row in table(page, "quiet")] == [["ESN Réunion · France", "1"]]
    assert [row[1:] for row in table(page, "growth")] == [
        ["9", "1", "+8"],
        ["1", "0", "+1"],
        ["1", "0", "+1"],
    ]
    assert table(page, "history")[-1][1:] == ["140", "2"]  # Brno's total of last week still stands
    assert page.locator("#causes .legend").is_hidden()


def test_the_filter_changes_every_figure_chart_and_table(page: Page) -> None:
    choose(page, "All countries")
    before = {name: table(page, name) for name in FIGURES}
    drawn = {name: page.locator(f"#{name} svg").inner_html() for name in FIGURES}
    choose(page, "The Czech Republic")

    expect(page.get_by_role("heading", level=1)).to_have_text("The Czech Republic")
    assert tiles(page) == {
        "Sections": "1",
        "Activities": "2",
        "National activities": "0",
        "Participants": "1,000",
        "Place in the network": "2 of 5",
    }
    assert "1 in the last 365 days, none in the year before" in text(page, "#key-figures")
    assert table(page, "sections") == [["ESN Brno", "1", "1,000", table(page, "sections")[0][3]]]
    assert table(page, "causes") == [
        ["Education & Youth", "100 %", "25 %"],
        ["Culture", "0 %", "67 %"],
    ]
    assert table(page, "types") == [["Game", "100 %", "33 %"], ["Trip", "0 %", "67 %"]]
    assert [row[0] for row in table(page, "map")] == ["ESN Brno"]
    assert (dots(page), dots(page, "0.18")) == (1, 3)
    assert "number 2 of 5 countries" in text(page, "#countries .says")
    assert "Culture, 0 % against 67 %" in text(page, "#causes .says")
    assert page.locator("#causes .legend").is_visible()
    assert text(page, "#formats .says") == "None of the activities was online."
    assert "one day only" in text(page, "#history .says")
    assert page.locator("#history .chart").is_hidden()
    same = {name for name in FIGURES if table(page, name) == before[name]}
    assert same == {"countries"}  # there, one is made to stand out
    assert "No section of the Czech Republic went quiet" in text(page, "#quiet .says")
    shown = FIGURES - {"history", "quiet"}
    assert not [n for n in shown if page.locator(f"#{n} svg").inner_html() == drawn[n]]

    choose(page, "All countries")
    assert {name: table(page, name) for name in FIGURES} == before


def test_what_is_national_is_told_from_what_is_local(page: Page) -> None:
    choose(page, "All countries")
    said = "National organisations organised 3 of them, alone or with sections."
    assert said in text(page, "#activities .says")
    months = [row for row in table(page, "activities") if row[3] != "0"]
    assert sum(int(row[3]) for row in months) == 3
    assert "3 in the last 365 days; organised by a national" in text(page, "#key-figures")

    choose(page, "Türkiye")
    said = "The national organisation organised 2 of them, alone or with sections."
    for figure in "activities", "countries":
        assert said in text(page, f"#{figure} .says")
    assert tiles(page)["National activities"] == "2"
    assert [row[:2] for row in table(page, "sections")] == [["ESN Ankara", "9"], [HOSTILE, "1"]]

    choose(page, "The Czech Republic")  # its section took part in what that of Türkiye organised
    for figure in "activities", "countries":
        assert "The national organisation organised none of them." in text(page, f"#{figure} .says")


def test_how_many_activities_wait_for_their_types_is_said_beside_these(page: Page) -> None:
    waits = "1 activity counts as having none until its page is read again."
    for scope, said in ("All countries", True), ("Türkiye", True), ("The Czech Republic", False):
        choose(page, scope)
        assert (waits in text(page, "#types .says")) is said
        assert "read again" not in text(page, "#causes .says")


def test_a_country_with_nothing_but_a_national_organisation(page: Page) -> None:
    choose(page, "Andorra")

    assert tiles(page) == {
        "Sections": "0",
        "Activities": "1",
        "National activities": "1",
        "Participants": "20",
        "Place in the network": "3 of 5",
    }
    assert "No section of Andorra" in text(page, "#sections .says")
    assert text(page, "#activities .says").startswith("1 activity from")
    assert tiles(page, "quality-figures")["Valid"] == "100\u00a0%"


def test_the_address_keeps_the_country(page: Page, report: Path) -> None:
    heading = page.get_by_role("heading", level=1)
    page.goto(f"{report.as_uri()}#country=CZ")
    expect(heading).to_have_text("The Czech Republic")
    expect(page.get_by_label("Country", exact=True)).to_have_value("CZ")

    choose(page, "Türkiye")
    assert page.url.endswith("#country=TR")
    page.go_back()
    expect(heading).to_have_text("The Czech Republic")
    page.evaluate("location.hash = 'country=XX'")
    expect(heading).to_have_text("The whole network")
    choose(page, "Türkiye")
    choose(page, "All countries")
    assert "#" not in page.url


def test_a_country_without_sections(page: Page) -> None:
    choose(page, "Liechtenstein")

    assert tiles(page)["Sections"] == "0"
    assert "No section of Liechtenstein" in text(page, "#map .says")
    assert page.locator(".chart:visible").count() == 1  # its place among the countries
    assert "NaN" not in text(page, "body")
    assert "undefined" not in text(page, "body")


def test_names_are_text_whatever_is_in_them(page: Page) -> None:
    choose(page, "Türkiye")

    assert HOSTILE in [row[0] for row in table(page, "sections")]
    assert page.title() == "ESN PULSE: Türkiye"
    assert page.locator("img, main script").count() == 0


def test_a_dot_tells_its_section(page: Page) -> None:
    choose(page, "The Czech Republic")
    page.locator('#map svg .mark-symbol path[opacity="0.75"]').hover(force=True)
    tip = page.locator("#vg-tooltip-element.visible")
    expect(tip).to_contain_text("ESN Brno")
    expect(tip).to_contain_text("1,000")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_it_is_accessible(report: Path, open_report: OpenReport, scheme: str, width: int) -> None:
    page = open_report(report, "#country=TR", width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")

    expect(page.get_by_role("heading", level=1)).to_have_text("Türkiye")
    is_accessible(page)


def test_a_phone_shows_it_without_scrolling_sideways(report: Path, open_report: OpenReport) -> None:
    page = open_report(report, width=360)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for country in "Türkiye", "Liechtenstein", "All countries":
        choose(page, country)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, country


def test_the_keyboard_reaches_everything(report: Path, open_report: OpenReport) -> None:
    page = open_report(report, "#country=TR")

    def tab_to(matches: Callable[[], bool]) -> None:
        for _ in range(10):
            page.keyboard.press("Tab")
            if matches():
                return
        pytest.fail("it is not among the next ten")

    def focused(selector: str) -> Callable[[], bool]:
        return lambda: bool(page.evaluate(f"document.activeElement.matches({selector!r})"))

    tab_to(focused(".skip"))
    expect(page.locator(".skip")).to_be_in_viewport()
    tab_to(focused("#country"))
    tab_to(focused("#map .chart"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#map .told")).to_contain_text("ESN Ankara, Ankara: 10 activities, 9 of")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#map .told")).to_contain_text("ESN Izmir")
    tab_to(focused("#map summary"))
    expect(page.locator("#map .told")).to_be_empty()
    page.keyboard.press("Enter")
    expect(page.locator("#map table")).to_be_visible()

    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert focused("#main")()
    assert page.url.endswith("#country=TR")


def test_paper_is_light_and_without_controls(report: Path, open_report: OpenReport) -> None:
    page = open_report(report, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    bar = "getComputedStyle(document.querySelector('#activities .mark-rect path')).fill"
    dark = page.evaluate(background), page.evaluate(bar)
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate(background) == "rgb(255, 255, 255)" != dark[0]
    assert page.evaluate(bar) == "rgb(46, 49, 146)" != dark[1]
    assert page.locator("select:visible, summary:visible, .skip:visible").count() == 0
    assert page.locator(".chart svg:visible").count() == len(FIGURES)


def test_what_is_not_of_the_page_does_not_run(report: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(report.as_uri())
    refused = page.evaluate(
        """() => new Promise(resolve => {
            addEventListener("securitypolicyviolation", event => resolve(event.violatedDirective));
            const script = document.createElement("script");
            script.textContent = "document.title = 'owned'";
            document.body.append(script);
        })"""
    )
    assert refused == "script-src-elem"
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert "default-src 'none'" in str(policy)
    assert "unsafe-eval" not in str(policy)
    page.close()


def test_a_database_without_sections(empty_report: Made, open_report: OpenReport) -> None:
    assert f"Wrote {empty_report.path} (1." in empty_report.said
    assert "no section in the database yet. Fill it with: scrapy pulse" in empty_report.said

    page = open_report(empty_report.path, width=360)

    assert set(tiles(page).values()) == {"0"}
    for name in FIGURES:
        assert page.locator(f"#{name} .says").inner_text()
    assert page.locator(".chart:visible, .chart svg").count() == 0
    for broken in "NaN", "undefined", "null", "Infinity":
        assert broken not in text(page, "body")
    is_accessible(page)
