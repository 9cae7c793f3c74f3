"""How the latest runs went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row
from scrapy.settings import BaseSettings

from esn_pulse.database.locks import RUN, RUN_IS_ALIVE
from esn_pulse.health.finding import Finding, State, moment, percent
from esn_pulse.run import stats as figures
from esn_pulse.sources import Source
from esn_pulse.visits.arguments import RepairArguments

_LATEST: LiteralString = f"""
    SELECT id, status, started_at, completed_at, finish_reason, error_message,
        {RUN_IS_ALIVE} AS is_alive
    FROM scraper_status AS s
    WHERE scraper_module = %(module)s
    ORDER BY id DESC LIMIT 1
"""  # noqa: S608 (no part of it comes from outside)
_LATEST_FIGURES = """
    SELECT stats FROM scraper_status
    WHERE scraper_module = %s AND stats IS NOT NULL AND NOT coalesce(arguments ?| %s, FALSE)
    ORDER BY id DESC LIMIT 1
"""
# The arguments of runs that ask for what failed before, and nothing else: their rate says little.
REPAIRS = frozenset(RepairArguments.model_fields)
_WHY = (
    'scrapy psql "SELECT error_message, count(*) FROM public.failed_scrapes WHERE will_retry'
    ' GROUP BY 1 ORDER BY 2 DESC"'
)


@dataclass(frozen=True)
class LatestRun:
    """A row of ``scraper_status``, and whether its process is still there."""

    id: int
    status: str
    started_at: datetime
    completed_at: datetime | None
    finish_reason: str | None
    error_message: str | None
    is_alive: bool

    @property
    def is_at_work(self) -> bool:
        """Whether the run goes on right now."""
        return self.status == "running" and self.is_alive


def latest_run(connection: Connection, source: Source) -> LatestRun | None:
    """Return the latest run of a source's spider."""
    with connection.cursor(row_factory=class_row(LatestRun)) as cursor:
        return cursor.execute(_LATEST, {"module": source.module, "run": RUN}).fetchone()


def latest_figures(connection: Connection, source: Source) -> dict[str, Any]:
    """Return what Scrapy counted in the latest run that ended, repairs aside; {} before one did."""
    row = connection.execute(_LATEST_FIGURES, [source.module, [*REPAIRS]]).fetchone()
    return row[0] if row else {}


def run_of(
    connection: Connection,
    settings: BaseSettings,  # noqa: ARG001
    source: Source,
) -> Finding:
    """Tell how a spider's latest run ended; a problem if it failed, died, or never was."""
    run, again = latest_run(connection, source), f"scrapy crawl {source.name}"
    if run is None:
        return Finding(State.PROBLEM, None, "there was none yet", "Run both spiders: scrapy pulse")
    value = {
        "id": run.id,
        "status": run.status if run.status != "running" or run.is_alive else "dead",
        "started_at": _iso(run.started_at),
        "completed_at": _iso(run.completed_at),
        "finish_reason": run.finish_reason,
    }
    if run.is_at_work:
        return Finding(State.OK, value, f"run {run.id} at work since {moment(run.started_at)}")
    if run.status == "running":
        return Finding(
            State.PROBLEM,
            value,
            f"run {run.id} died",
            f"It began {moment(run.started_at)} and its process is gone, killed or with its"
            f" machine. What it stored is whole. Run again: {again}",
        )
    ended = moment(run.completed_at or run.started_at)
    if run.status == "completed":
        how = run.finish_reason or "finished"
        return Finding(State.OK, value, f"run {run.id} completed {ended}: {how}")
    if run.status == "cancelled":
        when = f"Its job was stopped by hand. To run it again before its time: {again}"
        return Finding(State.INFO, value, f"run {run.id} cancelled {ended}", when)
    reason = run.error_message or run.finish_reason or "none was recorded"
    return Finding(
        State.PROBLEM,
        value,
        f"run {run.id} {run.status} {ended}",
        f"The reason: {reason}. The log has more. Once that is mended, run again: {again}",
    )


def success_rate_of(connection: Connection, settings: BaseSettings, source: Source) -> Finding:
    """Judge the success rate of the spider's latest run that ended, repairs aside."""
    return judge_success_rate(latest_figures(connection, source), settings)


def judge_success_rate(stats: Mapping[str, Any], settings: BaseSettings) -> Finding:
    """Judge which share of a run's pages could be read; below ``HEALTH_SUCCESS_RATE`` a problem.

    :param stats: what Scrapy counted.
    """
    rate = figures.success_rate(stats)
    if rate is None:
        return Finding(
            State.UNKNOWN, None, "no page was asked for yet", "There is nothing to judge."
        )
    read, failed = stats.get(figures.PAGES_READ, 0), stats.get(figures.PAGES_FAILED, 0)
    text = f"{percent(rate)} of the pages read ({read} of {read + failed})"
    if rate >= (expected := settings.getfloat("HEALTH_SUCCESS_RATE")):
        return Finding(State.OK, round(rate, 4), text)
    return Finding(
        State.PROBLEM,
        round(rate, 4),
        text,
        f"At least {percent(expected)} is expected. Is the site down, does it refuse us, or has it"
        f" changed? What failed, and why: {_WHY}",
    )


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
