"""How far the data can be relied on."""

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis.queries.owned import of_scope, parameters
from esn_pulse.analysis.rows import Row, fetch
from esn_pulse.analysis.scope import Scope

_COLUMNS = sql.SQL(
    "activities_stored, activities_valid, activities_removed, activities_by_own_count,"
    " without_participants, without_causes, open_errors, open_failures"
)
_SECTIONS = "SELECT {} FROM bi.data_quality AS q WHERE {}"
_NATIONAL = "SELECT {} FROM bi.country_quality AS q WHERE {}"
_QUERY = """
    SELECT coalesce(sum(stored), 0) AS activities_stored,
        coalesce(sum(stored) FILTER (WHERE is_counted), 0) AS activities_stored_of_counted,
        coalesce(sum(activities_by_own_count), 0) AS activities_by_own_count,
        coalesce(sum(activities_valid), 0) AS activities_valid,
        coalesce(sum(without_participants), 0) AS without_participants,
        coalesce(sum(without_causes), 0) AS without_causes,
        coalesce(sum(open_errors), 0) AS open_errors,
        coalesce(sum(open_failures), 0) AS open_failures
    FROM ({}) AS organisers, LATERAL (
        SELECT activities_stored - activities_removed AS stored,
            activities_by_own_count IS NOT NULL AS is_counted
    ) AS of_them
"""


class Quality(Row):
    """Sums over the organisers of a scope: an activity counts once for each of them."""

    activities_stored: int = Field(
        description="Activities that the database holds, less those that no listing shows any more."
    )
    activities_stored_of_counted: int = Field(
        description="Those of them whose organisers count theirs themselves."
    )
    activities_by_own_count: int = Field(
        description="Activities by the organisers' own statistics, as far as these are known."
    )
    activities_valid: int = Field(description="Activities that break no rule, and count.")
    without_participants: int = Field(
        description="Activities that count and have begun, but without a figure of participants."
    )
    without_causes: int = Field(description="Activities that count, but without any cause.")
    open_errors: int = Field(description="Broken fields on the organisers' pages.")
    open_failures: int = Field(description="Pages that could not be read.")


def quality(connection: psycopg.Connection, scope: Scope) -> Quality:
    """Return how good the data of a scope are; all is 0 where there is no organiser."""
    views = [_SECTIONS] if scope.is_section else [_SECTIONS, _NATIONAL]
    whose = of_scope(scope, "q")
    organisers = [sql.SQL(view).format(_COLUMNS, whose) for view in views]
    query = sql.SQL(_QUERY).format(sql.SQL(" UNION ALL ").join(organisers))
    [row] = fetch(connection, Quality, query, parameters(scope))
    return row
