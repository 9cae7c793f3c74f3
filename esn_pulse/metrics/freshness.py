"""How old the data are: when the activities of each organisation were read last."""

from collections.abc import Iterator

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.metrics.metric import Sample, gauge

ORGANISATIONS = gauge(
    "organisations",
    "Sections and national organisations with a page of activities, by when that was read last:"
    " this week (7 days), this month (30 days), older, or never.",
    "kind",
    "freshness",
)
OLDEST = gauge(
    "organisations_oldest_read_timestamp_seconds",
    "When that one of them was read that has not been for the longest; those never read aside.",
    "kind",
)

_AGES = ("this week", "this month", "older", "never")
# Those that the freshness check counts, as the views show them; ages are those of bi.sections.
_FRESHNESS = """
    SELECT kind, freshness, count(*), extract(epoch FROM min(last_read))
    FROM (
        SELECT 'section' AS kind, freshness, last_read FROM bi.sections
        WHERE has_activities_page AND left_at IS NULL
        UNION ALL
        SELECT 'national organisation', CASE
                WHEN last_read IS NULL THEN 'never'
                WHEN last_read > now() - interval '168 hours' THEN 'this week'
                WHEN last_read > now() - interval '720 hours' THEN 'this month'
                ELSE 'older'
            END, last_read
        FROM bi.countries WHERE has_activities_page
    ) AS organisations
    GROUP BY 1, 2
"""


def freshness(connection: Connection, settings: BaseSettings) -> Iterator[Sample]:  # noqa: ARG001
    """Count organisations by the age of their data."""
    found = connection.execute(_FRESHNESS).fetchall()
    for kind in "section", "national organisation":
        of_kind = {age: (number, oldest) for known, age, number, oldest in found if known == kind}
        for age in _AGES:
            yield ORGANISATIONS(of_kind.get(age, (0,))[0], kind, age)
        if read := [oldest for _, oldest in of_kind.values() if oldest is not None]:
            yield OLDEST(min(read), kind)
