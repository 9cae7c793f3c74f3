"""The run itself: its database, and its row in ``scraper_status`` from start to end."""

import logging
from functools import partial
from typing import Self

from psycopg import AsyncConnection
from scrapy import Spider, signals
from scrapy.crawler import Crawler

from esn_pulse import stats
from esn_pulse.database import Database
from esn_pulse.exceptions import DatabaseUnavailable

logger = logging.getLogger(__name__)

_BEGIN = """
    INSERT INTO scraper_status (scraper_module, status) VALUES (%s, 'running') RETURNING id
"""
_END = """
    UPDATE scraper_status SET
        status = %(status)s,
        completed_at = now(),
        sections_processed = %(processed)s,
        sections_failed = %(failed)s,
        error_message = %(error)s
    WHERE id = %(id)s
"""
# True when it was stored, and stale since the day came: also on rows that no run fetches.
_REFRESH_FUTURE = """
    UPDATE activities SET is_future_event = start_date > CURRENT_DATE
    WHERE is_future_event <> (start_date > CURRENT_DATE)
"""

# Scrapy's reasons that an operator can't be expected to know.
_PLAIN_WORDS = {
    "shutdown": "interrupted by a signal",
    "start_error": "an error in the program; the log shows it",
}


class Run:
    """Keeps the record of a run, and lends its database to the spider and the pipelines.

    :ivar error: why the run failed; None while it runs and when it was completed.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.error: str | None = None
        self.database = Database(crawler.settings)
        self._crawler = crawler
        self._status_id: int | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Follow the run's signals."""
        run = cls(crawler)
        crawler.signals.connect(run.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(run.spider_closed, signal=signals.spider_closed)
        return run

    async def spider_opened(self, spider: Spider) -> None:
        """Record that the run began; the pipelines have connected by now."""
        if self.database.is_open:
            module = getattr(spider, "module", spider.name)
            self._status_id = await self.database.run(partial(_begin, module=module))

    async def spider_closed(self, reason: str) -> None:
        """Record how the run ended."""
        if reason != "finished":
            self.error = _PLAIN_WORDS.get(reason, reason.removeprefix("failed: "))
        if not self.database.is_open:
            return
        try:
            await self.database.run(self._end)
        except DatabaseUnavailable as failure:
            logger.error("The end of the run could not be recorded: %s", failure)  # noqa: TRY400
        finally:
            await self.database.close()

    async def _end(self, connection: AsyncConnection) -> None:
        await connection.execute(_REFRESH_FUTURE)
        await connection.execute(
            _END,
            {
                "id": self._status_id,
                "status": "failed" if self.error else "completed",
                "processed": self._crawler.stats.get_value(stats.SECTIONS_PROCESSED, 0),
                "failed": self._crawler.stats.get_value(stats.SECTIONS_FAILED, 0),
                "error": self.error,
            },
        )


async def _begin(connection: AsyncConnection, module: str) -> int:
    cursor = await connection.execute(_BEGIN, [module])
    row = await cursor.fetchone()
    if row is None:
        raise DatabaseUnavailable("the run's row in scraper_status was not returned")
    return int(row[0])


def current_run(crawler: Crawler) -> Run:
    """Return the run that a component belongs to."""
    run = crawler.get_extension(Run)
    if run is None:
        raise RuntimeError("EXTENSIONS lacks esn_pulse.extensions.run.Run")
    return run
