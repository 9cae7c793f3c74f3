"""Whose activities were not read for the longest time."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

_UNREAD = """
    SELECT id AS section_id, country_code, name, last_scraped
    FROM sections WHERE can_scrape_activities AND left_at IS NULL
    UNION ALL
    SELECT NULL, country_code, 'ESN ' || name, last_scraped
    FROM countries WHERE can_scrape_activities
    ORDER BY last_scraped NULLS FIRST, name LIMIT 10
"""


@dataclass(frozen=True)
class Unread:
    """A section, or a national organisation, and when its activities were read."""

    section_id: int | None
    country_code: str | None
    name: str
    last_scraped: datetime | None


def longest_unread(connection: psycopg.Connection) -> list[Unread]:
    """Return ten, those first that were never read."""
    with connection.cursor(row_factory=class_row(Unread)) as cursor:
        return cursor.execute(_UNREAD).fetchall()
