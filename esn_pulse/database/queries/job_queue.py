"""Scrapyd's queue in PostgreSQL: all nodes share it, and a node that dies gives its jobs back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, LiteralString, TypeVar

import psycopg
from psycopg.rows import RowFactory, class_row, scalar_row
from psycopg.types.json import Jsonb
from scrapy.settings import BaseSettings

from esn_pulse.database.locks import RUN, RUN_IS_ALIVE
from esn_pulse.database.server import prepare
from esn_pulse.database.sessions import ANSWERS_AT_ONCE, connect, transaction

T = TypeVar("T")

_CONNECT_SECONDS = 3
# A job of which so many nodes died is given up. One that stops and gives it back is none of them.
MOST_DEATHS = 3

# What became of the latest run that belongs to a job, on ``scrapyd_jobs AS j``; the parameter
# ``run`` is RUN.
LATEST_RUN: LiteralString = f"""LEFT JOIN LATERAL (
        SELECT s.id, s.status, s.finish_reason, s.started_at, {RUN_IS_ALIVE} AS is_alive
        FROM scraper_status AS s WHERE s.job = j.job ORDER BY s.id DESC LIMIT 1
    ) AS run ON TRUE"""  # noqa: S608 (no part of it comes from outside)
_WAS_INTERRUPTED: LiteralString = """(
        run.status = 'running' OR coalesce(run.finish_reason, '') LIKE 'failed: interrupted%%'
    )"""

_ADD = """
    INSERT INTO scrapyd_jobs (project, job, spider, version, priority, arguments, settings)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (job) DO NOTHING
    RETURNING TRUE
"""
_POST = """
    INSERT INTO scrapyd_jobs (project, job, spider, priority, arguments) VALUES (%s, %s, %s, %s, %s)
"""
# A server that was away kept all nodes from renewing their leases, so it first gives them time. A
# lease that ends far ahead was written before the server's clock was set back.
_EXPIRED: LiteralString = """(
        greatest(j.leased_until, pg_postmaster_start_time() + %(lease)s * interval '1 s') < now()
        OR j.leased_until > now() + %(lease)s * interval '10 s'
    )"""
# A run may outlive its node; a job whose run is alive or came to its end is taken by nobody. Both
# statements look whether it did, as a run can end between them.
_IS_OVER: LiteralString = f"""(
        j.deaths + 1 >= %(most_deaths)s OR j.cancelled_at IS NOT NULL
        OR (run.started_at >= j.taken_at AND NOT {_WAS_INTERRUPTED})
    )"""
_SETTLE: LiteralString = f"""
    UPDATE scrapyd_jobs SET ended_at = now(), leased_until = NULL, deaths = deaths + 1
    WHERE id IN (
        SELECT j.id FROM scrapyd_jobs AS j {LATEST_RUN}
        WHERE j.ended_at IS NULL AND {_EXPIRED} AND run.is_alive IS NOT TRUE AND {_IS_OVER}
        FOR UPDATE OF j SKIP LOCKED
    )
"""  # noqa: S608
_TAKE: LiteralString = f"""
    UPDATE scrapyd_jobs SET
        node = %(node)s,
        attempts = attempts + 1,
        deaths = deaths + (leased_until IS NOT NULL)::int,
        started_at = coalesce(started_at, now()),
        taken_at = now(),
        leased_until = now() + %(lease)s * interval '1 s'
    WHERE id = (
        SELECT j.id FROM scrapyd_jobs AS j {LATEST_RUN}
        WHERE j.project = %(project)s AND j.ended_at IS NULL AND j.cancelled_at IS NULL
            AND (j.leased_until IS NULL OR ({_EXPIRED} AND {_IS_OVER} IS NOT TRUE))
            AND run.is_alive IS NOT TRUE
        ORDER BY j.priority DESC, j.id
        FOR UPDATE OF j SKIP LOCKED LIMIT 1
    )
    RETURNING job, spider, version, settings, arguments, attempts
"""  # noqa: S608
_RENEW = """
    UPDATE scrapyd_jobs AS j SET leased_until = now() + %(lease)s * interval '1 s'
    FROM unnest(%(jobs)s::text[], %(attempts)s::int[]) AS held (job, attempts)
    WHERE j.job = held.job AND j.attempts = held.attempts AND j.ended_at IS NULL
        AND j.cancelled_at IS NULL
    RETURNING j.job
