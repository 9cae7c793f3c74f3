"""Signing in and out, in a real browser."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Page, expect

from esn_pulse.web.sign_in import local_users
from esn_pulse.web.sign_in.passwords import hash_password
from esn_pulse.web.sign_in.people import Belongings
from tests.accessibility import is_accessible
from tests.node.node import free_port
from tests.web.browser.conftest import Open, drawn
from tests.web.browser.test_every_page import is_whole
from tests.web.browser.test_keyboard import tab_to
from tests.web.servers import Site, served
from tests.web.sign_in.provider import CLIENT, SECRET

PASSWORD = "correct horse battery"
LONG = "anna.of.the.section.with.the.longest.name.of.all-1"


@pytest.fixture(scope="module")
def shared_site(web_database: str) -> Iterator[Site]:
    """A web in which one can sign in, also with an ESN account."""
    with psycopg.connect(web_database) as connection:
        for name in "anna", LONG:
            local_users.add(connection, name, hash_password(PASSWORD), Belongings())
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ESN_CLIENT_ID", CLIENT)
        patch.setenv("ESN_CLIENT_SECRET", SECRET)
        with served(web_database, writing=web_database, WEB_PORT=port, WEB_URL=url) as site:
            yield site


def type_in(page: Page, name: str, password: str) -> None:
    tab_to(page, "#name", most=16)
    page.keyboard.type(name)
    tab_to(page, "#password", most=1)
    page.keyboard.type(password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("has_script", [True, False])
def test_one_signs_in_and_out_by_keyboard(open_page: Open, *, has_script: bool) -> None:
    page = open_page("/sections", java_script_enabled=has_script)
    account = page.locator("header .account")
    account.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in?next=**")
    if has_script:
        type_in(page, "anna", PASSWORD)
    else:
        page.get_by_label("User name").fill("anna")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sections")
    expect(account).to_contain_text("Signed in as anna")
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)

    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_page_is_whole_and_accessible(open_page: Open, width: int, scheme: str) -> None:
    page = open_page("/sign-in?next=/countries", width, color_scheme=scheme)
    is_whole(page, width)
    is_accessible(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    button = page.get_by_role("link", name="Sign in with ESN")
    expect(button).to_have_attribute("href", "/sign-in/esn?next=%2Fcountries")


def test_so_is_that_which_says_why_it_did_not_work(open_page: Open) -> None:
    page = open_page("/sign-in/esn/callback?state=x", 320, 400, color_scheme="dark")
    expect(page.get_by_role("alert")).to_contain_text("Please begin again")
    is_whole(page, 320)
    is_accessible(page)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_long_name_leaves_room_for_the_rest(open_page: Open, scheme: str) -> None:
    page = open_page("/sign-in", 320, color_scheme=scheme)
    type_in(page, LONG, PASSWORD)
    page.wait_for_url(lambda url: url.endswith("/"))
    drawn(page)
    is_whole(page, 320)
    is_accessible(page)
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
