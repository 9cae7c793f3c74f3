"""The runs on record, by what everybody may read of them."""

from collections.abc import Iterator
from typing import LiteralString

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.analysis.queries.runs import Run, latest
from esn_pulse.database.locks import RUN, RUN_IS_ALIVE
from esn_pulse.metrics.metric import Sample, counter, gauge
from esn_pulse.sources import SOURCES

ENDED = counter("runs_total", "Runs that have ended, by how they ended.", "spider", "outcome")
AT_WORK = gauge("runs_at_work", "Runs that are at work.", "spider")
DEAD = gauge(
    "runs_dead",
    "Runs whose process is gone without a word; the next run puts that on record.",
    "spider",
)
REQUESTS = counter("requests_total", "Requests of runs that ended, retries included.", "spider")
REQUESTS_FAILED = counter(
    "requests_failed_total", "Requests of runs that ended which failed for good.", "spider"
)
RECORDS = counter(
    "records_total",
    "Records that ended runs have read: stored, as they were new or had changed, or unchanged.",
    "spider",
    "result",
)
RECORDS_INVALID = counter(
    "records_invalid_total",
    "Records that ended runs have read, with at least one broken field.",
    "spider",
)
LAST_COMPLETED = gauge(
    "last_completed_run_end_timestamp_seconds",
    "When the last run ended that completed; its age is time() less this.",
    "spider",
)
LAST_START = gauge(
    "last_run_start_timestamp_seconds", "When the last run began that has ended.", "spider"
)
LAST_END = gauge(
    "last_run_end_timestamp_seconds",
    "When the last run ended, in whichever way; its age is time() less this.",
    "spider",
)
LAST_OUTCOME = gauge(
    "last_run_outcome", "1 for how the last run that has ended did, else 0.", "spider", "outcome"
)
LAST_QUALITY = gauge(
    "last_run_quality_ratio",
    "Valid records in all that the last run that has ended should have stored, 0 to 1.",
    "spider",
)
LAST_ORGANISATIONS = gauge(
    "last_run_organisations",
    "Sections and national organisations that the last run that has ended has read.",
    "spider",
)
LAST_ORGANISATIONS_FAILED = gauge(
    "last_run_organisations_failed",
    "Those of which the last run that has ended could not read a page.",
    "spider",
)

OUTCOMES = ("finished", "time budget spent", "failed", "cancelled")
SPIDERS = [source.name for source in SOURCES]

# A run of an early version has no reason on record.
_OUTCOME: LiteralString = (
    "coalesce(outcome, CASE status WHEN 'completed' THEN 'finished' ELSE status END)"
)
_ENDED: LiteralString = f"""
    SELECT spider, {_OUTCOME}, count(*) FROM bi.runs WHERE ended_at IS NOT NULL GROUP BY 1, 2
"""  # noqa: S608 (no part of it comes from outside)
_SUMS = """
    SELECT spider, coalesce(sum(requests), 0), coalesce(sum(requests_failed), 0),
        coalesce(sum(records_stored), 0), coalesce(sum(records_unchanged), 0),
        coalesce(sum(records_invalid), 0),
        extract(epoch FROM max(ended_at) FILTER (WHERE status = 'completed'))
    FROM bi.runs WHERE ended_at IS NOT NULL GROUP BY spider
"""
_RUNNING: LiteralString = f"""
    SELECT spider, count(*) FILTER (WHERE is_alive), count(*) FILTER (WHERE NOT is_alive)
    FROM (
        SELECT spider, {RUN_IS_ALIVE} AS is_alive
        FROM (SELECT run_id AS id, spider FROM bi.runs WHERE status = 'running') AS s
    ) AS running
    GROUP BY spider
"""  # noqa: S608


def runs(connection: Connection, settings: BaseSettings) -> Iterator[Sample]:  # noqa: ARG001
    """Tell of all runs on record, and of the last one of each spider that has ended."""
    yield from _ended(connection)
    yield from _running(connection)
    for spider, requests, failed, stored, unchanged, invalid, completed in connection.execute(
        _SUMS
    ):
        yield REQUESTS(requests, spider)
        yield REQUESTS_FAILED(failed, spider)
        yield RECORDS(stored, spider, "stored")
        yield RECORDS(unchanged, spider, "unchanged")
        yield RECORDS_INVALID(invalid, spider)
        if completed is not None:
            yield LAST_COMPLETED(completed, spider)
    for run in latest(connection):
        yield from _last(run)


def _ended(connection: Connection) -> Iterator[Sample]:
    """Count runs by outcome, from 0 on: what appears with 1 only has not risen for Prometheus."""
    counted = {(spider, outcome): 0 for spider in SPIDERS for outcome in OUTCOMES}
    for spider, outcome, number in connection.execute(_ENDED):
        counted[spider, outcome] = number
    for labels, number in counted.items():
        yield ENDED(number, *labels)


def _running(connection: Connection) -> Iterator[Sample]:
    known = {
        spider: (at_work, dead)
        for spider, at_work, dead in connection.execute(_RUNNING, {"run": RUN})
    }
    for spider in sorted({*SPIDERS, *known}):
        at_work, dead = known.get(spider, (0, 0))
        yield AT_WORK(at_work, spider)
        yield DEAD(dead, spider)


def _last(run: Run) -> Iterator[Sample]:
    outcome = run.outcome or ("finished" if run.status == "completed" else run.status)
    yield LAST_START(run.started_at.timestamp(), run.spider)
    if run.ended_at:
        yield LAST_END(run.ended_at.timestamp(), run.spider)
    for known in dict.fromkeys([*OUTCOMES, outcome]):
        yield LAST_OUTCOME(known == outcome, run.spider, known)
    if run.quality_score is not None:
        yield LAST_QUALITY(run.quality_score / 100, run.spider)
    yield LAST_ORGANISATIONS(run.sections_processed or 0, run.spider)
    yield LAST_ORGANISATIONS_FAILED(run.sections_failed or 0, run.spider)
