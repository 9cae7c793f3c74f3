"""Activities and statistics, from activities.esn.org.

A run refreshes what is stored: it asks each section for its statistics and its listing, and decides
from them which other pages can have changed.
"""

from collections import deque
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from scrapy import Request, signals
from scrapy.http import TextResponse

from esn_pulse import stats
from esn_pulse.database.listings import known_listing
from esn_pulse.database.locks import SECTION
from esn_pulse.database.runs import holder
from esn_pulse.database.sections import is_due, sections_to_visit
from esn_pulse.exceptions import PageError, RunFailed
from esn_pulse.extensions.run import current_run
from esn_pulse.items import (
    FailedScrapeItem,
    PageReadItem,
    PulseItem,
    SectionMovedItem,
    SectionVisitItem,
)
from esn_pulse.pages.activity import activity
from esn_pulse.pages.addresses import organisation_slug
from esn_pulse.pages.kinds import PageKind
from esn_pulse.pages.listing import last_listing_page, listed_activities
from esn_pulse.pages.statistics import statistics
from esn_pulse.sites import ACTIVITIES, site_url
from esn_pulse.spiders.arguments import RepairArguments
from esn_pulse.spiders.base import Output, PulseSpider, Read
from esn_pulse.spiders.listings import Listing
from esn_pulse.spiders.visits import Visit, visits_of_failures, visits_of_records
from esn_pulse.verdicts import Verdict


class ActivitiesArguments(RepairArguments):
    """What ``scrapy crawl activities -a`` accepts: which sections to visit, or what to repair.

    With ``full`` every page is read, also those that can't have changed.
    """

    section: Annotated[str, StringConstraints(min_length=1)] | None = None
    country: Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$")] | None = None
    limit: Annotated[int, Field(gt=0)] | None = None
    full: bool = False


