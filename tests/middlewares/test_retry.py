from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from esn_pulse.middlewares.retry import BackoffRetry, retry_after

URL = "https://activities.esn.org/activity/boat-party-20885"

MakeRetry = Callable[..., BackoffRetry]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect how long was waited, without waiting."""
    waited: list[float] = []

    async def pause(_: Crawler, seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("esn_pulse.middlewares.retry.pause", pause)
    monkeypatch.setattr("esn_pulse.middlewares.retry.random.uniform", lambda least, _most: least)
    return waited


@pytest.fixture
def make_retry() -> MakeRetry:
    """Make the middleware with the project's settings and changes to them."""

    def make(**changes: object) -> BackoffRetry:
        settings = Settings()
        settings.setmodule("esn_pulse.settings")
        settings.update(changes)
        crawler = Crawler(Spider, settings)
        crawler.stats = MemoryStatsCollector(crawler)
        crawler.spider = Spider("test")
        crawler.spider.crawler = crawler
        return BackoffRetry.from_crawler(crawler)

    return make


def answer(status: int, asked_for: str | None = None) -> Response:
    return Response(URL, status, headers={"Retry-After": asked_for} if asked_for else None)


async def ask_until_given_up(retry: BackoffRetry, status: int, asked_for: str | None = None) -> int:
    """Give a request the same answer again and again; return how often it was asked again."""
    request = Request(URL)
    for times in range(100):
        outcome = await retry.process_response(request, answer(status, asked_for))
        if isinstance(outcome, Response):
            return times
        request = outcome
    raise AssertionError("never given up")


@pytest.mark.parametrize("status", [403, 408, 429, 500, 502, 503, 504])
async def test_waits_twice_as_long_each_time_and_gives_up_after_three(
    make_retry: MakeRetry, waits: list[float], status: int
) -> None:
    assert await ask_until_given_up(make_retry(), status) == 3
    assert waits == [2, 4, 8]


async def test_the_last_answer_is_handed_on_when_giving_up(
    make_retry: MakeRetry, waits: list[float]
) -> None:
    request, response = Request(URL, meta={"retry_times": 3}), answer(503, "60")
    assert await make_retry().process_response(request, response) is response
    assert waits == []


async def test_waits_up_to_a_quarter_longer_so_that_requests_spread(
    make_retry: MakeRetry, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("esn_pulse.middlewares.retry.random.uniform", lambda _least, most: most)
    await ask_until_given_up(make_retry(), 503)
    assert waits == [2.5, 5, 10]


async def test_first_wait_and_number_of_retries_are_settings(
    make_retry: MakeRetry, waits: list[float]
) -> None:
    retry = make_retry(RETRY_FIRST_WAIT=0.5, RETRY_TIMES=4)
    assert await ask_until_given_up(retry, 500) == 4
    assert waits == [0.5, 1, 2, 4]


@pytest.mark.parametrize("status", [200, 203, 301, 400, 401, 404, 405, 410, 501])
async def test_an_answer_that_will_not_change_is_not_asked_for_again(
    make_retry: MakeRetry, waits: list[float], status: int
) -> None:
    assert await ask_until_given_up(make_retry(), status, "60") == 0
    assert waits == []


async def test_a_refused_head_is_not_asked_for_again(
    make_retry: MakeRetry, waits: list[float]
) -> None:
    refusal = answer(403)
    assert await make_retry().process_response(Request(URL, method="HEAD"), refusal) is refusal
    assert waits == []


@pytest.mark.parametrize("status", [429, 503])
async def test_a_head_that_the_site_is_too_busy_for_is_asked_for_again(
    make_retry: MakeRetry, waits: list[float], status: int
) -> None:
    outcome = await make_retry().process_response(Request(URL, method="HEAD"), answer(status))
    assert isinstance(outcome, Request)
    assert (outcome.method, outcome.url, waits) == ("HEAD", URL, [2])


async def test_a_request_may_refuse_retries(make_retry: MakeRetry, waits: list[float]) -> None:
    response = answer(503)
    request = Request(URL, meta={"dont_retry": True})
    assert await make_retry().process_response(request, response) is response
    assert waits == []


@pytest.mark.parametrize(
    ("asked_for", "expected"),
    [
        ("1", [2, 4, 8]),
        ("3", [3, 4, 8]),
        ("120", [120, 120, 120]),
        ("301", [300, 300, 300]),
        ("9" * 400, [300, 300, 300]),
        ("soon", [2, 4, 8]),
    ],
)
async def test_waits_as_long_as_the_site_asks_when_that_is_longer_but_not_forever(
    make_retry: MakeRetry, waits: list[float], asked_for: str, expected: list[float]
) -> None:
    await ask_until_given_up(make_retry(), 429, asked_for)
    assert waits == expected


async def test_the_longest_wait_is_a_setting(make_retry: MakeRetry, waits: list[float]) -> None:
    await ask_until_given_up(make_retry(RETRY_AFTER_LONGEST=6, RETRY_TIMES=3), 429, "3600")
    assert waits == [6, 6, 8]


async def test_waits_until_the_moment_that_the_site_names(
    make_retry: MakeRetry, waits: list[float]
) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=200)
    await ask_until_given_up(make_retry(), 503, format_datetime(moment, usegmt=True))
    assert waits == [pytest.approx(200, abs=30)] * 3


async def test_a_request_without_an_answer_is_asked_again(
    make_retry: MakeRetry, waits: list[float]
) -> None:
    retry = make_retry()
    outcome = await retry.process_exception(Request(URL), DownloadConnectionRefusedError())
    assert isinstance(outcome, Request)
    outcome = await retry.process_exception(outcome, TimeoutError())
    assert isinstance(outcome, Request)
    assert (outcome.url, outcome.dont_filter, waits) == (URL, True, [2, 4])


async def test_an_error_of_our_own_is_not_asked_again(
    make_retry: MakeRetry, waits: list[float]
) -> None:
    assert await make_retry().process_exception(Request(URL), ZeroDivisionError()) is None
    assert waits == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("-5", 0),
        ("1.5", 0),
        ("²", 0),
        ("soon", 0),
        ("", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 32 Oct 2095 07:28:00 GMT", 0),
        ("Mon, 01 Jan 0001 00:00:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999999999", 0),
    ],
)
def test_how_long_the_site_asks_to_wait(header: str, seconds: float) -> None:
    assert retry_after(answer(503, header)) == seconds
    assert retry_after(answer(503)) == 0


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000", ""])
def test_a_moment_is_in_utc_unless_it_says_otherwise(zone: str) -> None:
    moment = datetime.now(UTC) + timedelta(hours=2)
    header = f"{moment:%a, %d %b %Y %H:%M:%S} {zone}"
    assert retry_after(answer(503, header)) == pytest.approx(7200, abs=30)
    if zone == "GMT":
        elsewhere = header.replace("GMT", "+0100")
        assert retry_after(answer(503, elsewhere)) == pytest.approx(3600, abs=30)


@given(st.binary(max_size=60))
def test_no_header_breaks_the_retry(header: bytes) -> None:
    assert retry_after(Response(URL, 503, headers={"Retry-After": header})) >= 0
