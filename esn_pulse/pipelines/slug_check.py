"""Second step: under which alias, if any, does activities.esn.org know the section?"""

import asyncio
import logging
from functools import partial
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from esn_pulse.database.queries.aliases import Aliases, known_aliases
from esn_pulse.exceptions import PageError, RunFailed, RunStops, SiteUnwell
from esn_pulse.items import GONE, FailedScrapeItem
from esn_pulse.pages.addresses import organisation_slug
from esn_pulse.pages.kinds import PageKind
from esn_pulse.pages.listing import listed_activities
from esn_pulse.pages.markup import as_page, distinct
from esn_pulse.pages.proof.identity import Tie, of_organisation
from esn_pulse.pages.proof.impostors import (
    BOT_WALL,
    has_content,
    is_bot_wall,
    is_recognised,
    what_it_is,
)
from esn_pulse.pages.proof.javascript import has_mount_point
from esn_pulse.rules.schemas import Section
from esn_pulse.rules.slugs import candidates
from esn_pulse.rules.text import reason
from esn_pulse.rules.verdicts import Verdict
from esn_pulse.run import stats
from esn_pulse.run.drift import NOT_THE_PAGE, DriftWatch
from esn_pulse.run.hub import Run, current_run
from esn_pulse.sources import ACCOUNTS, ACTIVITIES

logger = logging.getLogger(__name__)


class UnprovenError(Exception):
    """The site neither confirms nor denies a candidate.

    :ivar failure: the request to make again; None if none was made, as the site was given up.
    """

    def __init__(self, failure: FailedScrapeItem | None) -> None:
        super().__init__(failure)
        self.failure = failure


