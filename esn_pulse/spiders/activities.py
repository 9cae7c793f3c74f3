"""Activities and statistics, from activities.esn.org.

A run refreshes what is stored: it asks each section for its statistics and its listing, and decides
from them which other pages can have changed.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from scrapy import Request
from scrapy.http import TextResponse

from esn_pulse import stats
from esn_pulse.exceptions import PageError
from esn_pulse.items import (
    FailedScrapeItem,
    PageReadItem,
    SectionMovedItem,
    SectionVisitItem,
)
from esn_pulse.pages.activity import activity
from esn_pulse.pages.addresses import activity_slug, organisation_slug
from esn_pulse.pages.kinds import PageKind
from esn_pulse.pages.listing import last_listing_page, listed_activities
from esn_pulse.pages.statistics import statistics
from esn_pulse.sites import ACTIVITIES, site_url
from esn_pulse.spiders.base import Output, Read
from esn_pulse.spiders.sections import SectionsSpider
from esn_pulse.spiders.visits import Visit


class ActivitiesSpider(SectionsSpider):
    """Each section's statistics and listing, and the pages of activities that can have changed."""

    name = "activities"
    module = "ActivitiesAndStatisticsScraper"

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        self._listed_by: dict[str, list[int]] = {}  # sections, by the slugs that were asked for

    @cached_property
    def _site(self) -> str:
        return site_url(self.settings, ACTIVITIES)

    def _address(self, alias: str, page: str) -> str:
        return f"{self._site}/organisation/{alias}/{page}"

    def begin_visit(self, visit: Visit) -> Output:
        """Ask for the section's statistics, or for the pages to repair."""
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
        yield SectionVisitItem(
            self._address(visit.section.slug, "activities"),
            visit.section.id,
            visit.listing.seen(),
            complete=visit.is_complete,
            whole_listing=visit.is_whole and visit.listing.is_whole,
            digest=visit.listing.digest,
        )
        self.end_visit(visit)

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
            if visit.listing.pages_left:
                self._count(f"{stats.PAGES_SKIPPED}listing", visit.listing.pages_left)
            if visit.listing.lacks_some:
                self.logger.warning(
                    "The listing of %s shows %d activities instead of %s; what it lacks is not"
                    " taken to be removed",
                    visit.section.slug,
                    len(visit.listing.cards),
                    visit.listing.total,
                )
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
        visit.listing.page_not_read(activity_slug(failure.url))
        yield from self._record(failure, visit)

    def _record(self, failure: FailedScrapeItem, visit: Visit) -> Output:
        failure.section_id = visit.section.id
        yield failure
        yield from self._page_done(visit)
