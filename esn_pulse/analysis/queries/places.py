"""Sections: where they are, and what they did in a period."""

from datetime import date
from typing import ClassVar

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis.queries.owned import by_section, of_scope, parameters
from esn_pulse.analysis.rows import Row, fetch
from esn_pulse.analysis.scope import Period, Scope

_QUERY = """
    SELECT s.section_id, s.section_slug, s.section, s.country_code, s.country, s.city, s.latitude,
        s.longitude, s.freshness, coalesce(f.activities, 0) AS activities,
        coalesce(f.participants, 0) AS participants, f.last_activity_on,
        coalesce(f.activities_in_period, 0) AS activities_in_period,
        coalesce(f.participants_in_period, 0) AS participants_in_period
    FROM bi.sections AS s LEFT JOIN (
        SELECT section_id, count(*) AS activities, sum(participants) AS participants,
            max(start_date) FILTER (WHERE start_date <= %(today)s) AS last_activity_on,
            count(*) FILTER (WHERE inside) AS activities_in_period,
            sum(participants) FILTER (WHERE inside) AS participants_in_period
        FROM {owned},
            LATERAL (SELECT start_date BETWEEN %(first)s AND %(last)s AS inside) AS at
        GROUP BY section_id
    ) AS f USING (section_id)
    WHERE s.is_counted AND {of_scope}
    ORDER BY activities_in_period DESC, participants_in_period DESC, s.section, s.section_id
"""


class Place(Row):
    """A section of the network."""

    view: ClassVar = "sections"
    section_id: int
    section_slug: str
    section: str
    country_code: str | None
    country: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    freshness: str
    activities: int
    participants: int
    last_activity_on: date | None
    activities_in_period: int = Field(description="Activities that began in the period.")
    participants_in_period: int = Field(description="Their participants.")


def places(
    connection: psycopg.Connection, scope: Scope, period: Period, today: date
) -> list[Place]:
    """Return the sections of a scope, the busiest of a period first."""
    query = sql.SQL(_QUERY).format(owned=by_section(scope), of_scope=of_scope(scope, "s"))
    return fetch(connection, Place, query, parameters(scope, period) | {"today": today})
