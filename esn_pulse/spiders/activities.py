"""Activities and statistics, from activities.esn.org."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from scrapy import Request, signals
from scrapy.http import TextResponse

from esn_pulse import stats
from esn_pulse.database.locks import SECTION
from esn_pulse.database.runs import holder
from esn_pulse.database.sections import is_due, lists_activities, sections_to_visit
from esn_pulse.exceptions import PageError, RunFailed
from esn_pulse.extensions.run import current_run
from esn_pulse.items import FailedScrapeItem, PageReadItem, PulseItem, SectionVisitItem
from esn_pulse.pages import activities
from esn_pulse.pages.activity import activity
from esn_pulse.pages.kinds import PageKind
from esn_pulse.pages.statistics import statistics
from esn_pulse.sites import ACTIVITIES, site_url
from esn_pulse.spiders.arguments import RepairArguments
from esn_pulse.spiders.base import Output, PulseSpider, Read
from esn_pulse.spiders.visits import Visit, visits_of_failures, visits_of_records
from esn_pulse.verdicts import Verdict


class ActivitiesArguments(RepairArguments):
    """What ``scrapy crawl activities -a`` accepts: which sections to visit, or what to repair."""

    section: Annotated[str, StringConstraints(min_length=1)] | None = None
    country: Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$")] | None = None
    limit: Annotated[int, Field(gt=0)] | None = None


class ActivitiesSpider(PulseSpider):
    """Each section's statistics and listing, and each activity's page once a run."""

    name = "activities"
    module = "ActivitiesAndStatisticsScraper"
    Arguments = ActivitiesArguments

    async def begin(self, arguments: ActivitiesArguments) -> AsyncIterator[Request | PulseItem]:
        """Begin visits one after the other; only so many are under way at a time."""
        self._site = site_url(self.settings, ACTIVITIES)
        self._run = current_run(self.crawler)
        self._listed_by: dict[str, list[int]] = {}  # sections, by event slug
        self._under_way: dict[int, Visit] = {}
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
        for number, visit in enumerate(visits):
            await self._room_for_one_more()
            if self._run.time_is_up or self._run.error:
                self._count(stats.SECTIONS_LEFT, len(visits) - number)
                return
            if await self._take(visit):
                for request in self._begin_visit(visit):
                    yield request
        if visits and len(self._at_work_elsewhere) == len(visits):
            raise RunFailed("nothing is left to do: " + "; ".join(self._at_work_elsewhere[:3]))

    async def _chosen(self, arguments: ActivitiesArguments) -> list[Visit]:
        if arguments.retry_failed:
            return await self._run.database.run(partial(visits_of_failures, module=self.module))
        wanted = arguments.model_dump(include={"section", "country", "limit"})
        chosen = await self._run.database.run(partial(sections_to_visit, **wanted))
        return [Visit(section) for section in chosen]

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
        if not await database.lock(SECTION, section.id):
            who = await database.run(partial(holder, lock=(SECTION, section.id)))
            self._at_work_elsewhere.append(f"section {section.slug} is being read by {who}")
            self.logger.warning("Left out: %s", self._at_work_elsewhere[-1])
            self._count(stats.SECTIONS_LEFT)
            return False
        if not visit.is_whole:
            return True
        if not await database.run(partial(is_due, section=section)):
            await database.unlock(SECTION, section.id)
            self.logger.info("Another run has read section %s in the meantime", section.slug)
            return False
        visit.had_activities = await database.run(partial(lists_activities, section=section))
        return True

    async def _release(self, item: Verdict) -> None:
        """Let other runs have a section whose visit is stored."""
        if isinstance(item.item, SectionVisitItem):
            await self._run.database.unlock(SECTION, item.item.section_id)

    def closed(self, reason: str) -> None:
        """Count the sections that the run did not get to the end of."""
        for visit in getattr(self, "_under_way", {}).values():
            self.logger.warning("Section %s was not finished: %s", visit.section.slug, reason)
            self._count(stats.SECTIONS_FAILED)

    def _address(self, visit: Visit, page: str) -> str:
        return f"{self._site}/organisation/{visit.section.slug}/{page}"

    def _begin_visit(self, visit: Visit) -> list[Request]:
        self._under_way[visit.section.id] = visit
        if visit.is_whole:
            return [
                self._ask_statistics(visit, self._address(visit, "statistics")),
                self._ask_listing(visit, self._address(visit, "activities?page=0")),
            ]
        return [
            self._ask_activity(visit, url, listed_by)
            if listed_by
            else self._ask_statistics(visit, url)
            for url, listed_by in visit.pages.items()
        ]

    def _ask_statistics(self, visit: Visit, url: str) -> Request:
        return self._visit(visit, PageKind.STATISTICS, url, self.read_statistics, self.page_failed)

    def _ask_listing(self, visit: Visit, url: str) -> Request:
        return self._visit(visit, PageKind.LISTING, url, self.read_listing, self.page_failed)

    def _ask_activity(self, visit: Visit, url: str, listed_by: list[int]) -> Request:
        return self._visit(
            visit,
            PageKind.ACTIVITY,
            url,
            self.read_activity,
            self.activity_failed,
            listed_by=listed_by,
        )

    def _visit(
        self, visit: Visit, kind: PageKind, url: str, read: Read, failed: Read, **context: Any
    ) -> Request:
        """Ask for a page of a section; the visit ends when all of its pages have come."""
        visit.pending += 1
        return self.ask(kind, url, read, failed, visit=visit, **context)

    def _page_done(self, visit: Visit) -> Output:
        visit.pending -= 1
        if visit.pending:
            return
        del self._under_way[visit.section.id]
        yield SectionVisitItem(
            self._address(visit, "activities"),
            visit.section.id,
            list(visit.event_slugs),
            complete=visit.is_complete,
        )
        self._count(stats.SECTIONS_FAILED if visit.failed else stats.SECTIONS_PROCESSED)

    def read_statistics(self, page: TextResponse, visit: Visit) -> Output:
        """Store the statistics."""
        yield statistics(page, visit.section.id)
        yield from self._page_done(visit)

    def read_listing(self, page: TextResponse, visit: Visit) -> Output:
        """Follow the activities, and the listing's other pages."""
        addresses = activities.listed_activities(page, had_some=visit.had_activities)
        listed = {activities.activity_slug(url) or "": url for url in addresses}
        for number in self._further_pages(page, visit, listed):
            # From the page's own address: the alias may have moved.
            yield self._ask_listing(visit, f"{page.url.partition('?')[0]}?page={number}")
        visit.event_slugs |= dict.fromkeys(listed)
        for slug, url in listed.items():
            is_new = slug not in self._listed_by
            listed_by = self._listed_by.setdefault(slug, [])
            if visit.section.id not in listed_by:
                listed_by.append(visit.section.id)
            if is_new:
                yield self._ask_activity(visit, url, listed_by)
        yield PageReadItem(page.url)
        yield from self._page_done(visit)

    def _further_pages(self, page: TextResponse, visit: Visit, listed: dict[str, str]) -> range:
        """Tell which pages of the listing this one is the first to name.

        :raises PageError: when they would never end.
        """
        last = activities.last_listing_page(page)
        known, visit.last_page = visit.last_page, max(visit.last_page or 0, last)
        if known is None:
            begins = 1
        elif last > known and listed.keys() <= visit.event_slugs.keys():
            raise PageError(
                f"the pager has no end: a page that shows nothing new names page {last}"
            )
        else:
            begins = known + 1
        if last >= self.settings.getint("ESN_LISTING_PAGES_LIMIT"):
            raise PageError(f"the pager claims {last + 1} pages")
        return range(begins, last + 1)

    def page_failed(self, failure: FailedScrapeItem, visit: Visit) -> Output:
        """Count the section as failed: without this page it is not whole."""
        visit.failed = True
        yield from self._record(failure, visit)

    def read_activity(self, page: TextResponse, visit: Visit, listed_by: list[int]) -> Output:
        """Store the activity; other sections may have listed it since it was asked for."""
        yield activity(page, list(listed_by))
        yield from self._page_done(visit)

    def activity_failed(
        self,
        failure: FailedScrapeItem,
        visit: Visit,
        listed_by: list[int],  # noqa: ARG002
    ) -> Output:
        """Record the failure; the section's other pages go on."""
        yield from self._record(failure, visit)

    def _record(self, failure: FailedScrapeItem, visit: Visit) -> Output:
        failure.section_id = visit.section.id
        yield failure
        yield from self._page_done(visit)
