"""The queue that the Scrapyd nodes share, and the nodes that have taken jobs from it."""

from collections.abc import Iterator
from typing import LiteralString

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.database.locks import RUN
from esn_pulse.database.queries.job_queue import MOST_DEATHS
from esn_pulse.metrics.metric import Sample, counter, gauge
from esn_pulse.scheduling.job_reports import JOBS

OPEN = gauge(
    "jobs",
    "Jobs that have not ended: pending, running, or lost, as their node was not heard of for too"
    " long.",
    "state",
)
OLDEST_PENDING = gauge(
    "jobs_oldest_pending_timestamp_seconds", "When that job was posted that waits the longest."
)
OF_NODE = gauge("node_jobs", "The jobs of a node that are running or lost.", "node", "state")
ENDED = counter(
    "jobs_ended_total",
    "Jobs that ended: done, whatever became of the run, cancelled, or given up, as too many nodes"
    " died of them.",
    "outcome",
)
DEATHS = counter("node_deaths_total", "How often a node died, or was killed, with a job.")

_STATES = ("pending", "running", "lost")
_OPEN: LiteralString = f"""
    SELECT state, node, count(*), extract(epoch FROM min(posted_at))
    FROM {JOBS} WHERE ended_at IS NULL GROUP BY 1, 2
"""  # noqa: S608 (no part of it comes from outside)
_ENDED = """
    SELECT CASE WHEN cancelled_at IS NOT NULL THEN 'cancelled'
        WHEN deaths >= %s THEN 'given up' ELSE 'done' END, count(*)
    FROM scrapyd_jobs WHERE ended_at IS NOT NULL GROUP BY 1
"""
_DEATHS = "SELECT coalesce(sum(deaths), 0) FROM scrapyd_jobs"


def queue(connection: Connection, settings: BaseSettings) -> Iterator[Sample]:  # noqa: ARG001
    """Count jobs, and how often a node died."""
    found = connection.execute(_OPEN, {"run": RUN}).fetchall()
    for state in _STATES:
        yield OPEN(sum(number for known, _, number, _ in found if known == state), state)
    if posted := [oldest for state, _, _, oldest in found if state == "pending"]:
        yield OLDEST_PENDING(min(posted))
    for state, node, number, _ in found:
        if state != "pending":
            yield OF_NODE(number, node, state)
    ended: dict[str, int] = dict(connection.execute(_ENDED, [MOST_DEATHS]).fetchall())
    for outcome in "done", "cancelled", "given up":
        yield ENDED(ended.get(outcome, 0), outcome)
    (deaths,) = connection.execute(_DEATHS).fetchone() or (0,)
    yield DEATHS(deaths)
