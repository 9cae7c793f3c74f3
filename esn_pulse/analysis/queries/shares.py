"""What activities are about: types, causes and goals, by how many have them."""

from typing import Literal

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis.queries.owned import owned, parameters
from esn_pulse.analysis.rows import Row, fetch
from esn_pulse.analysis.scope import Period, Scope

Kind = Literal["types", "causes", "goals"]

_NAMED = "SELECT name, NULL::integer AS number, activities, share FROM counted"
_QUERY = """
    WITH inside AS (SELECT {column} AS names FROM {owned}
        WHERE start_date BETWEEN %(first)s AND %(last)s
    ), counted AS (
        SELECT name, count(*) AS activities,
            round(count(*)::numeric / (SELECT count(*) FROM inside), 4) AS share
        FROM inside, LATERAL (SELECT DISTINCT unnest(names) AS name) AS each GROUP BY name
    )
    {shown} ORDER BY activities DESC, name
"""
_GOALS = """
    SELECT coalesce(g.sdg_name, c.name) AS name, g.sdg_number AS number, activities, share
    FROM counted AS c LEFT JOIN LATERAL (
        SELECT sdg_name, sdg_number FROM bi.activity_sdgs WHERE sdg = c.name LIMIT 1
    ) AS g ON true
"""


class Share(Row):
    """How often something was chosen for activities of a period."""

    name: str = Field(description="Name of the type, the cause or the goal.")
    number: int | None = Field(
        description="Number of the Sustainable Development Goal, 1 to 17; NULL for the others."
    )
    activities: int = Field(description="Activities that began in the period and have it.")
    share: float = Field(
        description="How much of all activities of the period that is, 0 to 1. An activity may have"
        " several, so shares don't add up to 1."
    )


def shares(connection: psycopg.Connection, kind: Kind, scope: Scope, period: Period) -> list[Share]:
    """Return what the activities of a scope had in a period, the most frequent first."""
    query = sql.SQL(_QUERY).format(
        column=sql.Identifier("sdgs" if kind == "goals" else kind),
        owned=owned(scope),
        shown=sql.SQL(_GOALS if kind == "goals" else _NAMED),
    )
    return fetch(connection, Share, query, parameters(scope, period))
