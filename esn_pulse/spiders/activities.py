"""Activities and statistics, from activities.esn.org."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from scrapy import Request, signals
from scrapy.http import TextResponse

from esn_pulse import stats
from esn_pulse.database.sections import SectionToVisit, sections_to_visit
from esn_pulse.exceptions import PageError
from esn_pulse.extensions.run import current_run
from esn_pulse.items import FailedScrapeItem, SectionVisitItem
from esn_pulse.pages import activities
from esn_pulse.pages.statistics import statistics
from esn_pulse.sites import ACTIVITIES, site_url
from esn_pulse.spiders.base import Output, PulseSpider, Read


class ActivitiesArguments(BaseModel):
    """What ``scrapy crawl activities -a`` accepts: which sections to visit."""

    model_config = ConfigDict(extra="forbid")

    section: Annotated[str, StringConstraints(min_length=1)] | None = None
    country: Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$")] | None = None
    limit: Annotated[int, Field(gt=0)] | None = None


@dataclass
class Visit:
    """A section under way: what was asked for and is still to come, and what was seen."""

    section: SectionToVisit
    url: str  # of the listing, without the page's number
    pending: int = 0
    failed: bool = False
    last_page: int = 0
    pages: list[str] = field(default_factory=list)
    event_slugs: list[str] = field(default_factory=list)


class ActivitiesSpider(PulseSpider):
    """Each section's statistics and listing, and each activity's page once a run."""

    name = "activities"
    module = "ActivitiesAndStatisticsScraper"
    Arguments = ActivitiesArguments

    async def begin(self, arguments: ActivitiesArguments) -> AsyncIterator[Request]:
        """Begin sections one after the other, as the crawler has room for them."""
        site = site_url(self.settings, ACTIVITIES)
        chosen = await current_run(self.crawler).database.run(
            partial(sections_to_visit, **arguments.model_dump())
        )
        self._listed_by: dict[str, list[int]] = {}  # sections, by event slug
        self._under_way: dict[int, Visit] = {}
        self.logger.info("Visiting %d section(s)", len(chosen))
        for section in chosen:
            if self.crawler.engine.needs_backout():
                await self.crawler.signals.wait_for(signals.scheduler_empty)
            organisation = f"{site}/organisation/{section.slug}"
            visit = Visit(section, f"{organisation}/activities")
            self._under_way[section.id] = visit
            yield self._visit(
                visit, f"{organisation}/statistics", self.read_statistics, self.page_failed
            )
            yield self._visit(visit, f"{visit.url}?page=0", self.read_listing, self.page_failed)

    def closed(self, reason: str) -> None:
        """Count the sections that the run did not get to the end of."""
        for visit in getattr(self, "_under_way", {}).values():
            self.logger.warning("Section %s was not finished: %s", visit.section.slug, reason)
            self.crawler.stats.inc_value(stats.SECTIONS_FAILED)

    def _visit(self, visit: Visit, url: str, read: Read, failed: Read, **context: Any) -> Request:
        """Ask for a page of a section; the visit ends when all of its pages have come."""
        visit.pending += 1
        return self.ask(url, read, failed, visit=visit, **context)

    def _page_done(self, visit: Visit) -> Output:
        visit.pending -= 1
        if visit.pending:
            return
        del self._under_way[visit.section.id]
        complete = not visit.failed
        yield SectionVisitItem(
            visit.url, visit.section.id, visit.pages, visit.event_slugs, complete=complete
        )
        self.crawler.stats.inc_value(
            stats.SECTIONS_PROCESSED if complete else stats.SECTIONS_FAILED
        )

    def read_statistics(self, page: TextResponse, visit: Visit) -> Output:
        """Store the statistics."""
        yield statistics(page, visit.section.id)
        yield from self._page_done(visit)

    def read_listing(self, page: TextResponse, visit: Visit) -> Output:
        """Follow the activities, and the listing's other pages."""
        last_page = activities.last_listing_page(page)
        if last_page >= self.settings.getint("ESN_LISTING_PAGES_LIMIT"):
            raise PageError(f"the pager claims {last_page + 1} pages")
        visit.pages.append(page.url)
        for number in range(visit.last_page + 1, last_page + 1):
            # From the page's own address: the alias may have moved.
            url = f"{page.url.partition('?')[0]}?page={number}"
            yield self._visit(visit, url, self.read_listing, self.page_failed)
        visit.last_page = max(visit.last_page, last_page)
        for url in activities.listed_activities(page):
            slug = activities.activity_slug(url) or ""
            visit.event_slugs.append(slug)
            is_new = slug not in self._listed_by
            listed_by = self._listed_by.setdefault(slug, [])
            if visit.section.id not in listed_by:
                listed_by.append(visit.section.id)
            if is_new:
                yield self._visit(
                    visit, url, self.read_activity, self.activity_failed, listed_by=listed_by
                )
        yield from self._page_done(visit)

    def page_failed(self, failure: FailedScrapeItem, visit: Visit) -> Output:
        """Count the section as failed: without this page it is not whole."""
        visit.failed = True
        yield from self._record(failure, visit)

    def read_activity(self, page: TextResponse, visit: Visit, listed_by: list[int]) -> Output:
        """Store the activity; other sections may have listed it since it was asked for."""
        yield activities.activity(page, list(listed_by))
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
