"""Activities and statistics, from activities.esn.org.

A run refreshes what is stored: it asks each section and national organisation for its statistics
and its listing, and decides from them which other pages can have changed.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from scrapy import Request
from scrapy.http import TextResponse

from esn_pulse.database.queries.listings import KnownActivity
from esn_pulse.exceptions import ImpostorError, PageError
from esn_pulse.items import (
    GONE,
    ActivityMovedItem,
    FailedScrapeItem,
    OrganisationMovedItem,
    OrganisationsItem,
    Owner,
    PageReadItem,
    PulseItem,
    StatisticsItem,
    VisitItem,
)
from esn_pulse.pages.activity import activity, organisers
from esn_pulse.pages.addresses import activity_slug, organisation_slug
from esn_pulse.pages.kinds import PageKind
from esn_pulse.pages.listing import last_listing_page, listed_activities
from esn_pulse.pages.statistics import shows_figures, statistics
from esn_pulse.run import stats
from esn_pulse.sources import ACTIVITIES
from esn_pulse.spiders.base import Output, PulseSpider, Read
from esn_pulse.visits import activities_proof as proof
from esn_pulse.visits.answers import Answer
from esn_pulse.visits.arguments import ActivitiesArguments
from esn_pulse.visits.names import ShownNames
from esn_pulse.visits.visit import Visit
from esn_pulse.visits.visit_queue import VisitQueue
from esn_pulse.visits.wanted import Target, WantedPage, WantedPages


class ActivitiesSpider(PulseSpider):
    """Statistics and listings, and the pages of activities that can have changed."""

    source = ACTIVITIES
    name = source.name
    Arguments = ActivitiesArguments

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        self._wanted = WantedPages()
        self._names = ShownNames()

    @cached_property
    def _visits(self) -> VisitQueue:
        return VisitQueue(self.crawler, self.source, self.logger)

    @cached_property
    def _site(self) -> str:
        return self.source.url(self.settings)

    def _address(self, alias: str, page: str) -> str:
        return f"{self._site}/organisation/{alias}/{page}"

    async def begin(self, arguments: ActivitiesArguments) -> AsyncIterator[Request | PulseItem]:
        """Begin the visits one after the other."""
        for item in await self._visits.fill(arguments, self.job):
            yield item
        if not (arguments.retry_failed or arguments.revalidate):
            feed = f"{self._site}/activities"
            self._count(stats.PAGES_ASKED + PageKind.FEED.value)
            yield self.ask(PageKind.FEED, feed, self.read_feed, self.feed_failed)
        async for visit in self._visits:
            for request in self.begin_visit(visit):
                yield request

    def begin_visit(self, visit: Visit) -> Output:
        """Ask for the organisation's statistics, or for the pages to repair."""
        visit.pending += 1  # so that it does not end before all of them are asked for
        if visit.is_whole:
            address = self._address(visit.organisation.slug, "statistics")
            yield self._ask(visit, PageKind.STATISTICS, address)
        for url, listed_by in visit.pages.items():
            if slug := activity_slug(url):
                yield from self._want(visit, Target(slug, url), "repair", listed_by)
            else:
                yield self._ask(visit, PageKind.STATISTICS, url)
        yield from self._page_done(visit)

    def read_feed(self, page: TextResponse) -> Output:
        """Store the organisations that everybody's newest cards name: some may be new."""
        cards = listed_activities(page)
        if not cards:
            raise ImpostorError("the feed shows no activity")
        for card in cards:
            self._names.add_feed(card.organisers)
        if news := self._names.news():
            yield OrganisationsItem(page.url, news)

    def feed_failed(self, failure: FailedScrapeItem | None) -> Output:  # noqa: ARG002
        """Do without it: what it tells of is met elsewhere, too, or in the next run."""
        return iter(())

    def _ask_listing(self, visit: Visit, numbers: Iterable[int]) -> Output:
        address = self._address(visit.organisation.slug, "activities")
        for number in numbers:
            yield self._ask(visit, PageKind.LISTING, f"{address}?page={number}", number=number)

    def _ask(self, visit: Visit, kind: PageKind, url: str, **context: Any) -> Request:
        """Ask for a page of its own; the visit ends when all pages that it wants have come."""
        visit.pending += 1
        self._count(stats.PAGES_ASKED + kind.value)
        read, failed = self._callbacks[kind]
        return self.ask(kind, url, read, failed, visit=visit, **context)

    @property
    def _callbacks(self) -> dict[PageKind, tuple[Read, Read]]:
        return {
            PageKind.STATISTICS: (self.read_statistics, self.statistics_failed),
            PageKind.LISTING: (self.read_listing, self.listing_failed),
        }

    def _want(self, visit: Visit, target: Target, why: str, listed_by: Iterable[Owner]) -> Output:
        """Ask for an activity's page, or wait with whoever has done so in this run."""
        page, is_new = self._wanted.want(visit, target, listed_by)
        if is_new:
            self._count(stats.PAGES_ASKED + why)
            request = self.ask(
                PageKind.ACTIVITY,
                target.url,
                self.read_activity,
                self.activity_failed,
                self.activity_merged,
                wanted=page,
            )
            request.meta["leads_to"] = partial(self._wanted.leads_to, page)
            yield request
        yield from self._settle(page)

    def _settle(self, page: WantedPage) -> Output:
        for visit, slug in page.settle():
            if page.event_slug and page.event_slug != slug:
                url = f"{self._site}/activity/{page.event_slug}"
                yield ActivityMovedItem(url, slug, page.event_slug)
            yield from self._page_done(visit)

    def _page_done(self, visit: Visit) -> Output:
        visit.pending -= 1
        if visit.pending:
            return
        yield from self._release_figures(visit)
        listing, is_whole = visit.listing, visit.is_complete and visit.listing.is_whole
        gone = listing.gone() if is_whole else []
        for slug in gone:  # should it have failed before, that is over
            yield PageReadItem(f"{self._site}/activity/{slug}")
        url, owner = self._address(visit.organisation.slug, "activities"), visit.organisation.owner
        if news := self._names.news():
            yield OrganisationsItem(url, news)
        yield VisitItem(
            url,
            owner.section_id,
            listing.seen(),
            owner.country_code,
            complete=visit.is_complete,
            whole_listing=is_whole,
            gone=gone,
            left=listing.left() if is_whole else [],
            digest=listing.digest,
        )
        if visit.is_complete and listing.is_short:
            # After the visit, which ends the failures of its own pages.
            message = f"the listing is short: {listing.shortfall}; nothing is taken to be removed"
            self.logger.warning("%s: %s", visit.organisation.slug, message)
            yield FailedScrapeItem(url, self.source.module, message, **owner._asdict())
        self._visits.end(visit)

    def read_statistics(self, page: TextResponse, visit: Visit) -> Output:
        """Store the statistics, and follow the listing."""
        item = statistics(page, *visit.organisation.owner)
        proof.of_statistics(page, visit)
        if visit.figures.are_to_be_read_again(item):
            self.logger.info("Reading the statistics of %s once more", visit.organisation.slug)
            again = self._ask(visit, PageKind.STATISTICS, page.url)
            again.headers["Cache-Control"] = "no-cache"
            yield again
        else:
            yield from self._store_statistics(page, item, visit)
        yield from self._page_done(visit)

    def _store_statistics(self, page: TextResponse, item: StatisticsItem, visit: Visit) -> Output:
        alias, former = organisation_slug(page.url), visit.organisation.slug
        if alias and alias != former:
            names = (former, *visit.organisation.former)
            visit.organisation = replace(visit.organisation, slug=alias, former=names)
            yield OrganisationMovedItem(self._address(alias, "activities"), former, alias)
        if shows_figures(page):
            yield item
        else:
            visit.figures.held = item
        visit.listing.count(item)
        yield from self._begin_listing(visit)

    def statistics_failed(self, failure: FailedScrapeItem | None, visit: Visit) -> Output:
        """Count the visit as failed, but read the listing.

        That national organisations have statistics at all is not certain.
        """
        yield from self._begin_listing(visit)
        is_gone = failure is not None and failure.http_status_code in GONE
        if not (is_gone and visit.organisation.owner.country_code):
            yield from self._record(failure, visit)
        yield from self._page_done(visit)

    def _begin_listing(self, visit: Visit) -> Output:
        if visit.is_whole:
            yield from self._ask_listing(visit, visit.listing.first())

    def read_listing(self, page: TextResponse, visit: Visit, number: int) -> Output:
        """Follow the activities that can have changed, and further pages of the listing."""
        listing = visit.listing
        cards = listed_activities(page, had_some=bool(listing.known.activities))
        last = last_listing_page(page)
        if last >= self.settings.getint("ESN_LISTING_PAGES_LIMIT"):
            raise PageError(f"the pager claims {last + 1} pages")
        proof.of_listing(page, visit, cards, number, last)
        met = [card for card in cards if card.event_slug not in listing.cards]
        yield from self._ask_listing(visit, listing.read(number, cards, last))
        if visit.shows_some:
            yield from self._release_figures(visit)
        for card in met:
            target = Target(card.event_slug, card.url, card.shown)
            yield from self._ask_if(listing.why(card), visit, target)
            for former in listing.former(card):
                yield from self._ask_known(former, "renamed", visit)
            self._names.add(card.organisers, listing_of=visit.organisation.slug)
        yield PageReadItem(page.url)
        yield from self._listing_page_done(visit)

    def _release_figures(self, visit: Visit) -> Output:
        """Store the figures of one that shows none, if nothing else shows an activity."""
        held, visit.figures.held = visit.figures.held, None
        if held and visit.shows_nothing:
            yield held
        elif held:
            visit.listing.discount()
            message = "there are no statistics on it, but nothing proves that there are none"
            yield from self._record(FailedScrapeItem(held.url, self.source.module, message), visit)

    def listing_failed(
        self,
        failure: FailedScrapeItem | None,
        visit: Visit,
        number: int,  # noqa: ARG002
    ) -> Output:
        """Count the visit as failed: without this page it is not whole. The others are read."""
        yield from self._ask_listing(visit, visit.listing.page_failed())
        yield from self._record(failure, visit)
        yield from self._listing_page_done(visit)

    def _listing_page_done(self, visit: Visit) -> Output:
        """Once the listing is read, follow the activities that are due although it shows none."""
        listing = visit.listing
        if listing.page_done():
            again = [] if visit.failed else list(listing.once_more())
            yield from self._ask_listing(visit, again)
            if not again:
                if listing.pages_left:
                    self._count(f"{stats.PAGES_SKIPPED}listing", listing.pages_left)
                for known, why in listing.unseen():
                    yield from self._ask_known(known, why, visit)
        yield from self._page_done(visit)

    def _ask_known(self, known: KnownActivity, why: str | None, visit: Visit) -> Output:
        url = known.url or f"{self._site}/activity/{known.event_slug}"
        yield from self._ask_if(why, visit, Target(known.event_slug, url, known.card))

    def _ask_if(self, why: str | None, visit: Visit, target: Target) -> Output:
        """Ask for an activity's page if there is a reason to."""
        if why is None:
            self._count(f"{stats.PAGES_SKIPPED}unchanged")
        else:
            yield from self._want(visit, target, why, [visit.organisation.owner])

    def read_activity(self, page: TextResponse, wanted: WantedPage) -> Output:
        """Store the activity; others may have listed it since it was asked for."""
        sections = [one.section_id for one in wanted.listed_by if one.section_id is not None]
        countries = [one.country_code for one in wanted.listed_by if one.country_code is not None]
        item = activity(page, sections, countries)
        proof.of_activity(page, item, wanted)
        self._names.add(organisers(page))
        yield item
        wanted.read(item)
        yield from self._settle(wanted)

    def activity_failed(self, failure: FailedScrapeItem | None, wanted: WantedPage) -> Output:
        """Record the failure; the visits of those that list the activity go on."""
        if failure is None:
            wanted.answer = Answer.NOT_ASKED
        elif failure.http_status_code in GONE:
            wanted.answer = Answer.GONE
        else:
            wanted.answer = Answer.FAILED
        if failure and wanted.is_missed():
            yield PageReadItem(failure.url)  # that it is gone is the answer
        elif failure:
            failure.section_id, failure.country_code = wanted.listed_by[0]
            yield failure
        yield from self._settle(wanted)

    def activity_merged(self, url: str, wanted: WantedPage) -> Output:  # noqa: ARG002
        """Go on, if the page that another one leads to has been read by now."""
        yield from self._settle(self._wanted.at(url))

    def _record(self, failure: FailedScrapeItem | None, visit: Visit) -> Output:
        visit.failed = True
        if failure:
            failure.section_id, failure.country_code = visit.organisation.owner
            yield failure

    def closed(self, reason: str) -> None:
        """Tell which visits were not finished, and what was skipped."""
        self._visits.close(reason)
        for told, prefix in ("Asked for", stats.PAGES_ASKED), ("Skipped", stats.PAGES_SKIPPED):
            pages = stats.by_reason(self.crawler.stats.get_stats(), prefix)
            reasons = ", ".join(f"{why}: {number:,}" for why, number in pages.items())
            self.logger.info("%s %d pages (%s)", told, sum(pages.values()), reasons or "none")
