"""What sections and national organisations count by themselves, and how that grew."""

from datetime import date, datetime
from typing import ClassVar, Literal

import psycopg
from psycopg import sql

from esn_pulse.analysis.rows import R, Row, columns, fetch

Kind = Literal["cause", "activity type", "participants"]


class SectionStatistic(Row):
    """How many of something a section counts."""

    view: ClassVar = "section_statistics"
    section_id: int
    section: str
    country_code: str | None
    country: str | None
    kind: Kind
    name: str
    physical: int | None
    online: int | None
    total: int | None
    read_at: datetime | None


class CountryStatistic(Row):
    """How many of something a national organisation counts."""

    view: ClassVar = "country_statistics"
    country_code: str
    country: str
    kind: Kind
    name: str
    physical: int | None
    online: int | None
    total: int | None
    read_at: datetime | None


class SectionDay(Row):
    """What a section counted on a day."""

    view: ClassVar = "section_history"
    section_id: int
    section: str
    country_code: str | None
    country: str | None
    day: date
    activities: int | None
    physical_activities: int | None
    online_activities: int | None
    participants: int | None
    local_students: int | None
    international_students: int | None
    coordinators: int | None
    new_activities: int | None
    new_participants: int | None


class CountryDay(Row):
    """What a national organisation counted on a day."""

    view: ClassVar = "country_history"
    country_code: str
    country: str
    day: date
    activities: int | None
    physical_activities: int | None
    online_activities: int | None
    participants: int | None
    local_students: int | None
    international_students: int | None
    coordinators: int | None
    new_activities: int | None
    new_participants: int | None


def of_section(connection: psycopg.Connection, section_id: int) -> list[SectionStatistic]:
    """Return a section's own statistics, kind by kind, the largest first."""
    return _statistics(connection, SectionStatistic, "section_id", section_id)


def of_country(connection: psycopg.Connection, country_code: str) -> list[CountryStatistic]:
    """Return a national organisation's own statistics, kind by kind, the largest first."""
    return _statistics(connection, CountryStatistic, "country_code", country_code)


def days_of_section(connection: psycopg.Connection, section_id: int) -> list[SectionDay]:
    """Return what a section counted, day by day."""
    return _days(connection, SectionDay, "section_id", section_id)


def days_of_country(connection: psycopg.Connection, country_code: str) -> list[CountryDay]:
    """Return what a national organisation counted, day by day."""
    return _days(connection, CountryDay, "country_code", country_code)


def _statistics(
    connection: psycopg.Connection, row: type[R], key: str, value: int | str
) -> list[R]:
    return _of(connection, row, key, value, sql.SQL("kind, total DESC NULLS LAST, name"))


def _days(connection: psycopg.Connection, row: type[R], key: str, value: int | str) -> list[R]:
    return _of(connection, row, key, value, sql.SQL("day"))


def _of(
    connection: psycopg.Connection, row: type[R], key: str, value: int | str, order: sql.SQL
) -> list[R]:
    query = sql.SQL("SELECT {} FROM {} WHERE {} = %(value)s ORDER BY {}").format(
        columns(row), sql.Identifier("bi", row.view), sql.Identifier(key), order
    )
    return fetch(connection, row, query, {"value": value})
