"""Who went quiet."""

from datetime import date
from typing import ClassVar

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis.queries.owned import by_section, of_scope, parameters
from esn_pulse.analysis.rows import Row, fetch
from esn_pulse.analysis.scope import Scope

QUIET_DAYS = 180
_QUERY = """
    SELECT s.section_id, s.section_slug, s.section, s.country_code, s.country, f.activities,
        f.last_activity_on, %(today)s - f.last_activity_on AS days_since_last_activity
    FROM bi.sections AS s JOIN (
        SELECT section_id, count(*) AS activities, max(start_date) AS last_activity_on
        FROM {owned} GROUP BY section_id HAVING max(start_date) <= %(today)s - %(quiet_days)s
    ) AS f USING (section_id)
    WHERE s.is_counted AND {of_scope}
    ORDER BY f.activities DESC, f.last_activity_on DESC, s.section, s.section_id
"""


class QuietSection(Row):
    """A section that had activities, none of them lately, and none to come."""

    view: ClassVar = "sections"
    section_id: int
    section_slug: str
    section: str
    country_code: str | None
    country: str | None
    activities: int
    last_activity_on: date
    days_since_last_activity: int = Field(description="Days from then to today (UTC).")


def quiet(connection: psycopg.Connection, scope: Scope, today: date) -> list[QuietSection]:
    """Return who began nothing for 180 days and has nothing to come; who did most, first."""
    query = sql.SQL(_QUERY).format(owned=by_section(scope), of_scope=of_scope(scope, "s"))
    asked = parameters(scope) | {"today": today, "quiet_days": QUIET_DAYS}
    return fetch(connection, QuietSection, query, asked)
