"""Pages that could not be had, by why: ``failed_scrapes``."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg
from psycopg.rows import class_row

from esn_pulse.items import (
    ANSWERED,
    LED_AWAY,
    MARKUP_CHANGED,
    NO_ANSWER,
    NOT_THE_PAGE,
    PROGRAM_ERROR,
)

_OPEN: LiteralString = """
    SELECT f.*, CASE
            WHEN starts_with(error_message, %(markup)s) THEN 'markup'
            WHEN starts_with(error_message, %(other_page)s) THEN 'other page'
            WHEN starts_with(error_message, %(no_answer)s) THEN 'no answer'
            WHEN starts_with(error_message, %(status_says)s) THEN 'status'
            WHEN starts_with(error_message, %(elsewhere)s) THEN 'elsewhere'
            WHEN starts_with(error_message, %(program)s) THEN 'program'
            ELSE 'other'
        END AS kind
    FROM failed_scrapes AS f WHERE resolved_at IS NULL
"""
_BEGINNINGS = {
    "markup": MARKUP_CHANGED,
    "other_page": NOT_THE_PAGE,
    "no_answer": NO_ANSWER,
    "status_says": ANSWERED,
    "elsewhere": LED_AWAY,
    "program": PROGRAM_ERROR,
}
_KINDS: LiteralString = f"""
    SELECT kind, CASE kind WHEN 'status' THEN http_status_code END AS status, count(*) AS pages,
        count(*) FILTER (WHERE will_retry) AS to_retry, max(last_attempt) AS last
    FROM ({_OPEN}) AS f GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""  # noqa: S608 (no part of it comes from outside)
_OF_KIND: LiteralString = f"""
    FROM ({_OPEN}) AS f
    LEFT JOIN sections AS s ON s.id = f.section_id
    LEFT JOIN countries AS c ON c.country_code = f.country_code
    WHERE kind = %(kind)s AND (%(status)s::int IS NULL OR http_status_code = %(status)s)
"""
_LIST: LiteralString = f"""
    SELECT f.url, f.section_id, f.country_code, coalesce(s.name, 'ESN ' || c.name) AS name,
        coalesce(f.error_message, '') AS message, f.retry_count AS runs, f.last_attempt AS last,
        f.will_retry
    {_OF_KIND} ORDER BY f.last_attempt DESC, f.id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT: LiteralString = f"SELECT count(*) {_OF_KIND}"


@dataclass(frozen=True)
class FailureKind:
    """How many pages could not be had for one reason.

    :ivar status: that the site answered, where that was the reason.
    :ivar to_retry: how many are asked for again.
    """

    kind: str
    status: int | None
    pages: int
    to_retry: int
    last: datetime


@dataclass(frozen=True)
class Failure:
    """A page that could not be had.

    :ivar name: of the section or national organisation whose page it is.
    :ivar runs: in how many runs in a row it failed.
    """

    url: str
    section_id: int | None
    country_code: str | None
    name: str | None
    message: str
    runs: int
    last: datetime
    will_retry: bool


def kinds(connection: psycopg.Connection) -> list[FailureKind]:
    """Return how many there are of each kind, the most first."""
    with connection.cursor(row_factory=class_row(FailureKind)) as cursor:
        return cursor.execute(_KINDS, _BEGINNINGS).fetchall()


def listed(
    connection: psycopg.Connection, kind: str, status: int | None, limit: int, offset: int
) -> tuple[list[Failure], int]:
    """Return so many of those of a kind, the latest first, and how many there are."""
    values = {**_BEGINNINGS, "kind": kind, "status": status}
    bounds = {"limit": limit, "offset": offset}
    with connection.cursor(row_factory=class_row(Failure)) as cursor:
        rows = cursor.execute(_LIST, values | bounds).fetchall()
    [[total]] = connection.execute(_COUNT, values).fetchall()
    return rows, int(total)
