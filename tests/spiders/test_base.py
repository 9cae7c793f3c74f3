"""Pages that are read, or reported as failed, whatever goes wrong with them."""

from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from esn_pulse.exceptions import (
    BrowserBarred,
    DriftError,
    ImpostorError,
    NotBegun,
    PageError,
    RunFailed,
    SiteUnwell,
)
from esn_pulse.items import FailedScrapeItem, PageReadItem
from esn_pulse.pages.kinds import PageKind
from esn_pulse.run import stats
from esn_pulse.run.drift import DriftWatch
from esn_pulse.spiders.accounts import AccountsSpider
from esn_pulse.spiders.base import Output
from tests.crawlers import spider_of
from tests.pages import ACCOUNTS

URL = f"{ACCOUNTS}/country/tr"
WAITING = PageReadItem("https://x.example/one-who-waits-for-the-page")


class Asking:
    """Asks for a page and gets an answer, or none."""

    def __init__(self, error: Exception | None = None, **settings: Any) -> None:
        spider = spider_of(AccountsSpider, **settings)
        self.stats = spider.crawler.stats
        spider._drift = DriftWatch(spider.settings)
        self.error = error
        self.request = spider.ask(PageKind.COUNTRY, URL, self.read, self.failed, name="TR")

    def read(self, page: HtmlResponse, name: str) -> Output:
        yield PageReadItem(f"{page.url}?{name}")
        if self.error:
            raise self.error

    def failed(self, failure: FailedScrapeItem | None, name: str) -> Output:
        if failure:
            yield failure
        yield WAITING

    def answered(self, kind: type[Response] = HtmlResponse, body: str = "<h1>TR</h1>") -> list[Any]:
        assert self.request.callback
        response = kind(self.request.url, body=body.encode(), request=self.request)
        return list(self.request.callback(response, **self.request.cb_kwargs))

    def unanswered(self, error: Exception) -> list[Any]:
        assert self.request.errback
        failure = Failure(error)  # type: ignore[no-untyped-call]
        failure.request = self.request  # type: ignore[attr-defined]
        return list(self.request.errback(failure))

    @property
    def counted(self) -> dict[str, int]:
        figures = self.stats.get_stats()
        return {name: count for name, count in figures.items() if name.startswith("pulse/")}


def failure(message: str, status: int | None = None) -> FailedScrapeItem:
    return FailedScrapeItem(URL, AccountsSpider.source.module, message, status)


def test_what_is_read_knows_where_its_page_was_asked_for() -> None:
    asking = Asking()
    moved = asking.request.replace(
        url=f"{ACCOUNTS}/country/TR", meta={"redirect_urls": [URL, f"{URL}/x"]}
    )
    asking.request = moved

    assert asking.answered() == [PageReadItem(f"{ACCOUNTS}/country/TR?TR", asked_url=URL)]
    assert asking.counted == {stats.PAGES_READ: 1}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PageError("the pager has no end"), "the pager has no end"),
        (KeyError("x"), "an error in the program: KeyError: 'x'"),
    ],
)
def test_a_page_that_can_t_be_read_has_failed(error: Exception, message: str) -> None:
    asking = Asking(error)

    assert asking.answered()[1:] == [failure(message, 200), WAITING]
    assert asking.counted == {stats.PAGES_FAILED: 1}


def test_what_is_no_page_at_all_has_failed() -> None:
    asking = Asking()

    [failed, _] = asking.answered(Response)
    assert failed.error_message == "expected a page of text, got no content type"


def test_a_page_that_drifted_has_failed_and_is_counted(tmp_path: object) -> None:
    asking = Asking(DriftError("no link"), PULSE_DIR=str(tmp_path), DRIFT_LEAST_PAGES=2)

    assert asking.answered()[1:] == [failure("markup changed: no link", 200), WAITING]
    assert asking.counted == {stats.PAGES_FAILED: 1, stats.PAGES_DRIFTED: 1}
    with pytest.raises(RunFailed, match=r"markup changed \(country page\): 2 of 2"):
        asking.answered()


