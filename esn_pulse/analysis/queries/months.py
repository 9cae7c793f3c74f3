"""Activities by month."""

from datetime import date
from typing import ClassVar

import psycopg
from psycopg import sql

from esn_pulse.analysis.queries.owned import owned, parameters
from esn_pulse.analysis.rows import Row, columns, fetch
from esn_pulse.analysis.scope import Scope

_NETWORK = "SELECT {} FROM bi.network_months"
_COUNTRY = "SELECT {} FROM bi.country_months WHERE country_code = %(country_code)s"
# bi.section_months does not tell what is national.
_SECTION = """
    SELECT month, count(*) AS activities, count(*) FILTER (WHERE is_online) AS online_activities,
        count(*) FILTER (WHERE is_national) AS national_activities,
        coalesce(sum(participants), 0) AS participants
    FROM {} GROUP BY month
"""
_RANGE = """
    SELECT min(month), max(month) FROM bi.network_months
    WHERE month BETWEEN '1989-01-01' AND (now() AT TIME ZONE 'UTC')::date + 730
"""


class Month(Row):
    """What began in a month that has activities."""

    view: ClassVar = "network_months"
    month: date
    activities: int
    online_activities: int
    national_activities: int
    participants: int


def months(connection: psycopg.Connection, scope: Scope, until: date) -> list[Month]:
    """Return the months with activities that begin until a day, in order."""
    if scope.is_section:
        query = sql.SQL(_SECTION).format(owned(scope))
    else:
        query = sql.SQL(_NETWORK if scope.is_network else _COUNTRY).format(columns(Month))
    asked = parameters(scope) | {"until": until}
    ordered = sql.SQL("SELECT * FROM ({}) AS months WHERE month <= %(until)s ORDER BY month")
    return fetch(connection, Month, ordered.format(query), asked)


def month_range(connection: psycopg.Connection) -> tuple[date, date] | None:
    """Return the first and the last month with an activity of the network; None without any.

    They stay within the bounds of ``bi.calendar``, whatever wrong dates there are.
    """
    first, last = connection.execute(_RANGE).fetchone() or (None, None)
    return (first, last) if first else None
