"""How the totals grew that sections count themselves."""

from datetime import date

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis.queries.owned import of_scope, parameters
from esn_pulse.analysis.rows import Row, fetch
from esn_pulse.analysis.scope import Scope

# Sections are not all read on the same day: a section's total stays until it is read again. Their
# numbers as an array reach the rows of those sections only, below the view's windows.
_QUERY = """
    SELECT day, sum(sum(change)) OVER before AS activities,
        sum(count(*) FILTER (WHERE is_first)) OVER before AS sections
    FROM (
        SELECT day, activities - lag(activities, 1, 0) OVER days AS change,
            lag(activities) OVER days IS NULL AS is_first
        FROM bi.section_history AS h WHERE activities IS NOT NULL AND {}
        WINDOW days AS (PARTITION BY section_id ORDER BY day)
    ) AS changes
    GROUP BY day WINDOW before AS (ORDER BY day) ORDER BY day
"""
_OF_COUNTRY = """section_id = ANY (ARRAY(
    SELECT section_id FROM bi.sections WHERE country_code = %(country_code)s
))"""


class Total(Row):
    """The totals on a day on which statistics were read."""

    day: date = Field(description="The day (UTC).")
    activities: int = Field(description="All activities up to then, by the sections' statistics.")
    sections: int = Field(description="Sections whose statistics had been read by then.")


def history(connection: psycopg.Connection, scope: Scope) -> list[Total]:
    """Return the totals of a scope, day by day."""
    whose = of_scope(scope, "h") if scope.is_section or scope.is_network else sql.SQL(_OF_COUNTRY)
    return fetch(connection, Total, sql.SQL(_QUERY).format(whose), parameters(scope))
