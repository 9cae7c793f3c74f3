"""What robots.txt forbids is left alone, and a site whose robots.txt can't be had (RFC 9309)."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

from esn_pulse.exceptions import NoTurn, RunStops, SiteUnwell
from esn_pulse.pages.proof.impostors import BOT_WALL, is_bot_wall
from esn_pulse.rules.text import reason
from esn_pulse.run.hub import current_run
from esn_pulse.run.pausing import pause

logger = logging.getLogger(__name__)

_BEFORE_PAGES = 1000  # the priority of the request


@dataclass(frozen=True)
class Rules:
    """What a site allows.

    :ivar parser: None when it has no robots.txt, so that all may be read.
    :ivar delay: how many seconds there have to be between two requests, 0 when it does not say.
    """

    parser: ProtegoRobotParser | None = None
    delay: float = 0


class RobotsTxt:
    """Asks for a site's ``robots.txt`` before its first page.

    Scrapy's own middleware takes whatever goes wrong with it for a permission, and leaves
    ``Crawl-delay`` to others. Here that reaches ``fetching`` as ``meta["crawl_delay"]``.

    :param crawler: for ``ROBOTSTXT_OBEY``, ``ROBOTSTXT_USER_AGENT``, ``DOWNLOAD_DELAY`` and
        ``CRAWL_DELAY_LONGEST``; and its run, which fails when the file can't be had.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._name: str = settings["ROBOTSTXT_USER_AGENT"]
        self._own_delay = settings.getfloat("DOWNLOAD_DELAY")
        self._longest = settings.getfloat("CRAWL_DELAY_LONGEST")
        self._crawler = crawler
        self._rules: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the settings."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request through that is allowed.

        :raises IgnoreRequest: when it is not.
        :raises SiteUnwell: when that is not known; the run ends as failed.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        url = urljoin(request.url, "/robots.txt")
        if url not in self._rules:
            self._rules[url] = asyncio.ensure_future(self._ask(url))
        rules = await self._rules[url]
        if rules.parser and not rules.parser.allowed(request.url, self._name):
            raise IgnoreRequest("Forbidden by robots.txt")
        request.meta["crawl_delay"] = rules.delay

    async def _ask(self, url: str) -> Rules:
        meta = {"dont_obey_robotstxt": True}
        request = Request(url, callback=NO_CALLBACK, priority=_BEFORE_PAGES, meta=meta)
        try:
            response = await self._crawler.engine.download_async(request)
        except (NoTurn, RunStops):
            raise
        except Exception as error:  # whatever it is, nothing is known then
            raise self._unknown(url, f"could not be had ({reason(error)})") from error
        if 400 <= response.status < 500 and response.status != 429:
            return Rules()
        if response.status != 200:
            raise self._unknown(url, f"was answered with {response.status}{_wall(response)}")
        parser = ProtegoRobotParser(response.body, self._crawler.spider)
        delay = self._delay(url, parser)
        await pause(self._crawler, delay)  # before the first page, too
        return Rules(parser, delay)

    def _unknown(self, url: str, what: str) -> SiteUnwell:
        """Let the run fail."""
        message = f"{url} {what}, so that nobody knows what may be read there, and nothing was"
        current_run(self._crawler).fail(f"{message}; when it is well, run the same command again")
        return SiteUnwell(message)

    def _delay(self, url: str, parser: ProtegoRobotParser) -> float:
        asked_for = parser.crawl_delay(self._name)
        if asked_for is None:
            asked_for = parser.crawl_delay("*")
        delay = min(asked_for or 0, self._longest)
        if delay <= self._own_delay:
            return 0
        capped = "" if delay == asked_for else f", but CRAWL_DELAY_LONGEST is {delay:g} s"
        logger.info(
            "%s asks for a Crawl-delay of %g s%s",
            url,
            asked_for,
            capped,
        )
        return delay


def _wall(response: Response) -> str:
    return f", {BOT_WALL}" if is_bot_wall(response) else ""
