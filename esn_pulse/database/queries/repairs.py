"""What is open: pages to ask for again (``retry_failed``), broken records (``revalidate``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from esn_pulse.items import Owner, PulseItem

_FAILED = """
    SELECT f.url, s.id AS section_id, f.country_code AS national_of, s.country_code, s.name,
        s.accounts_platform_slug, s.accounts_url
    FROM failed_scrapes AS f LEFT JOIN sections AS s ON s.id = f.section_id
    WHERE f.will_retry AND f.scraper_module = %s AND s.left_at IS NULL
    ORDER BY f.last_attempt, f.id
"""
_BROKEN = """
    SELECT DISTINCT ON (v.url) v.item, v.raw_data AS raw, v.section_id, v.country_code
    FROM validation_errors AS v
    WHERE v.resolved_at IS NULL AND v.item = ANY (%s)
    ORDER BY v.url, v.id DESC
"""


@dataclass(frozen=True)
class FailedPage:
    """A page to ask for again, and its section as far as it is known.

    ``national_of`` is the country whose national organisation's page it is.
    """

    url: str
    section_id: int | None
    national_of: str | None
    country_code: str | None
    name: str | None
    accounts_platform_slug: str | None
    accounts_url: str | None

    @property
    def owner(self) -> Owner:
        """Whose page of activities.esn.org it is."""
        return Owner(self.section_id, self.national_of)


@dataclass(frozen=True)
class BrokenRecord:
    """A record with an open error, as it was read from its page."""

    item: str
    raw: dict[str, Any]
    section_id: int | None
    country_code: str | None = None

    @property
    def owner(self) -> Owner:
        """Whose page of activities.esn.org it was read from."""
        return Owner(self.section_id, None if self.section_id is not None else self.country_code)


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
