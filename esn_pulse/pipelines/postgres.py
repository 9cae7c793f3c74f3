"""Last step: into the database."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Self

import psycopg
from psycopg import AsyncConnection
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from esn_pulse.exceptions import DatabaseUnavailable
from esn_pulse.pipelines import upserts
from esn_pulse.pipelines.group_commit import GroupCommit
from esn_pulse.pipelines.upserts import SaveOutcome
from esn_pulse.rules.countries import CountryNames
from esn_pulse.rules.verdicts import Verdict
from esn_pulse.run import stats
from esn_pulse.run.hub import Run, current_run
from esn_pulse.sources import SOURCES

logger = logging.getLogger(__name__)

# What is wrong with a row, not with the database.
_REFUSALS = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded)


# What the pages are read for; other items only tell how the reading went.
_RECORDS = tuple(kind for source in SOURCES for kind in source.items)

_COUNTED_AS = {
    SaveOutcome.STORED: stats.ITEMS_STORED,
    SaveOutcome.UNCHANGED: stats.ITEMS_UNCHANGED,
    SaveOutcome.KEPT: stats.ITEMS_KEPT,
    SaveOutcome.REJECTED: stats.ITEMS_REJECTED,
}


class PostgresPipeline:
    """Stores verdicts; an item counts as scraped once its row is committed."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self._crawler = crawler
        self._run = run
        self._countries = CountryNames({})
        self._commits: GroupCommit[Verdict, SaveOutcome] | None = None
        self._ending: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the run, for its database."""
        return cls(crawler, current_run(crawler))

    async def open_spider(self) -> None:
        """Connect, and learn the names of the network's countries."""
        await self._run.database.open()
        self._countries = CountryNames(await self._run.database.run(_country_names))
        settings = self._crawler.settings
        self._commits = GroupCommit(
            self._save,
            settings.getint("POSTGRES_BATCH_SIZE"),
            settings.getfloat("POSTGRES_BATCH_WAIT"),
        )

    async def process_item(self, verdict: Verdict) -> Verdict:
        """Wait until the verdict is committed.

        :raises DropItem: when no row was stored; its ``validation_errors`` are. Also when the
            database fails, which ends the run.
        """
        if self._commits is None:
            raise DropItem(f"{verdict.item.url} is not stored: there is no database")
        try:
            outcome = await self._commits.put(verdict)
        except (DatabaseUnavailable, psycopg.Error) as failure:
            self._end_run(failure)
            raise DropItem(f"{verdict.item.url} is not stored: the database failed") from failure
        if isinstance(verdict.item, _RECORDS):
            self._crawler.stats.inc_value(_COUNTED_AS[outcome])
        if outcome is SaveOutcome.REJECTED:
            raise DropItem(f"{verdict.item.url} can't be stored, see validation_errors")
        if outcome is SaveOutcome.KEPT:
            raise DropItem(f"{verdict.item.url} is broken, the valid row stored earlier stays")
        return verdict

    def _end_run(self, failure: Exception) -> None:
        """Close the spider, but don't wait for it: it waits for the items under way."""
        if self._ending is None:
            closing = self._crawler.engine.close_spider_async(reason=f"failed: {failure}")
            self._ending = asyncio.create_task(closing)

    async def close_spider(self) -> None:
        """Commit what is left."""
        if self._commits is not None:
            await self._commits.close()

    async def _save(self, verdicts: Sequence[Verdict]) -> list[SaveOutcome]:
        """Store a batch; when a row of it is refused, the others in smaller batches."""
        try:
            return await self._run.database.run(
                partial(upserts.save, verdicts=verdicts, countries=self._countries)
            )
        except _REFUSALS as refusal:
            if len(verdicts) > 1:
                middle = len(verdicts) // 2
                first = await self._save(verdicts[:middle])
                return first + await self._save(verdicts[middle:])
            await self._refuse(verdicts[0], refusal)
            return [SaveOutcome.REJECTED]

    async def _refuse(self, verdict: Verdict, refusal: psycopg.Error) -> None:
        logger.error("The database refused the record at %s: %s", verdict.item.url, refusal)
        verdict.row = None
        if not verdict.errors and isinstance(verdict.item, _RECORDS):
            self._crawler.stats.inc_value(stats.ITEMS_INVALID)
        await self._run.database.run(
            partial(upserts.save_refusal, verdict=verdict, refusal=refusal)
        )


async def _country_names(connection: AsyncConnection) -> dict[str, str]:
    cursor = await connection.execute("SELECT country_code, name FROM countries")
    return dict(await cursor.fetchall())
