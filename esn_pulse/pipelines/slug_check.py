"""Second step: under which alias, if any, does activities.esn.org know the section?"""

import asyncio
import logging
from enum import Enum
from typing import Self

from psycopg import AsyncConnection
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, UnsupportedURLSchemeError
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import load_object

from esn_pulse import stats
from esn_pulse.extensions.run import Run, current_run
from esn_pulse.pages.activities import organisation_slug
from esn_pulse.schemas import Section
from esn_pulse.sites import ACTIVITIES, site_url
from esn_pulse.slugs import candidates
from esn_pulse.verdicts import Verdict

logger = logging.getLogger(__name__)

# Failures of a request besides those that are worth a retry (RETRY_EXCEPTIONS).
_NOT_RETRIED = (IgnoreRequest, DownloadCancelledError, UnsupportedURLSchemeError)


class Answer(Enum):
    """What the site says of a candidate that it does not know under a name of its own."""

    ABSENT = "absent"
    UNPROVEN = "unproven"


class SlugCheckPipeline:
    """Asks the activities site for a section's candidates, through the crawler's own downloader."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self._crawler = crawler
        self._run = run
        self._pinned: dict[str, str] | None = None
        self._loading = asyncio.Lock()
        failures = (load_object(f) for f in crawler.settings.getlist("RETRY_EXCEPTIONS"))
        self._no_answer: tuple[type[Exception], ...] = (*_NOT_RETRIED, *failures)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the crawler, for its downloader."""
        return cls(crawler, current_run(crawler))

    async def process_item(self, verdict: Verdict) -> Verdict:
        """Fill in a section's alias; when nothing was proven its stored answer stands."""
        section = verdict.row
        if not isinstance(section, Section):
            return verdict
        found = await self._find(section)
        if found is Answer.UNPROVEN:
            self._crawler.stats.inc_value(stats.SLUGS_UNPROVEN)
            logger.warning("No proof of an alias for %s; its earlier one stands", section.url)
        elif found is Answer.ABSENT:
            self._crawler.stats.inc_value(stats.SLUGS_ABSENT)
            logger.info("No alias exists for %s (%s)", section.name, section.url)
            section.can_scrape_activities = False
        else:
            self._crawler.stats.inc_value(stats.SLUGS_FOUND)
            section.can_scrape_activities = True
            section.activities_platform_slug = found
            section.activities_url = self._listing_url(found)
        return verdict

    async def _find(self, section: Section) -> str | Answer:
        """Ask for the candidates in order; the first that exists decides.

        One without a clear answer ends the search: a later one that exists might belong to
        somebody else.
        """
        pinned = (await self._overrides()).get(section.accounts_platform_slug)
        for slug in [pinned] if pinned else candidates(section.name):
            answer = await self._ask(slug)
            if answer is not Answer.ABSENT:
                return answer
        return Answer.ABSENT

    async def _ask(self, slug: str) -> str | Answer:
        response = await self._fetch(self._listing_url(slug), "HEAD")
        if response is not None and response.status in {403, 405, 501}:
            # That refuses the method; it says nothing about the page.
            response = await self._fetch(self._listing_url(slug), "GET")
        if response is None:
            return Answer.UNPROVEN
        if response.status in {404, 410}:
            return Answer.ABSENT
        # After a redirect this is the organisation's present alias.
        final = organisation_slug(response.url) if response.status == 200 else None
        return final or Answer.UNPROVEN

    async def _fetch(self, url: str, method: str) -> Response | None:
        request = Request(url, method=method, callback=NO_CALLBACK)
        try:
            return await self._crawler.engine.download_async(request)
        except self._no_answer as error:
            logger.warning("No answer to %s %s: %r", method, url, error)
            return None

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
