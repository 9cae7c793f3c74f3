"""Second step: under which alias, if any, does activities.esn.org know the section?"""

import asyncio
import logging
from typing import Self

from psycopg import AsyncConnection
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from esn_pulse import stats
from esn_pulse.exceptions import RunStops, SiteUnwell
from esn_pulse.extensions.run import Run, current_run
from esn_pulse.items import GONE, FailedScrapeItem
from esn_pulse.pages.addresses import organisation_slug
from esn_pulse.schemas import Section
from esn_pulse.sites import ACTIVITIES, site_url
from esn_pulse.slugs import candidates
from esn_pulse.spiders.accounts import AccountsSpider
from esn_pulse.text import reason
from esn_pulse.verdicts import Verdict

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
        self._pinned: dict[str, str] | None = None
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
        pinned = (await self._overrides()).get(accounts_slug)
        for slug in [pinned] if pinned else candidates(section.name):
            if found := await self._ask(slug, accounts_slug):
                return found
        return None

    async def _ask(self, slug: str, accounts_slug: str) -> str | None:
        url = self._listing_url(slug)
        failure = FailedScrapeItem(
            url, AccountsSpider.module, "", accounts_platform_slug=accounts_slug
        )
        try:
            response = await self._fetch(url)
        except (SiteUnwell, RunStops) as error:
            raise UnprovenError(None) from error
        except Exception as error:  # whatever it is, the section must be stored
            failure.error_message = f"alias not proven: {reason(error)}"
            raise UnprovenError(failure) from error
        if response.status in GONE:
            return None
        # After a redirect this is the organisation's present alias.
        final = organisation_slug(response.url) if response.status == 200 else None
        if final is None or not self._is_alias(final):
            failure.error_message = f"alias not proven: the site answered {response.status}"
            failure.http_status_code = response.status
            raise UnprovenError(failure)
        return final

    async def _fetch(self, url: str) -> Response:
        response = await self._download(url, "HEAD")
        if response.status in {403, 405, 501}:
            # That refuses the method; it says nothing about the page.
            return await self._download(url, "GET")
        return response

    async def _download(self, url: str, method: str) -> Response:
        request = Request(url, method=method, callback=NO_CALLBACK)
        return await self._crawler.engine.download_async(request)

    def _is_alias(self, slug: str) -> bool:
        """Say whether an alias makes an address that can be stored and leads back to it."""
        url = self._listing_url(slug)
        return len(url) <= 255 and organisation_slug(url) == slug

    def _listing_url(self, slug: str) -> str:
        site = site_url(self._crawler.settings, ACTIVITIES)
        return f"{site}/organisation/{slug}/activities"

    async def _overrides(self) -> dict[str, str]:
        async with self._loading:
            if self._pinned is None:
                self._pinned = await self._run.database.run(_pinned_slugs)
        return self._pinned


async def _pinned_slugs(connection: AsyncConnection) -> dict[str, str]:
    cursor = await connection.execute(
        "SELECT accounts_platform_slug, activities_platform_slug FROM section_slug_overrides"
    )
    return dict(await cursor.fetchall())
