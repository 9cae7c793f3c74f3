"""How much there is of all, at a glance."""

from datetime import date

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis.queries.owned import owned, parameters
from esn_pulse.analysis.rows import Row, fetch
from esn_pulse.analysis.scope import Period, Scope

_QUERY = """
    SELECT count(*) AS activities,
        count(*) FILTER (WHERE start_date > %(today)s) AS upcoming_activities,
        count(*) FILTER (WHERE is_national) AS national_activities,
        coalesce(sum(participants), 0) AS participants,
        count(*) FILTER (WHERE inside) AS activities_in_period,
        count(*) FILTER (WHERE inside AND is_national) AS national_activities_in_period,
        count(*) FILTER (WHERE inside AND is_online) AS online_activities_in_period,
        count(participants) FILTER (WHERE inside) AS counted_activities_in_period,
        count(*) FILTER (WHERE inside AND types IS NULL) AS activities_without_types_in_period,
        coalesce(sum(participants) FILTER (WHERE inside), 0) AS participants_in_period,
        count(*) FILTER (WHERE earlier) AS activities_year_before,
        coalesce(sum(participants) FILTER (WHERE earlier), 0) AS participants_year_before
    FROM {}, LATERAL (
        SELECT start_date BETWEEN %(first)s AND %(last)s AS inside,
            start_date BETWEEN %(first_before)s AND %(last_before)s AS earlier
    ) AS at
"""


class KeyFigures(Row):
    """Activities and participants, all and those of a period."""

    activities: int = Field(description="All activities, future ones included.")
    upcoming_activities: int = Field(description="Those that are yet to begin.")
    national_activities: int = Field(
        description="Those that a national organisation organises, alone or with sections."
    )
    participants: int = Field(description="All participants as reported.")
    activities_in_period: int = Field(description="Activities that began in the period.")
    national_activities_in_period: int = Field(description="National ones of them.")
    online_activities_in_period: int = Field(description="Those of them that took place online.")
    counted_activities_in_period: int = Field(
        description="Those of them of which it is known how many took part."
    )
    activities_without_types_in_period: int = Field(
        description="Those of them whose types are not known before their pages are read again."
    )
    participants_in_period: int = Field(description="Participants in the period.")
    activities_year_before: int = Field(
        description="Activities that began in the same days a year before."
    )
    participants_year_before: int = Field(description="Their participants.")


def key_figures(
    connection: psycopg.Connection, scope: Scope, period: Period, today: date
) -> KeyFigures:
    """Return the key figures of a scope; all are 0 where there is nothing."""
    asked = parameters(scope, period) | {"today": today}
    [row] = fetch(connection, KeyFigures, sql.SQL(_QUERY).format(owned(scope)), asked)
    return row
