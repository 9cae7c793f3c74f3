"""What is amiss in the data and still open."""

from collections.abc import Iterator

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.items import MARKUP_CHANGED, NOT_THE_PAGE
from esn_pulse.metrics.metric import Sample, gauge

OPEN = gauge(
    "open_problems",
    "Fields that break a rule, and pages that could not be read: as they lacked what must be on"
    " them (drifted), were others (impostor), or for any other reason (unread).",
    "kind",
)
MISSING = gauge(
    "missing_activities",
    "Activities that organisations count themselves and that are not stored, as of the last run.",
)

_KINDS = ("broken field", "drifted page", "impostor page", "unread page")
_OPEN = """
    SELECT CASE WHEN kind = 'unread page' AND strpos(message, %(changed)s) > 0 THEN 'drifted page'
            WHEN kind = 'unread page' AND strpos(message, %(other)s) > 0 THEN 'impostor page'
            ELSE kind END, count(*)
    FROM bi.data_problems GROUP BY 1
"""
_MISSING = """
    SELECT coalesce(sum(greatest(counted - stored, 0)), 0)
    FROM (
        SELECT activities_by_own_count, activities_stored - activities_removed
        FROM bi.data_quality
        UNION ALL
        SELECT activities_by_own_count, activities_stored - activities_removed
        FROM bi.country_quality
    ) AS organisations (counted, stored)
"""


def problems(connection: Connection, settings: BaseSettings) -> Iterator[Sample]:  # noqa: ARG001
    """Count the open problems, each in one kind, and what is missing."""
    values = {"changed": MARKUP_CHANGED, "other": NOT_THE_PAGE}
    found: dict[str, int] = dict(connection.execute(_OPEN, values).fetchall())
    for kind in _KINDS:
        yield OPEN(found.get(kind, 0), kind)
    for (missing,) in connection.execute(_MISSING):
        yield MISSING(missing)
