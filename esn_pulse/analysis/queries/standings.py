"""Countries, by what they did in a period."""

from typing import ClassVar

import psycopg
from pydantic import Field

from esn_pulse.analysis.rows import Row, fetch
from esn_pulse.analysis.scope import Period

_QUERY = """
    SELECT c.country_code, c.country, c.sections, rank() OVER by_activities AS rank,
        coalesce(f.activities, 0) AS activities_in_period,
        coalesce(f.national_activities, 0) AS national_activities_in_period,
        coalesce(f.participants, 0) AS participants_in_period
    FROM bi.countries AS c LEFT JOIN (
        SELECT code, count(*) AS activities, coalesce(sum(participants), 0) AS participants,
            count(*) FILTER (WHERE code = ANY (national_countries)) AS national_activities
        FROM bi.activities, LATERAL unnest(countries) AS code
        WHERE start_date BETWEEN %(first)s AND %(last)s GROUP BY code
    ) AS f ON f.code = c.country_code
    WINDOW by_activities AS (
        ORDER BY coalesce(f.activities, 0) DESC, coalesce(f.participants, 0) DESC
    )
    ORDER BY rank, regexp_replace(c.country, '^the ', ''), c.country_code
"""


class Standing(Row):
    """A country among the others."""

    view: ClassVar = "countries"
    country_code: str
    country: str
    sections: int
    rank: int = Field(
        description="Place by activities, then participants, of the period; 1 is the first."
    )
    activities_in_period: int = Field(description="Activities that began in the period.")
    national_activities_in_period: int = Field(
        description="Those of them that the national organisation organises, alone or with"
        " sections."
    )
    participants_in_period: int = Field(description="Participants in the period.")


def standings(connection: psycopg.Connection, period: Period) -> list[Standing]:
    """Return all countries, the busiest of a period first."""
    return fetch(connection, Standing, _QUERY, {"first": period.first, "last": period.last})
