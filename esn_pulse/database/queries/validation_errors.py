"""Fields that break a rule, by which: ``validation_errors``."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg
from psycopg.rows import class_row

_RULES = """
    SELECT coalesce(item, '?') AS item, field_name AS field, error_message AS message,
        count(*) AS pages, max(created_at) AS last
    FROM validation_errors WHERE resolved_at IS NULL
    GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT 200
"""
_OF_RULE: LiteralString = """
    FROM validation_errors AS v
    LEFT JOIN sections AS s ON s.id = v.section_id
    LEFT JOIN countries AS c ON c.country_code = v.country_code
    WHERE v.resolved_at IS NULL AND coalesce(v.item, '?') = %(item)s
        AND v.field_name IS NOT DISTINCT FROM %(field)s AND v.error_message = %(message)s
"""
_LIST: LiteralString = f"""
    SELECT v.url, v.section_id, v.country_code, coalesce(s.name, 'ESN ' || c.name) AS name,
        v.value, v.created_at AS since
    {_OF_RULE} ORDER BY v.created_at DESC, v.id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT: LiteralString = f"SELECT count(*) {_OF_RULE}"


@dataclass(frozen=True)
class Rule:
    """A rule that a field breaks.

    :ivar item: the kind of record.
    :ivar field: None: the database refused the whole record.
    """

    item: str
    field: str | None
    message: str


@dataclass(frozen=True)
class BrokenRule(Rule):
    """On how many pages a field breaks a rule, and when it was last found to."""

    pages: int
    last: datetime


@dataclass(frozen=True)
class Broken:
    """A page on which a field breaks a rule.

    :ivar name: of the section or national organisation whose page it is.
    :ivar value: what was found there.
    """

    url: str
    section_id: int | None
    country_code: str | None
    name: str | None
    value: str | None
    since: datetime


def rules(connection: psycopg.Connection) -> list[BrokenRule]:
    """Return how many pages break which rule, the most first."""
    with connection.cursor(row_factory=class_row(BrokenRule)) as cursor:
        return cursor.execute(_RULES).fetchall()


def listed(
    connection: psycopg.Connection, rule: Rule, limit: int, offset: int
) -> tuple[list[Broken], int]:
    """Return so many pages that break a rule, the latest first, and how many there are."""
    values = {"item": rule.item, "field": rule.field, "message": rule.message}
    bounds = {"limit": limit, "offset": offset}
    with connection.cursor(row_factory=class_row(Broken)) as cursor:
        rows = cursor.execute(_LIST, values | bounds).fetchall()
    [[total]] = connection.execute(_COUNT, values).fetchall()
    return rows, int(total)
