import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

from esn_pulse.exceptions import BrowserBarred, CertificateError, SiteUnwell
from esn_pulse.middlewares.circuit_breaker import CircuitBreaker
from esn_pulse.run import stats
from esn_pulse.run.hub import current_run
from tests.crawlers import crawler_of

SITE, OTHER = "https://activities.esn.org/a", "https://accounts.esn.org/b"


class Breaker:
    """A breaker that opens at three failures, and the requests that it gets to see."""

    def __init__(self) -> None:
        self.crawler: Crawler = crawler_of(BREAKER_FAILURES=3)
        self._breaker = CircuitBreaker.from_crawler(self.crawler)

    @property
    def error(self) -> str | None:
        return current_run(self.crawler).error

    def is_open(self, url: str = SITE) -> bool:
        try:
            self._breaker.process_request(Request(url))
        except SiteUnwell:
            return True
        return False

    def answer(self, *statuses: int, url: str = SITE, method: str = "GET") -> None:
        for status in statuses:
            self.see(Response(url, status), method)

    def see(self, response: Response, method: str = "GET") -> None:
        request = Request(response.url, method=method)
        assert self._breaker.process_response(request, response) is response

    def fail(self, exception: Exception) -> None:
        self._breaker.process_exception(Request(SITE), exception)


@pytest.fixture
def breaker() -> Breaker:
    return Breaker()


def test_it_opens_when_so_many_requests_in_a_row_failed(breaker: Breaker) -> None:
    breaker.answer(503)
    breaker.fail(TimeoutError("too slow"))
    assert not breaker.is_open()
    assert breaker.error is None

    breaker.answer(429)

    assert breaker.is_open()
    assert breaker.error == (
        "activities.esn.org failed 3 times in a row, the last time: it answered 429. Nothing more"
        " was asked of it; when it is well again, run the same command"
    )
    assert breaker.crawler.stats.get_value(stats.REQUESTS_FAILED) == 3


def test_the_run_is_told_why_there_was_no_answer(breaker: Breaker) -> None:
    breaker.answer(503, 503)
    breaker.fail(TimeoutError("too slow"))
    assert "the last time: TimeoutError: too slow. " in (breaker.error or "")


@pytest.mark.parametrize("status", [200, 301, 404, 410])
def test_an_answer_in_between_begins_the_count_anew(breaker: Breaker, status: int) -> None:
    breaker.answer(503, 503, status, 503, 503)
    assert not breaker.is_open()
    breaker.answer(503)
    assert breaker.is_open()


def test_it_opens_at_once_when_no_request_gets_there(breaker: Breaker) -> None:
    breaker.fail(CertificateError("the certificate of activities.esn.org was refused: so. Do this"))

    assert breaker.is_open()
    assert not breaker.is_open(OTHER)
    assert breaker.error == "the certificate of activities.esn.org was refused: so. Do this"
    assert breaker.crawler.stats.get_value(stats.REQUESTS_FAILED) == 1


def test_what_bars_only_the_browser_leaves_it_closed(breaker: Breaker) -> None:
    breaker.answer(503)
    for _ in range(3):
        breaker.fail(BrowserBarred("in the browser the certificate of activities.esn.org was …"))

    assert not breaker.is_open()
    assert breaker.error is None


def test_sites_are_counted_each_for_itself(breaker: Breaker) -> None:
    breaker.answer(503, 503)
    breaker.answer(200, 503, 503, url=OTHER)
    breaker.answer(503)

    assert breaker.is_open()
    assert not breaker.is_open(OTHER)


def test_a_refused_head_says_nothing_of_the_site(breaker: Breaker) -> None:
    breaker.answer(*[403] * 5, method="HEAD")
    assert not breaker.is_open()
    assert breaker.crawler.stats.get_value(stats.REQUESTS_FAILED) is None

    for _ in range(3):  # the slug check asks again with GET
        breaker.answer(403, method="HEAD")
        breaker.answer(403)
    assert breaker.is_open()


def test_a_request_that_was_never_sent_says_nothing_of_the_site(breaker: Breaker) -> None:
    breaker.answer(503, 503)
    breaker.fail(IgnoreRequest("robots.txt forbids it"))
    assert not breaker.is_open()
    breaker.answer(503)
    assert breaker.is_open()


def test_what_was_on_its_way_does_not_close_it_and_fails_the_run_once(
    breaker: Breaker, caplog: pytest.LogCaptureFixture
) -> None:
    breaker.answer(503, 503, 503)
    first = breaker.error

    breaker.answer(200)
    assert breaker.is_open()
    breaker.answer(503, 503, 503)
    assert breaker.is_open()
    assert breaker.error == first
    assert len([text for text in caplog.messages if "will end as failed" in text]) == 1
    assert breaker.crawler.stats.get_value(stats.REQUESTS_FAILED) == 6


def test_a_bot_wall_is_named(breaker: Breaker) -> None:
    wall = HtmlResponse(SITE, 403, body=b"<title>Just a moment...</title>", encoding="utf-8")
    for _ in range(3):
        breaker.see(wall)
    assert breaker.error
    assert "the last time: it answered 403, a bot wall's check." in breaker.error
