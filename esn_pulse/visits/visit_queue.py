"""The visits of a run: how many at a time, and none that another run is at."""

from collections import deque
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from logging import LoggerAdapter
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from esn_pulse.database.clock import clock_of_run
from esn_pulse.database.locks import of_owner
from esn_pulse.database.queries.listings import known_listing
from esn_pulse.database.queries.organisations import (
    OrganisationFilter,
    is_due,
    known_slugs,
    organisations_to_visit,
)
from esn_pulse.exceptions import RunFailed
from esn_pulse.items import Owner, PulseItem, VisitItem
from esn_pulse.rules.verdicts import Verdict
from esn_pulse.run import stats
from esn_pulse.run.hub import current_run
from esn_pulse.run.record import first_attempt, holder
from esn_pulse.sources import Source
from esn_pulse.visits.arguments import ActivitiesArguments
from esn_pulse.visits.listing import Listing
from esn_pulse.visits.repairs import visits_of_failures, visits_of_records
from esn_pulse.visits.visit import Visit


class VisitQueue:
    """Hands out visits one after the other, each with what is known of its organisation.

    That is locked while its visit is under way, and until what it found is stored.

    :param crawler: for ``ESN_SECTIONS_AT_ONCE``, ``ESN_CARDS_DAYS`` and the run's database.
    :param source: the site that is visited.
    :param logger: the spider's.
    """

    def __init__(self, crawler: Crawler, source: Source, logger: "LoggerAdapter[Any]") -> None:
        self._crawler = crawler
        self._source = source
        self._logger = logger
        self._run = current_run(crawler)
        self._to_come: deque[Visit] = deque()
        self._under_way: dict[Owner, Visit] = {}
        self._unstored: set[Owner] = set()
        self._planned: set[tuple[Owner, str]] = set()
        self._wanted: OrganisationFilter | None = None
        self._is_full = False

    async def fill(self, arguments: ActivitiesArguments, job: str | None) -> list[PulseItem]:
        """Plan the visits that the arguments ask for.

        :param job: Scrapyd's name for the run.
        :returns: stored records that need no visit, as they are valid by today's rules.
        :raises RunFailed: when there is nothing to visit; the message says what to do.
        """
        valid: list[PulseItem] = []
        self._began = await self._run.database.run(clock_of_run)
        await self._run.settle_aliases()  # a run that was killed could not
        if arguments.revalidate:
            visits, valid = await self._run.database.run(visits_of_records)
        elif arguments.retry_failed:
            module = self._source.module
            visits = await self._run.database.run(partial(visits_of_failures, module=module))
        else:
            self._wanted = await self._filter(arguments, job)
            self._is_full = arguments.full
            visits = await self._chosen(self._wanted)
        await self._plan(visits)
        return valid

    async def _plan(self, visits: list[Visit]) -> None:
        self._to_come = deque(visits)
        self._planned |= {_name(visit) for visit in visits}
        self._others = await self._run.database.run(known_slugs)
        self._logger.info("Visiting %d organisation(s)", len(visits))
        self._count(stats.SECTIONS_KNOWN, len(visits))

    async def __aiter__(self) -> AsyncIterator[Visit]:
        """Yield each visit as soon as there is room for it and no other run is at it.

        :raises RunFailed: when other runs are at all of them.
        """
        self._crawler.signals.connect(self._release, signals.item_scraped)
        self._at_work_elsewhere: list[str] = []
        is_any = False
        while self._to_come or await self._finds_more():
            await self._room_for_one_more()
            if self._run.time_is_up or self._run.error:
                self._count(stats.SECTIONS_LEFT, len(self._to_come))
                return
            visit = self._to_come.popleft()  # one that is over shall take no memory
            if await self._take(visit):
                is_any = True
                self._under_way[visit.organisation.owner] = visit
                self._unstored.add(visit.organisation.owner)
                yield visit
        if self._at_work_elsewhere and not is_any:
            raise RunFailed("nothing is left to do: " + "; ".join(self._at_work_elsewhere[:3]))

    def end(self, visit: Visit) -> None:
        """Make room for another visit."""
        del self._under_way[visit.organisation.owner]
        self._count(stats.SECTIONS_FAILED if visit.failed else stats.SECTIONS_PROCESSED)

    def close(self, reason: str) -> None:
        """Count the visits that the run did not get to the end of."""
        for visit in self._under_way.values():
            self._logger.warning("%s was not finished: %s", visit.organisation.slug, reason)
            self._count(stats.SECTIONS_FAILED)

    async def _filter(self, arguments: ActivitiesArguments, job: str | None) -> OrganisationFilter:
        return OrganisationFilter(
            arguments.section,
            arguments.organisation,
            arguments.country,
            arguments.limit,
            arguments.part,
            await self._run.database.run(partial(first_attempt, job=job)),
        )

    async def _chosen(self, wanted: OrganisationFilter) -> list[Visit]:
        chosen = await self._run.database.run(partial(organisations_to_visit, wanted=wanted))
        return [Visit(one, listing=Listing(full=self._is_full)) for one in chosen]

    async def _finds_more(self) -> bool:
        """Plan visits of those whose alias is known by what this run has read; False for none."""
        wanted = self._wanted
        if wanted is None or wanted.limit or wanted.section or wanted.organisation:
            return False
        while self._unstored and self._has_work():
            await self._crawler.signals.wait_for(signals.scheduler_empty)
        if self._run.time_is_up or self._run.error or self._unstored:
            return False
        await self._run.settle_aliases()
        try:
            visits = await self._chosen(wanted)
        except RunFailed:  # nobody who was wanted has an alias any more
            return False
        more = [
            visit
            for visit in visits
            if _name(visit) not in self._planned and not self._was_visited(visit)
        ]
        if more:
            await self._plan(more)
        return bool(more)

    def _was_visited(self, visit: Visit) -> bool:
        """Tell whether this run has visited it, under a former alias."""
        last = visit.organisation.last_scraped
        return last is not None and last >= self._began

    def _has_work(self) -> bool:
        """Tell whether anything is asked for, waits for another try, or is being stored."""
        engine = self._crawler.engine
        is_idle = engine.scraper.slot and engine.scraper.slot.is_idle()
        waits = engine._slot and engine._slot.scheduler.has_pending_requests()
        return bool(engine.downloader.active or waits or not is_idle)

    async def _room_for_one_more(self) -> None:
        """Wait until few enough visits are under way, or none of them gets on."""
        at_once = self._crawler.settings.getint("ESN_SECTIONS_AT_ONCE")
        while len(self._under_way) >= at_once and self._is_at_work():
            await self._crawler.signals.wait_for(signals.scheduler_empty)

    def _is_at_work(self) -> bool:
        """Tell whether a page is on its way or being read; pages may also wait for another try."""
        engine = self._crawler.engine
        on_their_way = any(s.queue or s.transferring for s in engine.downloader.slots.values())
        return on_their_way or not (engine.scraper.slot and engine.scraper.slot.is_idle())

    async def _take(self, visit: Visit) -> bool:
        """Lock its organisation; False when another run is at it, or was since it was chosen."""
        database, organisation = self._run.database, visit.organisation
        lock = of_owner(organisation.owner)
        if not await database.lock(*lock):
            who = await database.run(partial(holder, lock=lock))
            self._at_work_elsewhere.append(f"{organisation.slug} is being read by {who}")
            self._logger.warning("Left out: %s", self._at_work_elsewhere[-1])
            self._count(stats.SECTIONS_LEFT)
            return False
        if visit.is_whole and not await database.run(partial(is_due, organisation=organisation)):
            await database.unlock(*lock)
            self._logger.info("Another run has read %s in the meantime", organisation.slug)
            return False
        settings, now = self._crawler.settings, await database.run(clock_of_run)
        visit.listing.since = now.date() - timedelta(days=settings.getint("ESN_CARDS_DAYS"))
        known = await database.run(
            partial(known_listing, organisation=organisation, settings=settings, now=now)
        )
        visit.listing.known, visit.figures.known = known, known.figures
        visit.others = self._others
        return True

    async def _release(self, item: Verdict) -> None:
        """Let other runs have an organisation whose visit is stored."""
        if isinstance(item.item, VisitItem):
            owner = Owner(item.item.section_id, item.item.country_code)
            self._unstored.discard(owner)
            await self._run.database.unlock(*of_owner(owner))

    def _count(self, name: str, by: int = 1) -> None:
        self._crawler.stats.inc_value(name, by)


def _name(visit: Visit) -> tuple[Owner, str]:
    """Tell visits apart: who has another alias by now is visited under that, too."""
    return visit.organisation.owner, visit.organisation.slug