"""
_END: LiteralString = f"""
    UPDATE scrapyd_jobs SET
        leased_until = NULL,
        deaths = scrapyd_jobs.deaths + died::int,
        ended_at = CASE WHEN is_unfinished AND cancelled_at IS NULL
            AND scrapyd_jobs.deaths + died::int < %(most_deaths)s THEN NULL ELSE now() END
    FROM (
        SELECT id, is_unfinished, is_unfinished AND NOT %(gives_back)s AS died
        FROM (
            SELECT j.id, CASE WHEN run.started_at >= j.taken_at THEN {_WAS_INTERRUPTED}
                ELSE %(gives_back)s END AS is_unfinished
            FROM scrapyd_jobs AS j {LATEST_RUN}
            WHERE j.job = %(job)s AND j.attempts = %(attempts)s AND j.ended_at IS NULL
        ) AS found
    ) AS judged
    WHERE scrapyd_jobs.id = judged.id
"""  # noqa: S608
_CANCEL = """
    UPDATE scrapyd_jobs AS j SET
        cancelled_at = now(),
        ended_at = CASE WHEN j.leased_until IS NULL THEN now() END
    WHERE project = %(project)s AND job = %(job)s AND ended_at IS NULL
    RETURNING CASE WHEN j.leased_until IS NULL THEN 'pending' ELSE 'running' END
"""
_OPEN = """
    SELECT job FROM scrapyd_jobs
    WHERE project = %s AND spider = %s AND arguments = %s AND ended_at IS NULL
    ORDER BY id LIMIT 1
"""
# As the index of ``sql/0021_web.sql`` has it.
_OF_PLACE: LiteralString = """
    FROM scrapyd_jobs WHERE spider = %(spider)s AND project = %(project)s
        AND md5((arguments - 'full')::text) = md5((%(arguments)s::jsonb - 'full')::text)
"""
_LAST_JOB: LiteralString = f"""
    SELECT job, posted_at, ended_at IS NULL AS is_open, (
        SELECT now() - posted_at {_OF_PLACE} AND cancelled_at IS NULL ORDER BY id DESC LIMIT 1
    ) AS since
    {_OF_PLACE} ORDER BY id DESC LIMIT 1
"""
_AT_WORK = "SELECT count(*) FROM scrapyd_jobs WHERE ended_at IS NULL AND leased_until > now()"
_WAITING = """
    SELECT job, spider, version, settings, arguments, attempts
    FROM scrapyd_jobs
    WHERE project = %s AND ended_at IS NULL AND leased_until IS NULL
    ORDER BY priority DESC, id
"""
_ENDED = """
    SELECT project, spider, job, started_at, ended_at FROM scrapyd_jobs
    WHERE ended_at IS NOT NULL AND started_at IS NOT NULL
    ORDER BY ended_at DESC, id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Job:
    """A job that waits or was taken.

    :ivar job: Scrapyd's name for it.
    :ivar version: of the egg to run; None for the node's latest.
    :ivar attempts: how many nodes have taken it so far.
    """

    job: str
    spider: str
    version: str | None
    settings: dict[str, str]
    arguments: dict[str, str]
    attempts: int


@dataclass(frozen=True)
class PostedJob:
    """The last job for a place.

    :ivar is_open: whether it still waits or runs.
    :ivar since: how long ago the last one was posted that was not cancelled; None: there is none.
    """

    job: str
    posted_at: datetime
    is_open: bool
    since: timedelta | None


@dataclass(frozen=True)
class EndedJob:
    """A job that some node ran to an end, good or bad."""

    project: str
    spider: str
    job: str
    started_at: datetime
    ended_at: datetime


def add(connection: psycopg.Connection, project: str, job: Job, priority: float) -> None:
    """Let a job wait for a node.

    :raises ValueError: when there has been a job of that name.
    """
    values = [project, job.job, job.spider, job.version, priority]
    added = connection.execute(_ADD, [*values, Jsonb(job.arguments), Jsonb(job.settings)])
    if added.rowcount == 0:
        raise ValueError(f"there has been a job '{job.job}' already; choose another jobid")


def post(connection: psycopg.Connection, project: str, job: Job, priority: float) -> None:
    """Let a job wait that has a name of its own, but no settings: not all may give it any."""
    values = [project, job.job, job.spider, priority, Jsonb(job.arguments)]
    connection.execute(_POST, values)


