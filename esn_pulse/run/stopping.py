"""Signals that end runs: the first in good order, a second one at once."""

import asyncio
import logging
import os
import signal
from contextlib import suppress
from threading import Timer
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from esn_pulse.run.hub import current_run

logger = logging.getLogger(__name__)

_EXIT_SECONDS = 3  # such as a look-up of a host's name, which nothing can interrupt


class Signals:
    """Runs the crawlers of a process until they are done, or signals end them.

    SIGHUP, which comes when a terminal is closed, counts as SIGTERM does, unless it was ignored at
    the start, as ``nohup`` lets it be. Scrapy itself does not know it, and takes a second signal
    for a success.

    :ivar came: whether there was one.
    """

    def __init__(self, process: AsyncCrawlerProcess) -> None:
        self.came = False
        self._process = process
        self._tasks: list[asyncio.Task[None]] = []

    def run_crawlers(self) -> None:
        """Run what was given to the process; crawlers that end at once stay in its list."""
        loop = asyncio.get_event_loop()
        signals = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signals.append(signal.SIGHUP)
        for number in signals:
            loop.add_signal_handler(number, self._heed, number)
        self._process.start(install_signal_handlers=False)

    def _heed(self, number: signal.Signals) -> None:
        if not self.came:
            self.came = True
            logger.info("%s came: ending in good order; a second one ends the run", number.name)
            self._tasks.append(asyncio.ensure_future(self._stop()))
        elif number != signal.SIGHUP:  # a terminal may send it more than once
            logger.warning("%s came: ending at once", number.name)
            self._tasks.append(asyncio.ensure_future(self._stop_at_once(number)))

    async def _stop(self) -> None:
        try:
            for crawler in [*self._process.crawlers]:
                if not _is_closing(crawler):  # otherwise Scrapy would take it for closed at once
                    await crawler.stop_async()
                if _is_closing(crawler):
                    await self._process.join()
        finally:
            await self._leave("interrupted by a signal")  # if it had not yet begun to work

    async def _stop_at_once(self, number: signal.Signals) -> None:
        last_resort = Timer(_EXIT_SECONDS, os._exit, [1])
        last_resort.daemon = True
        last_resort.start()
        await self._leave(f"ended at once, as {number.name} came while it was stopping")

    async def _leave(self, why: str) -> None:
        for crawler in self._process.crawlers:
            if crawler.extensions:
                await current_run(crawler).give_up(why)
        with suppress(RuntimeError):  # it is stopping by itself
            _reactor().stop()


def _is_closing(crawler: Crawler) -> bool:
    """Say whether a run has begun to end, which takes until its record, views and alerts are done.

    Scrapy has no public word for that.
    """
    engine = crawler._engine
    if engine is None or engine._slot is None:
        return engine is not None and engine.start_time is not None  # otherwise it is being opened
    return engine._slot.closing is not None


def _reactor() -> Any:
    from twisted.internet import reactor  # noqa: PLC0415 (to import it installs it)

    return reactor
