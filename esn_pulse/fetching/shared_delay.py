"""Manners that runs share: together they ask a site no more often than one would."""

import asyncio
import time
from collections import defaultdict
from contextlib import suppress
from functools import partial

import psycopg
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from esn_pulse.exceptions import DatabaseUnavailable, NoTurn, RunStops
from esn_pulse.fetching.browser import BrowserOnDemand
from esn_pulse.fetching.turns import take_turn
from esn_pulse.run.hub import current_run
from esn_pulse.run.pausing import pause


class SharedDelay(BrowserOnDemand):
    """Lets each request wait for its turn, which the database gives out to all runs.

    Scrapy hands a request over once the run's own delay is over and less than
    ``CONCURRENT_REQUESTS_PER_DOMAIN`` others are on their way. Only then is a turn taken, so that
    none is used late; and the wait counts neither as the site's latency nor as a time-out.
    ``meta["crawl_delay"]`` is how many seconds the site wants between two requests at least.

    :param crawler: for ``ESN_SHARE_DELAY``, and its run's database.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._is_shared = crawler.settings.getbool("ESN_SHARE_DELAY")
        self._failure: Exception | None = None
        # A run has but one turn to come: others get theirs, and it leaves no more than one unused.
        self._to_come: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._next: defaultdict[str, float] = defaultdict(float)  # unless it is shared

    async def download_request(self, request: Request) -> Response:
        """Download a page once it is its turn.

        :raises NoTurn: when the database failed.
        :raises RunStops: when somebody has ended the run in the meantime. With a hundred requests
            that wait for their turns, a node that stops would otherwise wait for minutes.
        """
        downloader = self.crawler.engine.downloader
        site = downloader.get_slot_key(request)
        slot = downloader.slots[site]
        if delay := max(slot.delay, request.meta.get("crawl_delay", 0)):
            async with self._to_come[site]:
                if self.crawler.crawling:
                    with suppress(RunStops):
                        await pause(self.crawler, await self._turn(site, delay))
        if not self.crawler.crawling:
            slot.delay = 0  # let go of the others at once
            raise RunStops("the run was ended before it was this page's turn")
        return await super().download_request(request)

    async def _turn(self, site: str, delay: float) -> float:
        """Take a turn, and return for how many seconds to wait for it."""
        if self._is_shared:
            return await self._turn_of_all(site, delay)
        now = time.monotonic()
        turn = max(now, self._next[site])
        self._next[site] = turn + delay
        return turn - now

    async def _turn_of_all(self, site: str, delay: float) -> float:
        """Take one from the database; if that failed once, it is not waited for again."""
        if self._failure is None:
            database = current_run(self.crawler).database
            try:
                return await database.run(partial(take_turn, site=site, delay=delay))
            except (DatabaseUnavailable, psycopg.Error) as failure:
                self._failure = failure
        raise NoTurn(str(self._failure))
