"""The pages in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import create_database, database_name, drop_database
from tests.web.servers import Site

Open = Callable[..., Page]

PATIENCE = 30_000  # milliseconds, for what comes at once where nothing else is at work
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def web_database(server: str, network_template: str) -> Iterator[str]:
    """Address of the database of a network that has what pages have to cope with."""
    conninfo = create_database(server, database_name(network_template))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture(scope="module")  # its event loop must have ended when a test with its own begins
def chromium(browser: str) -> Iterator[Browser]:
    """A browser for all tests of a module."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[Open]:
    """Open a page: ``open_page("/countries", width=360, color_scheme="dark")``."""
    with opening(chromium, site) as open_path:
        yield open_path


@contextmanager
def opening(chromium: Browser, site: Site) -> Iterator[Open]:
    """Open pages until the block is left; fails if one says anything or asks another site.

    A browser itself says of a page that it came with an error: that is what it is to do.
    """
    heard: list[str] = []
    with ExitStack() as stack:

        def open_path(path: str, width: int = 1280, status: int = 200, **options: object) -> Page:
            size = {"width": width, "height": 800}
            context = chromium.new_context(viewport=size, **options)  # type: ignore[arg-type]
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("pageerror", lambda error: heard.append(str(error)))
            page.on("console", lambda said: heard.append(said.text))
            page.on("request", lambda asked: note(asked.url))
            answer = page.goto(site.url + path)
            assert answer
            assert answer.status == status
            if status != 200:
                heard[:] = [one for one in heard if f"status of {status}" not in one]
            if options.get("java_script_enabled", True):
                drawn(page)
            return page

        def note(url: str) -> None:
            if urlsplit(url).scheme != "data" and not url.startswith(f"{site.url}/"):
                heard.append(f"request for {url}")

        yield open_path
    assert not heard


def drawn(page: Page) -> None:
    """Wait until the charts of a page are there, if it has any."""
    if page.locator("#charts").count():
        page.wait_for_selector("body[data-drawn]")
