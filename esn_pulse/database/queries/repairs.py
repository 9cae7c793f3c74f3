"""What is open: pages to ask for again (``retry_failed``), broken records (``revalidate``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from esn_pulse.database.queries.sections import SectionToVisit
from esn_pulse.items import PulseItem

_FAILED = """
    SELECT f.url, s.id AS section_id, s.country_code, s.name, s.accounts_platform_slug,
        s.accounts_url, s.activities_platform_slug, s.last_scraped
    FROM failed_scrapes AS f LEFT JOIN sections AS s ON s.id = f.section_id
    WHERE f.will_retry AND f.scraper_module = %s AND s.left_at IS NULL
    ORDER BY f.last_attempt, f.id
"""
_BROKEN = """
    SELECT DISTINCT ON (v.url) v.item, v.raw_data AS raw, v.section_id
    FROM validation_errors AS v
    WHERE v.resolved_at IS NULL AND v.item = ANY (%s)
    ORDER BY v.url, v.id DESC
"""
_SECTIONS = """
    SELECT id, activities_platform_slug AS slug, last_scraped, name FROM sections
    WHERE id = ANY (%s) AND activities_platform_slug IS NOT NULL AND left_at IS NULL
"""
# Known since the last crawl of activities began: its alias could not be proven before.
_NEWLY_KNOWN = """
    SELECT id, activities_platform_slug AS slug, last_scraped, name FROM sections
    WHERE can_scrape_activities AND left_at IS NULL AND last_scraped IS NULL
        AND last_validated_activities_slug > (
        SELECT max(started_at) FROM scraper_status
        WHERE scraper_module = %s AND NOT coalesce(arguments, '{}') ? 'retry_failed'
    )
"""


@dataclass(frozen=True)
class FailedPage:
    """A page to ask for again, and its section as far as it is known."""

    url: str
    section_id: int | None
    country_code: str | None
    name: str | None
    accounts_platform_slug: str | None
    accounts_url: str | None
    activities_platform_slug: str | None
    last_scraped: datetime | None


@dataclass(frozen=True)
class BrokenRecord:
    """A record with an open error, as it was read from its page."""

    item: str
    raw: dict[str, Any]
    section_id: int | None


async def failed_pages(connection: AsyncConnection, module: str) -> list[FailedPage]:
    """List the pages of a module that are worth another try, those tried the longest ago first."""
    async with connection.cursor(row_factory=class_row(FailedPage)) as cursor:
        await cursor.execute(_FAILED, [module])
        return await cursor.fetchall()


async def broken_records(
    connection: AsyncConnection, items: Iterable[type[PulseItem]]
) -> list[BrokenRecord]:
    """List the records of these kinds of items that have open errors, one a page."""
    async with connection.cursor(row_factory=class_row(BrokenRecord)) as cursor:
        await cursor.execute(_BROKEN, [[item.__name__ for item in items]])
        return await cursor.fetchall()


async def newly_known_sections(connection: AsyncConnection, module: str) -> list[SectionToVisit]:
    """List the sections that a module's last crawl could not visit, as it did not know them."""
    async with connection.cursor(row_factory=class_row(SectionToVisit)) as cursor:
        await cursor.execute(_NEWLY_KNOWN, [module])
        return await cursor.fetchall()


async def sections_by_id(connection: AsyncConnection, ids: list[int]) -> dict[int, SectionToVisit]:
    """Look up sections; one that has no alias any more is left out."""
    async with connection.cursor(row_factory=class_row(SectionToVisit)) as cursor:
        await cursor.execute(_SECTIONS, [ids])
        return {section.id: section for section in await cursor.fetchall()}
