"""Reports in a real browser, opened from disk."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from scrapy.settings import Settings

from esn_pulse.commands.report import Command
from tests.conftest import filled_database
from tests.report.networks import fill

OpenReport = Callable[..., Page]


@pytest.fixture(scope="session")
def report_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with a small network; only to be read."""
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


class Made(NamedTuple):
    """A report, and what the command said about it."""

    path: Path
    said: str


def make_report(conninfo: str, folder: Path) -> Made:
    """Run the command in this process: the scripts of all reports are put together once only."""
    command = Command()
    command.settings = Settings({"DATABASE_URL": conninfo, "PULSE_DIR": str(folder / "new")})
    with redirect_stdout(StringIO()) as said:
        command.run([], Namespace())
    assert command.exitcode == 0
    return Made(folder / "new" / "report.html", said.getvalue())


@pytest.fixture(scope="session")
def report(report_database: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of that network."""
    return make_report(report_database, tmp_path_factory.mktemp("report")).path


@pytest.fixture(scope="session")
def empty_report(migrated_template: str, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The report of a database that nothing was crawled into yet."""
    return make_report(migrated_template, tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")  # its event loop must have ended when a test with its own begins
def chromium(browser: str) -> Iterator[Browser]:
    """A browser for all tests of a module."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        yield launched
        launched.close()


@contextmanager
def opening(chromium: Browser) -> Iterator[OpenReport]:
    """Open pages until the block is left; fails if one reports an error or asks for anything."""
    errors: list[str] = []
    with ExitStack() as stack:

        def open_file(path: Path, fragment: str = "", width: int = 1280, **options: str) -> Page:
            size = {"width": width, "height": 800}
            context = chromium.new_context(viewport=size, **options)  # type: ignore[arg-type]
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", note_error)
            page.on("request", lambda request: note(request.url, path))
            page.goto(f"{path.as_uri()}{fragment}")
            page.wait_for_selector("body[data-shown]")
            return page

        def note_error(said: ConsoleMessage) -> None:
            if said.type == "error":
                errors.append(said.text)

        def note(url: str, path: Path) -> None:
            if url.partition("#")[0] != path.as_uri():
                errors.append(f"request for {url}")

        yield open_file
    assert not errors


@pytest.fixture
def open_report(chromium: Browser) -> Iterator[OpenReport]:
    """Open a file: ``open_report(path, "#country=TR", width=360, color_scheme="dark")``."""
    with opening(chromium) as open_file:
        yield open_file


@pytest.fixture(scope="module")
def page(chromium: Browser, report: Path) -> Iterator[Page]:
    """The report on a desk's screen; a test finds it with whatever country the last one chose."""
    with opening(chromium) as open_file:
        yield open_file(report)
