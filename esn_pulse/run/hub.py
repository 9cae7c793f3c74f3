"""The run itself: its database, its time, and its row in ``scraper_status`` from start to end."""

import asyncio
import logging
import time
from collections.abc import Iterable
from functools import partial
from typing import Self

import psycopg
from psycopg import AsyncConnection
from scrapy import Spider, signals
from scrapy.crawler import Crawler

from esn_pulse.database import Database
from esn_pulse.database.locks import RUN
from esn_pulse.database.queries.completeness import (
    ShortOrganisation,
    find_short_organisations,
    in_words,
    outdated_activities,
)
from esn_pulse.database.schema.views import refresh_views
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable
from esn_pulse.run import stats
from esn_pulse.run.aliases import settle_aliases
from esn_pulse.run.progress_record import ProgressRecord
from esn_pulse.run.record import (
    FINISHED,
    Ending,
    Shown,
    begin_run,
    end_run,
    is_cancelled,
    mark_interrupted_runs,
)
from esn_pulse.run.signals import run_ended
from esn_pulse.sources import ACTIVITIES, Source

logger = logging.getLogger(__name__)

_LAST_SECONDS = 1

# Scrapy's reasons that an operator can't be expected to know.
_PLAIN_WORDS = {
    "shutdown": "interrupted by a signal",
    "start_error": "an error in the program; the log shows it",
}


