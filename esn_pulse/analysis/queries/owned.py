"""Whose activities are read: those of a scope, as parts of other queries."""

from typing import Any

from psycopg import sql

from esn_pulse.analysis.scope import Period, Scope

_OF_COUNTRY = "countries @> ARRAY[%(country_code)s::text]"
_OF_SECTION = """activity_id IN (
    SELECT activity_id FROM bi.activity_organisers WHERE section_id = %(section_id)s
)"""


def owned(scope: Scope) -> sql.Composed:
    """Return a subquery: the activities of a scope, each once.

    National is for a country what its own national organisation organises.
    """
    where, national = sql.SQL("true"), sql.SQL("is_national")
    if scope.is_section:
        where = sql.SQL(_OF_SECTION)
    elif scope.country_code:
        where = sql.SQL(_OF_COUNTRY)
        national = sql.SQL("%(country_code)s = ANY (national_countries)")
    return sql.SQL(
        "(SELECT start_date, month, is_online, participants, types, causes, sdgs,"
        " {national} AS is_national FROM bi.activities WHERE {where}) AS owned"
    ).format(national=national, where=where)


def by_section(scope: Scope) -> sql.Composed:
    """Return a subquery: sections with each of their activities.

    Beside those of the scope there are others that organise something with them.
    """
    where = sql.SQL("activity_id IS NOT NULL")
    if scope.is_section:
        where = sql.SQL("section_ids @> ARRAY[%(section_id)s::integer]")
    elif scope.country_code:
        where = sql.SQL(_OF_COUNTRY)
    return sql.SQL(
        "(SELECT section_id, start_date, participants"
        " FROM bi.search, LATERAL unnest(section_ids) AS section_id WHERE {}) AS owned"
    ).format(where)


def of_scope(scope: Scope, table: str) -> sql.Composed:
    """Return the condition that a table's section or country is of a scope."""
    column = "section_id" if scope.is_section else "country_code"
    if scope.is_network:
        return sql.SQL("true").format()
    return sql.SQL("{} = {}").format(sql.Identifier(table, column), sql.Placeholder(column))


def parameters(scope: Scope, period: Period | None = None) -> dict[str, Any]:
    """Return what the parts above, and conditions by ``first`` and ``last``, ask for."""
    whose = {"country_code": scope.country_code, "section_id": scope.section_id}
    if period is None:
        return whose
    before = period.year_before
    days = {"first": period.first, "last": period.last}
    return whose | days | {"first_before": before.first, "last_before": before.last}
