import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import HtmlResponse, Response

from esn_pulse.exceptions import SiteUnwell
from esn_pulse.middlewares.robots import RobotsTxt
from esn_pulse.run.hub import current_run
from tests.crawlers import crawler_of

SITE, OTHER = "https://activities.esn.org", "https://accounts.esn.org"
Answer = Callable[[], Response]


class Robots:
    """The middleware, and a site that answers ``robots.txt`` as told.

    :ivar asked: the addresses that were asked for.
    :ivar waits: for how many seconds it waited after an answer.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: Answer, **settings: Any) -> None:
        self.asked: list[str] = []
        self.waits: list[float] = []
        self.crawler = crawler_of(**settings)
        self.crawler.engine.download_async = self._download  # type: ignore[method-assign]
        self._answer = answer
        self._middleware = RobotsTxt.from_crawler(self.crawler)
        monkeypatch.setattr("esn_pulse.middlewares.robots.pause", self._pause)

    async def _download(self, request: Request) -> Response:
        await self._middleware.process_request(request)  # it is asked for freely
        self.asked.append(request.url)
        await asyncio.sleep(0)
        return self._answer()

    async def _pause(self, _: Crawler, seconds: float) -> None:
        self.waits.append(seconds)

    async def ask(self, url: str = f"{SITE}/activity/a-1") -> Request:
        request = Request(url)
        await self._middleware.process_request(request)
        return request

    @property
    def error(self) -> str | None:
        return current_run(self.crawler).error


def says(text: str, status: int = 200) -> Answer:
    return lambda: Response(f"{SITE}/robots.txt", status, body=text.encode())


async def test_it_is_asked_for_once_a_site_and_all_wait_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    robots = Robots(monkeypatch, says("User-agent: *\nDisallow: /user"))
    pages = [f"{site}/{page}" for site in (SITE, OTHER) for page in ("", "user/1", "activity/2")]
    asked = await asyncio.gather(*map(robots.ask, pages), return_exceptions=True)

    refused = [page for page, one in zip(pages, asked, strict=True) if isinstance(one, Exception)]
    assert refused == [f"{SITE}/user/1", f"{OTHER}/user/1"]
    assert sorted(robots.asked) == [f"{OTHER}/robots.txt", f"{SITE}/robots.txt"]
    with pytest.raises(IgnoreRequest, match="Forbidden by robots"):
        await robots.ask(f"{SITE}/user/1")
    assert robots.error is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 418, 451])
async def test_a_site_without_one_may_be_read(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    robots = Robots(monkeypatch, says("User-agent: *\nDisallow: /", status))
    await robots.ask()
    assert robots.error is None


@pytest.mark.parametrize("status", [206, 304, 429, 500, 502, 503, 504, 599])
async def test_a_site_that_is_not_well_is_not_read(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    robots = Robots(monkeypatch, says("User-agent: *\nAllow: /", status))
    for _ in range(2):
        with pytest.raises(SiteUnwell, match=f"was answered with {status}"):
            await robots.ask()
    assert robots.asked == [f"{SITE}/robots.txt"]
    assert robots.error == (
        f"{SITE}/robots.txt was answered with {status}, so that nobody knows what may be read"
        " there, and nothing was; when it is well, run the same command again"
    )


@pytest.mark.parametrize("error", [DownloadTimeoutError("30 s"), IgnoreRequest("led elsewhere")])
async def test_nor_is_one_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail() -> Response:
        raise error

    robots = Robots(monkeypatch, fail)
    with pytest.raises(SiteUnwell):
        await robots.ask()
    assert f"could not be had ({type(error).__name__}: {error})" in (robots.error or "")


async def test_a_bot_wall_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = "<html><head><title>Just a moment...</title></head><body></body></html>"
    robots = Robots(
        monkeypatch, lambda: HtmlResponse(f"{SITE}/robots.txt", 503, body=wall.encode())
    )
    with pytest.raises(SiteUnwell):
        await robots.ask()
    assert "503, a bot wall's check" in (robots.error or "")


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 2", 2),
        ("User-agent: *\nCrawl-delay: 2\nUser-agent: ESN-Pulse\nCrawl-delay: 7.5", 7.5),
        ("User-agent: esn-pulse\nDisallow: /user\nUser-agent: *\nCrawl-delay: 2", 2),
        ("User-agent: other\nCrawl-delay: 2", 0),
        ("User-agent: *\nCrawl-delay: 0.5", 0),  # as DOWNLOAD_DELAY
        ("User-agent: *\nCrawl-delay: 3600", 10),
        ("User-agent: *\nCrawl-delay: -2", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: *\nCrawl-delay: inf", 0),
        ("<html><body>nothing of the kind</body></html>", 0),
    ],
)
async def test_a_crawl_delay_is_passed_on(
    monkeypatch: pytest.MonkeyPatch, text: str, delay: float
) -> None:
    robots = Robots(monkeypatch, says(text))
    assert (await robots.ask()).meta["crawl_delay"] == delay
    assert robots.waits == [delay]  # between robots.txt and the first page, too


@pytest.mark.parametrize(
    ("asked_for", "told"),
    [(2, "a Crawl-delay of 2 s"), (99, "of 99 s, but CRAWL_DELAY_LONGEST is 3 s"), (0.1, None)],
)
async def test_the_log_tells_of_it(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    asked_for: float,
    told: str | None,
) -> None:
    caplog.set_level(logging.INFO, "esn_pulse.middlewares.robots")
    text = f"User-agent: *\nCrawl-delay: {asked_for}"
    robots = Robots(monkeypatch, says(text), CRAWL_DELAY_LONGEST=3)
    await robots.ask()
    await robots.ask()
    assert len(caplog.messages) == (1 if told else 0)
    assert all(told in message for message in caplog.messages if told)