class Run:
    """Keeps the record of a run, and lends its database to the spider and the pipelines.

    :ivar error: why the run failed, or is going to; None for one that is or gets completed.
    :ivar was_cancelled: whether that is because somebody cancelled its job.
    :ivar short: known at the run's end: organisations of which activities are missing.
    :ivar status_id: its row in ``scraper_status``; None as long as there is none.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.error: str | None = None
        self.status_id: int | None = None
        self.was_cancelled = False
        self.short: list[ShortOrganisation] = []
        self._shown = Shown()
        self.database = Database(crawler.settings)
        self._progress = ProgressRecord(crawler, self.database)
        self._crawler = crawler
        self._began = time.monotonic()
        self._end_is_on_record = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Follow the run's signals."""
        run = cls(crawler)
        crawler.signals.connect(run.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(run.spider_closed, signal=signals.spider_closed)
        return run

    @property
    def database_failed(self) -> bool:
        """Whether the database stayed away, or could not be reached at all."""
        return self.database.failed

    @property
    def time_budget(self) -> float:
        """For how many seconds the run begins new organisations; 0: as long as there are any."""
        source: Source | None = getattr(self._crawler.spider, "source", None)
        return self._crawler.settings.getfloat(source.time_budget) if source else 0

    @property
    def time_is_up(self) -> bool:
        """Whether no new organisation may be begun."""
        return 0 < self.time_budget <= time.monotonic() - self._began

    def fail(self, reason: str) -> None:
        """Let the run end as failed once the work that is still possible is done."""
        if self.error is None:
            self.error = reason
            logger.error("This run will end as failed: %s", reason)

    def show(self, sections: Iterable[str], *, are_all: bool) -> None:
        """Take note of the sections that the run was shown, by their accounts slugs.

        :param are_all: whether these are all that there are.
        """
        self._shown = Shown([*sections], are_all)

    async def spider_opened(self, spider: Spider) -> None:
        """Record that the run began; the pipelines have connected by now."""
        if not self.database.is_open:
            return
        source: Source | None = getattr(spider, "source", None)
        module = source.module if source else spider.name
        arguments: dict[str, str] = getattr(spider, "given", {})
        self.status_id = await self.database.run(
            partial(begin_run, module=module, arguments=arguments, job=self._job)
        )
        await self.database.lock(RUN, self.status_id)
        self._progress.start(self.status_id)
        for dead in await self.database.run(mark_interrupted_runs):
            logger.warning("Run %d had been interrupted; it is on record as failed", dead)

    async def spider_closed(self, reason: str) -> None:
        """Record how the run ended, and tell those who wait for that."""
        if impostors := self._crawler.stats.get_value(stats.PAGES_IMPOSTORS, 0):
            logger.warning(
                "Pages that were not what was asked for: %d. Nothing was stored of them; ask for"
                " them again with: scrapy retry_failed",
                impostors,
            )
        ending = await self._cancelled(reason) or self._ending(reason)
        self.error, self.was_cancelled = ending.error, ending.status == "cancelled"
        if self.database.is_open:
            # In this order, as a signal that comes now ends the process: a refresh takes seconds.
            await self._record(ending)
            if not self.database_failed:
                await self._settle(reason)
                await self._find_what_is_missing()
                await self._refresh_views(reason)
            await self.database.close()
        await self._crawler.signals.send_catch_log_async(run_ended)

    async def give_up(self, why: str) -> None:
        """Record a failure while work is still under way, unless the run's end is on record.

        It takes a second at most.
        """
        self.error = self.error or why
        if not self.database.is_open or self._end_is_on_record:
            return
        try:
            async with asyncio.timeout(_LAST_SECONDS):
                await self._record(Ending(f"failed: {self.error}", self.error))
        except TimeoutError:
            logger.error("The end of the run could not be recorded: there was no time")  # noqa: TRY400

    async def settle_aliases(self) -> None:
        """Give each alias to whom it belongs, by all that is stored.

        :raises DatabaseUnavailable: when the database stayed away.
        """
        site = ACTIVITIES.url(self._crawler.settings)
        settlement = await self.database.run(partial(settle_aliases, site=site))
        for change in settlement.changes:
            logger.warning("Whose an alias is has turned out: %s", change)
        if settlement.at_work:
            logger.warning(
                "Whose each alias is, the next run settles: another one is reading %s",
                settlement.at_work,
            )

    async def _settle(self, reason: str) -> None:
        try:
            await self.settle_aliases()
        except (DatabaseUnavailable, ConfigurationError, psycopg.Error) as failure:
            problem = (
                f"all that was read is stored, but not whose each alias is ({failure}); the next"
                " run does it again"
            )
            await self._fail_after_all(problem, reason)

    async def _find_what_is_missing(self) -> None:
        try:
            self.short = await self.database.run(find_short_organisations)
            outdated = await self.database.run(outdated_activities)
        except (DatabaseUnavailable, psycopg.Error) as failure:
            logger.warning("Whether activities are missing is not known: %s", failure)
            return
        if self.short:
            logger.warning("In the database %s", in_words(self.short))
        if outdated:
            logger.info(
                "%d activities were last read by an older version, which noted fewer of their types"
                " and organisers; they are read again in the coming weeks, or all that listings"
                " show at once with: scrapy crawl activities -a full=1",
                outdated,
            )

    async def _refresh_views(self, reason: str) -> None:
        try:
            await self.database.run(refresh_views, takes_long=True)
        except (DatabaseUnavailable, psycopg.Error) as failure:
            what_next = "the next run does it again"
            if isinstance(failure, psycopg.errors.InsufficientPrivilege):
                what_next = (
                    "that takes the login that owns them, or a member of it, as after GRANT"
                    " (the owner) TO (this login)"
                )
            problem = (
                "all that was read is stored, but the views that BI tools read could not be"
                f" refreshed ({failure}); {what_next}"
            )
            await self._fail_after_all(problem, reason)

    async def _fail_after_all(self, problem: str, reason: str) -> None:
        """Let a run fail whose end is on record; a failure before that stays the reason."""
        if self.error:
            logger.error("Besides, %s", problem)
            return
        self.fail(problem)
        await self._record(self._ending(reason))

    async def _record(self, ending: Ending) -> None:
        figures = self._crawler.stats.get_stats()
        await self._progress.stop()

        async def end(connection: AsyncConnection) -> None:
            # Its row may be written at this very moment.
            await end_run(connection, self.status_id, ending, figures, self._shown)

        try:
            await self.database.run(end)
            self._end_is_on_record = True
        except (DatabaseUnavailable, psycopg.Error) as failure:
            self.error = self.error or f"its end could not be recorded: {failure}"
            logger.error("The end of the run could not be recorded: %s", failure)  # noqa: TRY400

    @property
    def _job(self) -> str | None:
        return getattr(self._crawler.spider, "job", None)

    async def _cancelled(self, reason: str) -> Ending | None:
        """Return the ending of a run that was interrupted because somebody cancelled its job."""
        if reason != "shutdown" or not self._job or not self.database.is_open:
            return None
        try:
            if await self.database.run(partial(is_cancelled, job=self._job)):
                return Ending("cancelled", "its job was cancelled")
        except DatabaseUnavailable as error:
            logger.warning("Whether somebody cancelled the job is not known: %s", error)
        return None

    def _ending(self, reason: str) -> Ending:
        error = self.error
        if error is None and reason != "finished":
            if reason == "shutdown" and self.status_id is None:
                reason = "start_error"  # Scrapy says so of a component that could not begin, too
            error = _PLAIN_WORDS.get(reason, reason.removeprefix("failed: "))
        if error:
            return Ending(f"failed: {error}", error)
        left = self._crawler.stats.get_value(stats.SECTIONS_LEFT, 0)
        if left and self.time_is_up:
            return Ending(f"time budget spent: {left} section(s) left for the next run", None)
        return FINISHED


def current_run(crawler: Crawler) -> Run:
    """Return the run that a component belongs to."""
    run = crawler.get_extension(Run)
    if run is None:
        raise RuntimeError("EXTENSIONS lacks esn_pulse.run.hub.Run")
    return run