class ActivitiesSpider(PulseSpider):
    """Each section's statistics and listing, and the pages of activities that can have changed."""

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
        to_come, number = deque(visits), len(visits)
        visits.clear()  # a visit that is over shall take no memory
        while to_come:
            await self._room_for_one_more()
            if self._run.time_is_up or self._run.error:
                self._count(stats.SECTIONS_LEFT, len(to_come))
                return
            visit = to_come.popleft()
            if await self._take(visit):
                for request in self._begin_visit(visit):
                    yield request
        if number and len(self._at_work_elsewhere) == number:
            raise RunFailed("nothing is left to do: " + "; ".join(self._at_work_elsewhere[:3]))

    async def _chosen(self, arguments: ActivitiesArguments) -> list[Visit]:
        if arguments.retry_failed:
            return await self._run.database.run(partial(visits_of_failures, module=self.module))
        wanted = arguments.model_dump(include={"section", "country", "limit"})
        chosen = await self._run.database.run(partial(sections_to_visit, **wanted))
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
        now = datetime.now(UTC)
        visit.listing.since = now.date() - timedelta(days=self.settings.getint("ESN_CARDS_DAYS"))
        visit.listing.known = await database.run(
            partial(known_listing, section=section, settings=self.settings, now=now)
        )
        return True

    async def _release(self, item: Verdict) -> None:
        """Let other runs have a section whose visit is stored."""
        if isinstance(item.item, SectionVisitItem):
            await self._run.database.unlock(SECTION, item.item.section_id)

    def closed(self, reason: str) -> None:
        """Count the sections that the run did not get to the end of, and tell what was skipped."""
        for visit in getattr(self, "_under_way", {}).values():
            self.logger.warning("Section %s was not finished: %s", visit.section.slug, reason)
            self._count(stats.SECTIONS_FAILED)
        for told, prefix in ("Asked for", stats.PAGES_ASKED), ("Skipped", stats.PAGES_SKIPPED):
            pages = stats.by_reason(self.crawler.stats.get_stats(), prefix)
            reasons = ", ".join(f"{why}: {number:,}" for why, number in pages.items())
            self.logger.info("%s %d pages (%s)", told, sum(pages.values()), reasons or "none")

    def _address(self, alias: str, page: str) -> str:
        return f"{self._site}/organisation/{alias}/{page}"

    def _begin_visit(self, visit: Visit) -> Output:
        self._under_way[visit.section.id] = visit
        if visit.is_whole:
            yield self._ask(
                visit, PageKind.STATISTICS, self._address(visit.section.slug, "statistics")
            )
        for url, listed_by in visit.pages.items():
            if listed_by:
                yield self._ask_activity(visit, url, listed_by, "repair")
            else:
                yield self._ask(visit, PageKind.STATISTICS, url)

    def _ask_listing(self, visit: Visit, address: str, numbers: Iterable[int]) -> Output:
        for number in numbers:
            yield self._ask(visit, PageKind.LISTING, f"{address}?page={number}")

    def _ask_activity(self, visit: Visit, url: str, listed_by: list[int], why: str) -> Request:
        return self._ask(visit, PageKind.ACTIVITY, url, why, listed_by=listed_by)

    def _ask(
        self, visit: Visit, kind: PageKind, url: str, why: str | None = None, **context: Any
    ) -> Request:
        """Ask for a page of a section; the visit ends when all of its pages have come."""
        visit.pending += 1
        self._count(stats.PAGES_ASKED + (why or kind.value))
        read, failed = self._callbacks[kind]
        return self.ask(kind, url, read, failed, visit=visit, **context)

    @property
    def _callbacks(self) -> dict[PageKind, tuple[Read, Read]]:
        return {
            PageKind.STATISTICS: (self.read_statistics, self.statistics_failed),
            PageKind.LISTING: (self.read_listing, self.listing_failed),
            PageKind.ACTIVITY: (self.read_activity, self.activity_failed),
        }

    def _page_done(self, visit: Visit) -> Output:
        visit.pending -= 1
        if visit.pending:
            return
        del self._under_way[visit.section.id]
        cards = visit.listing.cards.values()
        yield SectionVisitItem(
            self._address(visit.section.slug, "activities"),
            visit.section.id,
            [{"event_slug": c.event_slug, "url": c.url, "card": c.shown} for c in cards],
            complete=visit.is_complete,
            whole_listing=visit.is_whole and visit.listing.is_whole,
            digest=visit.listing.digest,
        )
        self._count(stats.SECTIONS_FAILED if visit.failed else stats.SECTIONS_PROCESSED)

    def read_statistics(self, page: TextResponse, visit: Visit) -> Output:
        """Store the statistics, and follow the listing."""
        item = statistics(page, visit.section.id)
        alias = organisation_slug(page.url)
        if alias and alias != visit.section.slug:
            yield SectionMovedItem(self._address(alias, "activities"), visit.section.id, alias)
        yield item
        visit.listing.count(item)
        yield from self._begin_listing(visit)
        yield from self._page_done(visit)

    def statistics_failed(self, failure: FailedScrapeItem, visit: Visit) -> Output:
        """Count the section as failed, but read its listing."""
        visit.failed = True
        yield from self._begin_listing(visit)
        yield from self._record(failure, visit)

    def _begin_listing(self, visit: Visit) -> Output:
        if visit.is_whole:
            address = self._address(visit.section.slug, "activities")
            yield from self._ask_listing(visit, address, visit.listing.first())

    def read_listing(self, page: TextResponse, visit: Visit) -> Output:
        """Follow the activities that can have changed, and further pages of the listing."""
        listing = visit.listing
        cards = listed_activities(page, had_some=bool(listing.known.activities))
        last = last_listing_page(page)
        if last >= self.settings.getint("ESN_LISTING_PAGES_LIMIT"):
            raise PageError(f"the pager claims {last + 1} pages")
        met = [card for card in cards if card.event_slug not in listing.cards]
        address = page.url.partition("?")[0]  # the page's own: the alias may have moved
        yield from self._ask_listing(visit, address, listing.read(cards, last))
        for card in met:
            yield from self._ask_if(listing.why(card), visit, card.event_slug, card.url)
        yield PageReadItem(page.url)
        yield from self._listing_page_done(visit)

    def listing_failed(self, failure: FailedScrapeItem, visit: Visit) -> Output:
        """Count the section as failed: without this page it is not whole. The others are read."""
        visit.failed = True
        address = failure.url.partition("?")[0]
        yield from self._ask_listing(visit, address, visit.listing.page_failed())
        failure.section_id = visit.section.id
        yield failure
        yield from self._listing_page_done(visit)

    def _listing_page_done(self, visit: Visit) -> Output:
        """Follow the activities that are due although the pages which show them were not read."""
        if visit.listing.page_done():
            self._count(f"{stats.PAGES_SKIPPED}listing", visit.listing.pages_left)
            for known in visit.listing.unseen():
                yield from self._ask_if(known.why, visit, known.event_slug, known.url)
        yield from self._page_done(visit)

    def _ask_if(self, why: str | None, visit: Visit, slug: str, url: str | None) -> Output:
        """Ask for an activity's page, once a run, if there is a reason to."""
        if why is None or url is None:
            self._count(f"{stats.PAGES_SKIPPED}unchanged")
            return
        is_new = slug not in self._listed_by
        listed_by = self._listed_by.setdefault(slug, [])
        if visit.section.id not in listed_by:
            listed_by.append(visit.section.id)
        if is_new:
            yield self._ask_activity(visit, url, listed_by, why)

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