def cancel(
    connection: psycopg.Connection, project: str, job: str
) -> Literal["pending", "running"] | None:
    """Let a job not be run, or be stopped by its node; returns what it was, None if over."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_CANCEL, {"project": project, "job": job}).fetchone()


def open_job(
    connection: psycopg.Connection, project: str, spider: str, arguments: Mapping[str, str]
) -> str | None:
    """Return the name of the job with these arguments that waits or runs; None if there is none."""
    values = [project, spider, Jsonb(arguments)]
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_OPEN, values).fetchone()


def last_job(
    connection: psycopg.Connection, project: str, spider: str, arguments: Mapping[str, str]
) -> PostedJob | None:
    """Return the last job for the same place, read in full or not; None if there was none."""
    values = {"project": project, "spider": spider, "arguments": Jsonb(arguments)}
    with connection.cursor(row_factory=class_row(PostedJob)) as cursor:
        return cursor.execute(_LAST_JOB, values).fetchone()


def at_work(connection: psycopg.Connection) -> int:
    """Return how many jobs the nodes have now."""
    [[jobs]] = connection.execute(_AT_WORK).fetchall()
    return int(jobs)


class Jobs:
    """The queue as one node sees it: over one connection, opened when it is needed.

    Every method raises ``psycopg.Error`` or ``RunFailed`` when the database can't be used. The
    next call tries again.

    :param settings: ``DATABASE_URL``, ``PULSE_DIR``.
    :param node: the name under which this node takes jobs.
    :param lease: for how many seconds a job is the node's own, from when it is taken or renewed.
    """

    def __init__(self, settings: BaseSettings, node: str, lease: float) -> None:
        self._settings = settings
        self._node = node
        self._lease = lease
        self._conninfo: str | None = None
        self._connection: psycopg.Connection | None = None

    def add(self, project: str, job: Job, priority: float) -> None:
        """Let a job wait for a node.

        :raises ValueError: when there has been a job of that name.
        """
        with self._transaction() as connection:
            add(connection, project, job, priority)

    def take(self, project: str) -> Job | None:
        """Take the next job, also one whose node has died; None when there is none."""
        values = {
            "project": project,
            "node": self._node,
            "lease": self._lease,
            "run": RUN,
            "most_deaths": MOST_DEATHS,
        }
        with self._transaction() as connection:
            connection.execute(_SETTLE, values)
        with self._cursor(class_row(Job)) as cursor:
            return cursor.execute(_TAKE, values).fetchone()

    def renew(self, held: Mapping[str, int]) -> set[str]:
        """Keep jobs for another lease.

        :param held: the jobs that run here: their names, and ``attempts`` when they were taken.
        :returns: those that are to be stopped: cancelled, or taken by another node.
        """
        values = {"lease": self._lease, "jobs": [*held], "attempts": [*held.values()]}
        with self._cursor(scalar_row) as cursor:
            return held.keys() - set(cursor.execute(_RENEW, values).fetchall())

    def end(self, job: str, attempts: int, *, gives_back: bool) -> None:
        """Record that a job's process ended; a run that was interrupted waits for a node again.

        :param gives_back: without a run on record it waits, too: its node stops, or can't start it.
        """
        values = {
            "job": job,
            "attempts": attempts,
            "gives_back": gives_back,
            "run": RUN,
            "most_deaths": MOST_DEATHS,
        }
        with self._transaction() as connection:
            connection.execute(_END, values)

    def cancel(self, project: str, job: str) -> Literal["pending", "running"] | None:
        """Let a job not be run, or be stopped by its node; returns what it was, None if over."""
        with self._transaction() as connection:
            return cancel(connection, project, job)

    def waiting(self, project: str) -> list[Job]:
        """Return the jobs that no node has taken, the next one first."""
        with self._cursor(class_row(Job)) as cursor:
            return cursor.execute(_WAITING, [project]).fetchall()

    def ended(self, limit: int) -> list[EndedJob]:
        """Return the jobs that ended last, whichever node ran them, the latest first."""
        with self._cursor(class_row(EndedJob)) as cursor:
            return cursor.execute(_ENDED, [limit]).fetchall()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _cursor(self, rows: RowFactory[T]) -> Iterator[psycopg.Cursor[T]]:
        """Lend a cursor for one transaction."""
        with self._transaction() as connection, connection.cursor(row_factory=rows) as cursor:
            yield cursor

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend the connection, opened anew when it was lost, for one transaction."""
        if self._connection is not None and self._connection.broken:
            self.close()
        if self._connection is None:
            self._conninfo = self._conninfo or prepare(self._settings, own_session=True)
            self._connection = connect(
                self._conninfo,
                ANSWERS_AT_ONCE,
                connect_timeout=_CONNECT_SECONDS,
                application_name=f"esn_pulse node {self._node}"[:63],
            )
        try:
            with transaction(self._connection):
                # A node that waits for its database does nothing else, and can't be stopped.
                self._connection.execute("SET LOCAL statement_timeout = '10s'")
                yield self._connection
        except psycopg.errors.ReadOnlySqlTransaction:
            self.close()  # as it fails over: a new session may lead to another server
            raise
