"""How far a run has come, written to ``run_progress`` while it is at work."""

import asyncio
import logging
from contextlib import suppress

import psycopg
from scrapy.crawler import Crawler

from esn_pulse.database import Database
from esn_pulse.database.server import in_one_line
from esn_pulse.database.sessions import RunSession
from esn_pulse.exceptions import DatabaseUnavailable
from esn_pulse.run.progress import counts_of

logger = logging.getLogger(__name__)

_INTERVAL = 2  # seconds
_LONGEST = 2  # seconds, for an answer
# The server gives up before we do: it would go on with what nobody waits for any more.
_LIMIT = "SET statement_timeout = '1s'"
# One message, and no transaction around it that says where our tables are.
_WRITE = """
    INSERT INTO public.run_progress (
        run_id, at, sections_known, sections_processed, sections_failed, pages_read, pages_failed,
        requests
    ) VALUES (
        %(run)s, clock_timestamp(), %(sections_known)s, %(sections_processed)s,
        %(sections_failed)s, %(pages_read)s, %(pages_failed)s, %(requests)s
    )
    ON CONFLICT (run_id) DO UPDATE SET
        at = excluded.at,
        sections_known = excluded.sections_known,
        sections_processed = excluded.sections_processed,
        sections_failed = excluded.sections_failed,
        pages_read = excluded.pages_read,
        pages_failed = excluded.pages_failed,
        requests = excluded.requests
"""


class ProgressRecord:
    """Writes what a run has counted so far, every other second in which that changed.

    It has a connection of its own, so that the run waits for it at its end only, and briefly. What
    can't be written now is left for the next time.

    :param crawler: for its stats.
    """

    def __init__(self, crawler: Crawler, database: Database) -> None:
        self._crawler = crawler
        self._database = database
        self._connection: RunSession | None = None
        self._written: dict[str, int] = {}
        self._is_failing = False
        self._is_over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, run: int) -> None:
        """Write from now on.

        :param run: the id in ``scraper_status``.
        """
        self._task = asyncio.create_task(self._follow(run))

    async def stop(self) -> None:
        """Write nothing any more; what is being written is waited for."""
        self._is_over.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _follow(self, run: int) -> None:
        try:
            while not await self._is_over_soon():
                await self._write(run)
        finally:
            await self._hang_up()

    async def _is_over_soon(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(_INTERVAL):
                await self._is_over.wait()
        return self._is_over.is_set()

    async def _write(self, run: int) -> None:
        counts = counts_of(self._crawler.stats.get_stats())
        if counts == self._written:
            return
        try:
            if self._connection is None:
                self._connection = await self._database.connect_aside(_LONGEST)
                await self._connection.execute(_LIMIT)
            await self._connection.execute(_WRITE, counts | {"run": run})
        except (DatabaseUnavailable, psycopg.Error) as failure:
            await self._hang_up()
            if not self._is_failing:
                why = in_one_line(failure)
                logger.info("How far the run has come can't be recorded for now: %s", why)
            self._is_failing = True
        else:
            self._written, self._is_failing = counts, False

    async def _hang_up(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
