"""Figures counted from the tables, without the views."""

from typing import Any

import psycopg

from esn_pulse.analysis.scope import Period, Scope

# Of each activity that counts all its sections and countries, as rows.
_ORGANISED = """
    WITH counted AS (SELECT * FROM activities WHERE is_valid AND removed_at IS NULL),
    organised AS (
        SELECT a.id, s.id AS section_id, s.country_code, false AS is_national
        FROM counted AS a JOIN activity_section_organisers AS l ON l.activity_id = a.id
        JOIN sections AS s ON s.id = l.section_id
        UNION
        SELECT a.id, NULL, o.country_code, true
        FROM counted AS a JOIN activity_organisers AS l ON l.activity_id = a.id
        JOIN organisations AS o ON o.slug = l.organisation_slug WHERE o.section_id IS NULL
    ), own AS (
        SELECT a.*, EXISTS (
            SELECT FROM organised AS o WHERE o.id = a.id AND o.is_national
                AND (%(section)s::int IS NOT NULL OR o.country_code = %(country)s
                    OR %(country)s::text IS NULL)
        ) AS is_national
        FROM counted AS a WHERE %(section)s::int IS NULL AND %(country)s::text IS NULL OR a.id IN (
            SELECT id FROM organised WHERE section_id = %(section)s
                OR %(section)s::int IS NULL AND country_code = %(country)s
        )
    )
"""


def counted(connection: psycopg.Connection, query: str, scope: Scope, period: Period) -> list[Any]:
    """Return the rows of a query on ``own``, the scope's activities, or on ``organised``."""
    asked = {
        "section": scope.section_id,
        "country": scope.country_code,
        "first": period.first,
        "last": period.last,
    }
    return connection.execute((_ORGANISED + query).encode(), asked).fetchall()


def activities(connection: psycopg.Connection, scope: Scope, period: Period) -> tuple[int, ...]:
    """Count activities, and those that are national or online, and their participants."""
    query = """
        SELECT count(*), count(*) FILTER (WHERE is_national), count(*) FILTER (WHERE is_online),
            coalesce(sum(participants), 0)
        FROM own WHERE start_date BETWEEN %(first)s AND %(last)s
    """
    [row] = counted(connection, query, scope, period)
    return tuple(map(int, row))