NOTICE = "<h1>Site under maintenance</h1><script>x()</script>"
WALL = "<title>Just a moment...</title><div id='app'></div><script>x()</script>"
SHELL = "<div id='app'></div><script>x()</script>"
FRAME = "<main></main><script>x()</script>"


@pytest.mark.parametrize("kind", [ImpostorError, DriftError])
@pytest.mark.parametrize(
    ("body", "name"), [(NOTICE, "a maintenance notice"), (WALL, "a bot wall's check")]
)
def test_another_page_has_failed_is_named_and_is_not_rendered(
    kind: type[PageError], body: str, name: str, tmp_path: Path
) -> None:
    asking = Asking(kind("no link"), PULSE_DIR=str(tmp_path), DRIFT_LEAST_PAGES=2)

    message = f"not the page that was asked for, but {name}: no link"
    assert asking.answered(body=body)[1:] == [failure(message, 200), WAITING]
    assert asking.counted == {stats.PAGES_FAILED: 1, stats.PAGES_IMPOSTORS: 1}
    with pytest.raises(RunFailed, match=rf"other pages \(country page\): 2 of 2 .* like {name}"):
        asking.answered(body=body)


@pytest.mark.parametrize(
    ("error", "body", "is_rendered"),
    [
        (DriftError("x"), FRAME, True),
        (ImpostorError("x"), SHELL, True),
        (ImpostorError("x"), FRAME, False),
        (PageError("x"), SHELL, False),
    ],
)
def test_what_only_javascript_can_fill_is_rendered(
    error: PageError, body: str, *, is_rendered: bool, tmp_path: Path
) -> None:
    asking = Asking(error, PULSE_DIR=str(tmp_path))
    outputs = asking.answered(body=body)
    assert any(isinstance(one, Request) for one in outputs) is is_rendered


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_bot_wall_that_refuses_is_named(status: int) -> None:
    asking = Asking()
    page = HtmlResponse(URL, status, body=WALL.encode(), request=Request(URL))

    expected = failure(f"the site answered {status}: a bot wall's check", status)
    assert asking.unanswered(HttpError(page)) == [expected, WAITING]


def test_an_error_that_ends_the_run_is_let_through() -> None:
    asking = Asking(RunFailed("the site has no country 'xx'"))
    with pytest.raises(RunFailed):
        asking.answered()


def test_a_request_without_an_answer_has_failed() -> None:
    asking = Asking()
    error = DownloadTimeoutError("too slow")

    expected = failure("no answer: DownloadTimeoutError: too slow")
    assert asking.unanswered(error) == [expected, WAITING]
    assert asking.counted == {stats.PAGES_FAILED: 1}


def test_what_bars_the_browser_fails_the_page_in_its_own_words() -> None:
    asking = Asking()
    error = BrowserBarred("in the browser the certificate of accounts.esn.org was refused: so")

    assert asking.unanswered(error) == [failure(str(error)), WAITING]
    assert asking.counted == {stats.PAGES_FAILED: 1}


@pytest.mark.parametrize(
    ("status", "counted"),
    [(503, stats.PAGES_FAILED), (404, stats.PAGES_GONE), (410, stats.PAGES_GONE)],
)
def test_an_answer_without_a_page_has_failed_or_is_gone(status: int, counted: str) -> None:
    asking = Asking()
    error = HttpError(Response(URL, status, request=Request(URL)))

    expected = failure(f"the site answered {status}", status)
    assert asking.unanswered(error) == [expected, WAITING]
    assert asking.counted == {counted: 1}


def test_what_was_not_asked_of_an_unwell_site_did_not_fail_but_nobody_waits_for_it() -> None:
    asking = Asking()

    assert asking.unanswered(SiteUnwell("the site was given up")) == [WAITING]
    assert asking.counted == {}


def test_a_section_that_was_not_begun_is_left_for_the_next_run() -> None:
    asking = Asking()

    assert asking.unanswered(NotBegun("the time budget is spent")) == []
    assert asking.counted == {stats.SECTIONS_LEFT: 1}
