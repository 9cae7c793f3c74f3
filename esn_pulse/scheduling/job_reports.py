"""The jobs of all nodes, with what became of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from esn_pulse.database.locks import RUN
from esn_pulse.database.queries.job_queue import LATEST_RUN, MOST_DEATHS

# All jobs and their states, see ``JobReport``; the parameter ``run`` is RUN.
JOBS: LiteralString = f"""(
        SELECT j.*, run.id AS run, run.status AS run_status, run.is_alive AS run_is_alive,
            run.finish_reason,
            CASE WHEN j.ended_at IS NOT NULL THEN 'finished'
                WHEN j.leased_until IS NULL THEN 'pending'
                WHEN j.leased_until < now() AND run.is_alive IS NOT TRUE THEN 'lost'
                ELSE 'running' END AS state
        FROM scrapyd_jobs AS j {LATEST_RUN}
    ) AS jobs"""  # noqa: S608 (no part of it comes from outside)
_LATEST: LiteralString = f"""
    SELECT state, job, spider, arguments, settings, posted_at, jobs.started_at, ended_at,
        node, attempts, deaths, cancelled_at IS NOT NULL AS is_cancelled,
        CASE state WHEN 'pending' THEN posted_at WHEN 'running' THEN taken_at
            WHEN 'lost' THEN leased_until ELSE ended_at END AS since,
        run, run_status, run_is_alive, finish_reason,
        p.sections_processed + p.sections_failed AS sections_done, p.sections_known
    FROM {JOBS} LEFT JOIN run_progress AS p ON p.run_id = run AND run_status = 'running'
    WHERE %(job)s::text IS NULL OR job = %(job)s
    ORDER BY ended_at DESC NULLS FIRST, id DESC LIMIT %(limit)s
"""  # noqa: S608


State = Literal["pending", "running", "lost", "finished"]


@dataclass(frozen=True)
class JobReport:
    """A job, and its latest run if it came so far.

    :ivar state: 'pending', 'running', 'lost' (its node was not heard of for too long; another one
        takes it) or 'finished', good or bad.
    :ivar started_at: when a node took it first.
    :ivar node: which one took it last.
    :ivar attempts: how many nodes have taken it.
    :ivar deaths: how many of these died, or were killed.
    :ivar since: when it came into its state.
    :ivar run: the id in ``scraper_status``.
    :ivar sections_done: of ``sections_known``, while the run is at work and has told; else None.
    """

    state: State
    job: str
    spider: str
    arguments: dict[str, str]
    settings: dict[str, str]
    posted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    node: str | None
    attempts: int
    deaths: int
    is_cancelled: bool
    since: datetime
    run: int | None
    run_status: str | None
    run_is_alive: bool | None
    finish_reason: str | None
    sections_done: int | None
    sections_known: int | None

    @property
    def outcome(self) -> str:
        """How it went so far, in words."""
        if self.deaths >= MOST_DEATHS:
            return f"{self._of_run()}. Given up, as {self.deaths} nodes died of it"
        return self._of_run()

    def _of_run(self) -> str:
        if self.run is None:
            return self._without_run()
        if self.run_status == "running":
            said = f"run {self.run} {self._at_work() if self.run_is_alive else 'died'}"
            return f"{said}, being cancelled" if self._is_being_cancelled else said
        return f"run {self.run} {self.run_status}: {self._reason}"

    def _at_work(self) -> str:
        if not self.sections_known:
            return "at work"
        return f"at work: {self.sections_done} of {self.sections_known} sections"

    def _without_run(self) -> str:
        if self._is_being_cancelled:
            return "being cancelled"
        if self.state != "finished":
            return ""
        if self.is_cancelled:
            return "cancelled before it began"
        return "no run on record: see the job's log on its node"

    @property
    def _is_being_cancelled(self) -> bool:
        return self.is_cancelled and self.state != "finished"

    @property
    def _reason(self) -> str:
        return (self.finish_reason or "no reason on record").removeprefix("failed: ")


def latest_jobs(connection: Connection, limit: int) -> list[JobReport]:
    """Return so many jobs: first those that have not ended, the newest first; then by their end."""
    return _reports(connection, limit)


def job_report(connection: Connection, job: str) -> JobReport | None:
    """Return a job by Scrapyd's name for it; None if there is none."""
    found = _reports(connection, 1, job)
    return found[0] if found else None


def _reports(connection: Connection, limit: int, job: str | None = None) -> list[JobReport]:
    with connection.cursor(row_factory=class_row(JobReport)) as cursor:
        return cursor.execute(_LATEST, {"limit": limit, "job": job, "run": RUN}).fetchall()
