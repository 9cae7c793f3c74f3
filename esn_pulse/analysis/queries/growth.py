"""Who does more than a year before."""

from typing import ClassVar

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis.queries.owned import by_section, of_scope, parameters
from esn_pulse.analysis.rows import Row, fetch
from esn_pulse.analysis.scope import Period, Scope

_QUERY = """
    SELECT s.section_id, s.section_slug, s.section, s.country_code, s.country,
        f.activities_in_period, f.activities_year_before,
        f.activities_in_period - f.activities_year_before AS change,
        f.participants_in_period, f.participants_year_before
    FROM bi.sections AS s JOIN (
        SELECT section_id, count(*) FILTER (WHERE inside) AS activities_in_period,
            count(*) FILTER (WHERE earlier) AS activities_year_before,
            coalesce(sum(participants) FILTER (WHERE inside), 0) AS participants_in_period,
            coalesce(sum(participants) FILTER (WHERE earlier), 0) AS participants_year_before
        FROM {owned}, LATERAL (
            SELECT start_date BETWEEN %(first)s AND %(last)s AS inside,
                start_date BETWEEN %(first_before)s AND %(last_before)s AS earlier
        ) AS at
        WHERE inside OR earlier GROUP BY section_id
    ) AS f USING (section_id)
    WHERE s.is_counted AND {of_scope}
    ORDER BY change DESC, activities_in_period DESC, s.section, s.section_id
"""


class Growth(Row):
    """A section with activities in a period, or in the same days a year before."""

    view: ClassVar = "sections"
    section_id: int
    section_slug: str
    section: str
    country_code: str | None
    country: str | None
    activities_in_period: int = Field(description="Activities that began in the period.")
    activities_year_before: int = Field(
        description="Activities that began in the same days a year before."
    )
    change: int = Field(description="How many more that is; below 0 fewer.")
    participants_in_period: int = Field(description="Participants in the period.")
    participants_year_before: int = Field(
        description="Participants in the same days a year before."
    )


def growth(connection: psycopg.Connection, scope: Scope, period: Period) -> list[Growth]:
    """Return the sections of a scope, those first that grew most."""
    query = sql.SQL(_QUERY).format(owned=by_section(scope), of_scope=of_scope(scope, "s"))
    return fetch(connection, Growth, query, parameters(scope, period))
