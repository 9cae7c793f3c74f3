"""Searching as one types."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.browser.conftest import Open


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page("/search")


def is_at(page: Page, text: str) -> None:
    expect(page.locator("#says")).to_contain_text(f"“{text}”")
    assert parse_qs(urlsplit(page.url).query) == {"q": [text]}


def asked(text: str) -> Callable[[str], bool]:
    """Whether an address asks for a text."""
    return lambda url: parse_qs(urlsplit(url).query).get("q") == [text]


def test_what_is_found_changes_without_a_new_page(page: Page) -> None:
    page.evaluate("window.same = true")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("şiş")
    expect(page.get_by_role("link", name="ESN Şişli")).to_be_visible()
    is_at(page, "şiş")
    expect(page.get_by_role("status")).to_have_text("2 results for “şiş”.")
    page.keyboard.type("x")
    is_at(page, "şişx")
    expect(page.get_by_role("status")).to_have_text("Nothing was found for “şişx”.")
    expect(page.locator("#found")).to_be_empty()
    page.get_by_role("searchbox").fill("")
    expect(page.get_by_role("status")).to_contain_text("Type a part of a name")
    assert urlsplit(page.url).query == ""
    assert page.evaluate("window.same")


def test_the_address_leads_to_the_same(page: Page) -> None:
    page.keyboard.type("İSTANBUL")
    is_at(page, "İSTANBUL")
    page.reload()
    is_at(page, "İSTANBUL")
    expect(page.get_by_role("searchbox")).to_have_value("İSTANBUL")
    expect(page.get_by_role("link", name="ESN Şişli")).to_be_visible()


def test_back_leads_to_what_was_found_and_then_to_where_one_came_from(open_page: Open) -> None:
    page = open_page("/countries")
    page.goto(page.url.replace("/countries", "/search"))
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("reunion")
    is_at(page, "reunion")
    page.get_by_role("link", name="Reunion").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reunion")
    page.go_back()
    is_at(page, "reunion")
    expect(page.get_by_role("link", name="Reunion")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("reunion")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Countries")


def test_an_answer_that_comes_late_does_not_win(page: Page) -> None:
    held: list[Route] = []
    page.route(asked("din"), lambda route: held.extend([route]))
    with page.expect_request(lambda request: asked("din")(request.url)):
        page.keyboard.type("din")
    page.get_by_role("searchbox").fill("assembly")
    is_at(page, "assembly")
    with page.expect_response(lambda answer: asked("din")(answer.url)):
        held[0].continue_()
    page.evaluate("() => new Promise(resolve => setTimeout(resolve))")
    is_at(page, "assembly")
    expect(page.get_by_role("link", name="Assembly")).to_be_visible()
    expect(page.get_by_role("link", name="Dinner")).to_have_count(0)


def test_why_nothing_can_be_found_is_said(page: Page) -> None:
    problem = "<main><h1>No data</h1><p class='lead'>Please try again in a while.</p></main>"
    page.route(asked("din"), lambda route: route.fulfill(body=problem, content_type="text/html"))
    page.keyboard.type("din")
    expect(page.get_by_role("status")).to_have_text("Please try again in a while.")
    expect(page.locator("#found")).to_be_empty()