class SlugCheckPipeline:
    """Asks the activities site for a section's candidates, through the crawler's own downloader."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self._crawler = crawler
        self._run = run
        self._watch = DriftWatch(crawler.settings)
        self._known: Aliases | None = None
        self._loading = asyncio.Lock()
        # What waits in the downloader's own queue is asked for even if the site is given up.
        self._searches = asyncio.Semaphore(
            crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the crawler, for its downloader."""
        return cls(crawler, current_run(crawler))

    async def process_item(self, verdict: Verdict) -> Verdict:
        """Fill in a section's alias; when nothing was proven its stored answer stands."""
        section = verdict.row
        if not isinstance(section, Section):
            return verdict
        if section.accounts_platform_slug in (await self._aliases()).settled:
            self._crawler.stats.inc_value(stats.SLUGS_SETTLED)
            return verdict
        try:
            async with self._searches:
                found = await self._find(section)
        except UnprovenError as unproven:
            self._crawler.stats.inc_value(stats.SLUGS_UNPROVEN)
            logger.warning("No proof of an alias for %s; its earlier one stands", section.url)
            verdict.failure = unproven.failure
            return verdict
        section.can_scrape_activities = found is not None
        if found is None:
            self._crawler.stats.inc_value(stats.SLUGS_ABSENT)
            logger.info("No alias exists for %s (%s)", section.name, section.url)
        else:
            self._crawler.stats.inc_value(stats.SLUGS_FOUND)
            section.activities_platform_slug = found
            section.activities_url = self._listing_url(found)
        return verdict

    async def _find(self, section: Section) -> str | None:
        """Ask for the candidates in order; the first that exists decides. None when none does.

        One without a clear answer ends the search: a later one that exists might belong to
        somebody else.

        :raises UnprovenError: then.
        """
        accounts_slug = section.accounts_platform_slug
        aliases = await self._aliases()
        chosen = aliases.pinned.get(accounts_slug)
        known = aliases.stored.get(accounts_slug)
        # A section that has got another name may still be known by its old alias.
        others = [*candidates(section.name), *([known] if known else [])]
        for slug in [chosen] if chosen else distinct(others):
            if found := await self._ask(slug, section, known):
                return found
        return None

    async def _ask(self, slug: str, section: Section, stored: str | None) -> str | None:
        url = self._listing_url(slug)
        failure = FailedScrapeItem(
            url, ACCOUNTS.module, "", accounts_platform_slug=section.accounts_platform_slug
        )
        try:
            response = await self._fetch(url, stored)
            # After a redirect this is the organisation's present alias.
            final = organisation_slug(response.url) if response.status == 200 else None
            doubt = await self._doubt_of(response, final, section, stored)
        except (SiteUnwell, RunStops) as error:
            raise UnprovenError(None) from error
        except Exception as error:  # whatever it is, the section must be stored
            failure.error_message = f"alias not proven: {reason(error)}"
            raise UnprovenError(failure) from error
        if response.status in GONE:
            return None
        if doubt:
            failure.error_message = f"alias not proven: {doubt}"
            failure.http_status_code = response.status
            raise UnprovenError(failure)
        return final

    async def _fetch(self, url: str, stored: str | None) -> Response:
        """Ask for the status alone where it is enough: of an alias that was proven before.

        A firewall or a cache may answer 200 to anything; an alias that is new takes its page.
        """
        if stored is None:
            return await self._download(url, "GET")
        response = await self._download(url, "HEAD")
        is_new = response.status == 200 and organisation_slug(response.url) != stored
        is_lost = response.status in GONE and url == self._listing_url(stored)
        # A refusal of the method says nothing about the page.
        if is_new or is_lost or response.status in {403, 405, 501}:
            return await self._download(url, "GET")
        return response

    async def _doubt_of(
        self, response: Response, alias: str | None, section: Section, stored: str | None
    ) -> str:
        """Tell why an answer does not prove an alias; '' when it does.

        Whose alias it is, is not asked here, but for what the page itself says.
        """
        if alias is None or not self._is_alias(alias):
            wall = f": {BOT_WALL}" if is_bot_wall(response) else ""
            return f"the site answered {response.status}{wall}"
        if alias == stored:
            return ""
        try:
            page = as_page(response)
        except PageError as error:
            return str(error)
        # A redirect says by itself that the organisation has another name now.
        was_led_here = bool(response.request and response.request.meta.get("redirect_urls"))
        tie = of_organisation(page, alias, None if was_led_here else section.name)
        if _is_listing(page, tie, alias) or (
            tie is Tie.NONE and await self._has_statistics(page, alias)
        ):
            self._watch.read(PageKind.LISTING)
            return ""
        return self._impostor(page)

    def _impostor(self, page: TextResponse) -> str:
        """Count and keep a page that is no listing; returns what it looks like."""
        looks_like = what_it_is(page)
        self._crawler.stats.inc_value(stats.PAGES_IMPOSTORS)
        self._watch.keep(PageKind.LISTING, page)
        try:
            self._watch.impostor(PageKind.LISTING, looks_like)
        except RunFailed as failed:
            self._run.fail(str(failed))
        return f"{NOT_THE_PAGE}, but {looks_like}"

    async def _has_statistics(self, page: TextResponse, alias: str) -> bool:
        """Let the statistics confirm an empty listing that does not say whose it is."""
        if is_recognised(page) or not has_content(page):
            return False
        answer = await self._download(self._address(alias, "statistics"), "GET")
        return (
            answer.status == 200
            and organisation_slug(answer.url) == alias
            and not is_recognised(answer)
        )

    async def _download(self, url: str, method: str) -> Response:
        request = Request(url, method=method, callback=NO_CALLBACK)
        return await self._crawler.engine.download_async(request)

    def _is_alias(self, slug: str) -> bool:
        """Say whether an alias makes an address that can be stored and leads back to it."""
        url = self._listing_url(slug)
        return len(url) <= 255 and organisation_slug(url) == slug

    def _listing_url(self, slug: str) -> str:
        return self._address(slug, "activities")

    def _address(self, slug: str, page: str) -> str:
        return f"{ACTIVITIES.url(self._crawler.settings)}/organisation/{slug}/{page}"

    async def _aliases(self) -> Aliases:
        async with self._loading:
            if self._known is None:
                days = self._crawler.settings.getint("ESN_ALIAS_DAYS")
                self._known = await self._run.database.run(partial(known_aliases, days=days))
        return self._known


def _is_listing(page: TextResponse, tie: Tie, alias: str) -> bool:
    if tie is not Tie.NONE:
        return tie is Tie.OURS
    try:
        cards = listed_activities(page)
    except PageError:
        cards = []
    named = {organiser for card in cards for organiser in card.organisers}
    if cards:
        return alias in named or not named
    return has_mount_point(page) and not is_recognised(page)
