"""What is in the tables, to be counted without the views."""

from dataclasses import dataclass
from datetime import date, timedelta

import psycopg
from psycopg.rows import class_row

_ACTIVITIES = """
    SELECT a.start_date, a.participants, a.is_online,
        ARRAY(SELECT s.accounts_platform_slug FROM activity_section_organisers AS l
            JOIN sections AS s ON s.id = l.section_id WHERE l.activity_id = a.id) AS sections,
        ARRAY(SELECT s.country_code FROM activity_section_organisers AS l
            JOIN sections AS s ON s.id = l.section_id WHERE l.activity_id = a.id
            UNION
            SELECT o.country_code FROM activity_organisers AS l
            JOIN organisations AS o ON o.slug = l.organisation_slug
            WHERE l.activity_id = a.id) AS countries,
        ARRAY(SELECT t.name FROM activity_to_cause AS l
            JOIN activity_causes AS t ON t.id = l.cause_id WHERE l.activity_id = a.id) AS causes,
        ARRAY(SELECT t.name FROM activity_to_type AS l
            JOIN activity_types AS t ON t.id = l.type_id WHERE l.activity_id = a.id) AS types,
        ARRAY(SELECT t.description FROM activity_to_sdg AS l
            JOIN sdgs AS t ON t.id = l.sdg_id WHERE l.activity_id = a.id) AS sdgs
    FROM activities AS a WHERE a.is_valid AND a.removed_at IS NULL
"""
_SECTIONS = """
    SELECT accounts_platform_slug AS slug, name, country_code, last_scraped IS NOT NULL AS is_read
    FROM sections WHERE left_at IS NULL AND coalesce(state, '') NOT IN ('merged', 'withdrew')
"""


@dataclass(frozen=True)
class Counted:
    """An activity that counts.

    :ivar sections: by their names on accounts.esn.org.
    :ivar countries: codes, of sections and of national organisations.
    """

    start_date: date
    participants: int | None
    is_online: bool
    sections: list[str]
    countries: list[str | None]
    causes: list[str]
    types: list[str]
    sdgs: list[str]

    def is_of_year(self, last: date) -> bool:
        """Tell whether it began in the 365 days that end with one."""
        return last - timedelta(365) < self.start_date <= last


@dataclass(frozen=True)
class CountedSection:
    """A section that counts."""

    slug: str
    name: str
    country_code: str | None
    is_read: bool


@dataclass(frozen=True)
class Tables:
    """All that counts, and the day on which it does."""

    today: date
    activities: list[Counted]
    sections: list[CountedSection]

    def of(self, section: CountedSection) -> list[Counted]:
        """Return the activities of a section."""
        return [one for one in self.activities if section.slug in one.sections]


def read(connection: psycopg.Connection) -> Tables:
    """Read the tables."""
    [(today,)] = connection.execute("SELECT (now() AT TIME ZONE 'UTC')::date").fetchall()
    with connection.cursor(row_factory=class_row(Counted)) as cursor:
        activities = cursor.execute(_ACTIVITIES).fetchall()
    with connection.cursor(row_factory=class_row(CountedSection)) as cursor:
        return Tables(today, activities, cursor.execute(_SECTIONS).fetchall())


def participants(of: list[Counted]) -> int:
    return sum(one.participants or 0 for one in of)
