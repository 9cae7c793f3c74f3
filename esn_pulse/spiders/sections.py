"""Which sections a run visits: how many at a time, and none that another run is at."""

from collections import deque
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

from scrapy import Request, signals

from esn_pulse.database.clock import clock_of_run
from esn_pulse.database.queries.listings import known_listing
from esn_pulse.database.queries.sections import Wanted, is_due, sections_to_visit
from esn_pulse.exceptions import RunFailed
from esn_pulse.items import PulseItem, SectionVisitItem
from esn_pulse.rules.verdicts import Verdict
from esn_pulse.run import stats
from esn_pulse.run.hub import current_run
from esn_pulse.run.record import first_attempt, holder
from esn_pulse.spiders.base import Output, PulseSpider
from esn_pulse.visits.arguments import ActivitiesArguments
from esn_pulse.visits.listing import Listing
from esn_pulse.visits.visit import Visit, visits_of_failures, visits_of_records


class SectionsSpider(PulseSpider):
    """A spider that visits sections; what it asks of them is said elsewhere."""

    Arguments = ActivitiesArguments

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        self._under_way: dict[int, Visit] = {}

    async def begin(self, arguments: ActivitiesArguments) -> AsyncIterator[Request | PulseItem]:
        """Begin visits one after the other; only so many are under way at a time."""
        self._run = current_run(self.crawler)
        self._at_work_elsewhere: list[str] = []
        self.crawler.signals.connect(self._release, signals.item_scraped)
        if arguments.revalidate:
            visits, valid = await self._run.database.run(visits_of_records)
            for item in valid:
                yield item
        else:
            visits = await self._chosen(arguments)
        self.logger.info("Visiting %d section(s)", len(visits))
        self._count(stats.SECTIONS_KNOWN, len(visits))
        to_come, number = deque(visits), len(visits)
        visits.clear()  # a visit that is over shall take no memory
        while to_come:
            await self._room_for_one_more()
            if self._run.time_is_up or self._run.error:
                self._count(stats.SECTIONS_LEFT, len(to_come))
                return
            visit = to_come.popleft()
            if await self._take(visit):
                self._under_way[visit.section.id] = visit
                for request in self.begin_visit(visit):
                    yield request
        if number and len(self._at_work_elsewhere) == number:
            raise RunFailed("nothing is left to do: " + "; ".join(self._at_work_elsewhere[:3]))

    def begin_visit(self, visit: Visit) -> Output:
        """Yield the first requests of a section's visit."""
        raise NotImplementedError

    def end_visit(self, visit: Visit) -> None:
        """Make room for another section's visit."""
        del self._under_way[visit.section.id]
        self._count(stats.SECTIONS_FAILED if visit.failed else stats.SECTIONS_PROCESSED)

    async def _chosen(self, arguments: ActivitiesArguments) -> list[Visit]:
        if arguments.retry_failed:
            return await self._run.database.run(
                partial(visits_of_failures, module=self.source.module)
            )
        wanted = Wanted(
            arguments.section,
            arguments.country,
            arguments.limit,
            arguments.part,
            await self._run.database.run(partial(first_attempt, job=self.job)),
        )
        chosen = await self._run.database.run(partial(sections_to_visit, wanted=wanted))
        return [Visit(section, listing=Listing(full=arguments.full)) for section in chosen]

    async def _room_for_one_more(self) -> None:
        """Wait until few enough sections are under way, or none of them gets on."""
        at_once = self.settings.getint("ESN_SECTIONS_AT_ONCE")
        while len(self._under_way) >= at_once and self._is_at_work():
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    def _is_at_work(self) -> bool:
        """Tell whether a page is on its way or being read; pages may also wait for another try."""
        engine = self.crawler.engine
        on_their_way = any(s.queue or s.transferring for s in engine.downloader.slots.values())
        return on_their_way or not (engine.scraper.slot and engine.scraper.slot.is_idle())

    async def _take(self, visit: Visit) -> bool:
        """Lock a section; False when another run is at it, or has been since it was chosen."""
        database, section = self._run.database, visit.section
        if not await database.lock(self.source.lock, section.id):
            who = await database.run(partial(holder, lock=(self.source.lock, section.id)))
            self._at_work_elsewhere.append(f"section {section.slug} is being read by {who}")
            self.logger.warning("Left out: %s", self._at_work_elsewhere[-1])
            self._count(stats.SECTIONS_LEFT)
            return False
        if visit.is_whole and not await database.run(partial(is_due, section=section)):
            await database.unlock(self.source.lock, section.id)
            self.logger.info("Another run has read section %s in the meantime", section.slug)
            return False
        now = await database.run(clock_of_run)
        visit.listing.since = now.date() - timedelta(days=self.settings.getint("ESN_CARDS_DAYS"))
        known = await database.run(
            partial(known_listing, section=section, settings=self.settings, now=now)
        )
        visit.listing.known, visit.figures.known = known, known.figures
        return True

    async def _release(self, item: Verdict) -> None:
        """Let other runs have a section whose visit is stored."""
        if isinstance(item.item, SectionVisitItem):
            await self._run.database.unlock(self.source.lock, item.item.section_id)

    def closed(self, reason: str) -> None:
        """Count the sections that the run did not get to the end of, and tell what was skipped."""
        for visit in self._under_way.values():
            self.logger.warning("Section %s was not finished: %s", visit.section.slug, reason)
            self._count(stats.SECTIONS_FAILED)
        for told, prefix in ("Asked for", stats.PAGES_ASKED), ("Skipped", stats.PAGES_SKIPPED):
            pages = stats.by_reason(self.crawler.stats.get_stats(), prefix)
            reasons = ", ".join(f"{why}: {number:,}" for why, number in pages.items())
            self.logger.info("%s %d pages (%s)", told, sum(pages.values()), reasons or "none")
