"""The record of runs, ``scraper_status``, and who is at work now."""

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from pydantic_core import from_json, to_json

from esn_pulse.database.locks import RUN, RUN_IS_ALIVE, Lock
from esn_pulse.exceptions import DatabaseUnavailable
from esn_pulse.run import stats as names

_BEGIN = """
    INSERT INTO scraper_status (scraper_module, status, arguments, job, host, pid)
    VALUES (%s, 'running', %s, %s, %s, %s)
    RETURNING id, pg_advisory_lock(%s, id)
"""
# A run holds a lock on its own row, which goes with the process.
_MARK_INTERRUPTED: LiteralString = f"""
    UPDATE scraper_status AS s SET
        status = 'failed', completed_at = now(), finish_reason = 'failed: interrupted',
        error_message = 'interrupted: the process ended without a word, killed or with its machine'
    WHERE status = 'running' AND NOT {RUN_IS_ALIVE}
    RETURNING id
"""  # noqa: S608 (no part of it comes from outside)
_FORGET_PROGRESS = """
    DELETE FROM run_progress AS p
    WHERE NOT EXISTS (
        SELECT FROM scraper_status AS s WHERE s.id = p.run_id AND s.status = 'running'
    )
"""
_END = """
    UPDATE scraper_status SET
        status = %(status)s,
        completed_at = now(),
        finish_reason = %(finish_reason)s,
        error_message = %(error)s,
        sections_processed = %(processed)s,
        sections_failed = %(failed)s,
        requests = %(requests)s,
        requests_failed = %(requests_failed)s,
        items_stored = %(stored)s,
        items_unchanged = %(unchanged)s,
        items_invalid = %(invalid)s,
        pages_drifted = %(drifted)s,
        pages_read = %(pages_read)s,
        pages_skipped = %(pages_skipped)s,
        pages = %(pages)s,
        quality_score = %(quality_score)s,
        stats = %(stats)s
    WHERE id = %(id)s
"""
_FIRST_ATTEMPT = "SELECT started_at FROM scrapyd_jobs WHERE job = %s AND attempts > 1"
_IS_CANCELLED = "SELECT FROM scrapyd_jobs WHERE job = %s AND cancelled_at IS NOT NULL"
# True when it was stored, and stale since the day came: also on rows that no run fetches.
_REFRESH_FUTURE = """
    UPDATE activities SET is_future_event = NOT is_future_event
    WHERE is_future_event <> (start_date > (now() AT TIME ZONE 'UTC')::date)
"""
_HOLDER = """
    SELECT s.id, s.host, s.pid, to_char(s.started_at, 'YYYY-MM-DD HH24:MI TZ')
    FROM pg_locks AS l
    JOIN pg_locks AS r ON r.pid = l.pid AND r.database = l.database
    JOIN scraper_status AS s ON s.id = r.objid::bigint
    WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
        AND l.classid::bigint = %s AND l.objid::bigint = %s
        AND r.locktype = 'advisory' AND r.objsubid = 2 AND r.classid::bigint = %s
"""


# What two whole, well runs in a row were not shown has left; a later one may be shown it again. To
# do it again for the same run changes nothing.
_BACK = """
    UPDATE sections SET missed_in = NULL, left_at = NULL
    WHERE accounts_platform_slug = ANY (%s) AND missed_in IS NOT NULL
"""
_MISSED = """
    UPDATE sections SET
        missed_in = coalesce(missed_in, %(run)s),
        left_at = CASE WHEN missed_in <> %(run)s THEN now() END
    WHERE accounts_platform_slug <> ALL (%(shown)s) AND left_at IS NULL
"""
# Nobody asks for the pages of a section that has left.
_CLOSE_FAILURES = """
    UPDATE failed_scrapes AS f SET will_retry = FALSE, resolved_at = now()
    FROM sections AS s WHERE s.id = f.section_id AND s.left_at IS NOT NULL AND f.resolved_at IS NULL
"""
_CLOSE_ERRORS = """
    UPDATE validation_errors AS v SET resolved_at = now()
    FROM sections AS s WHERE s.id = v.section_id AND s.left_at IS NOT NULL AND v.resolved_at IS NULL
"""


@dataclass(frozen=True)
class Ending:
    """How a run ended: Scrapy's or our reason, and the error that made it fail, if any."""

    finish_reason: str
    error: str | None

    @property
    def status(self) -> str:
        """What ``scraper_status.status`` says: 'completed', 'failed' or 'cancelled'."""
        return "completed" if self.error is None else self.finish_reason.partition(":")[0]


FINISHED = Ending("finished", None)


@dataclass(frozen=True)
class Shown:
    """The sections that a run was shown, by their accounts slugs.

    :ivar are_all: whether these are all that there are.
    """

    sections: list[str] = field(default_factory=list)
    are_all: bool = False


async def begin_run(
    connection: AsyncConnection, module: str, arguments: dict[str, str], job: str | None
) -> int:
    """Record that a run began, under a lock that shows it to be alive; returns its id.

    :param job: Scrapyd's name for it, if Scrapyd started it.
    """
    values = [module, Jsonb(arguments), job, socket.gethostname(), os.getpid(), RUN]
    row = await (await connection.execute(_BEGIN, values)).fetchone()
    if row is None:
        raise DatabaseUnavailable("the run's row in scraper_status was not returned")
    return int(row[0])


async def mark_interrupted_runs(connection: AsyncConnection) -> list[int]:
    """Record runs that ended without a word as ``failed: interrupted``; returns their ids.

    How far any run had come that has ended is forgotten.
    """
    marked = await (await connection.execute(_MARK_INTERRUPTED, {"run": RUN})).fetchall()
    await connection.execute(_FORGET_PROGRESS)
    return [run for (run,) in marked]


async def first_attempt(connection: AsyncConnection, job: str | None) -> datetime | None:
    """Return when a job was begun by another node, which left it unfinished; else None."""
    row = await (await connection.execute(_FIRST_ATTEMPT, [job])).fetchone()
    return row[0] if row else None


async def is_cancelled(connection: AsyncConnection, job: str | None) -> bool:
    """Tell whether somebody cancelled a job."""
    return (await (await connection.execute(_IS_CANCELLED, [job])).fetchone()) is not None


async def end_run(
    connection: AsyncConnection,
    status_id: int | None,
    ending: Ending,
    stats: dict[str, Any],
    shown: Shown,
) -> None:
    """Record how a run ended, with all that Scrapy counted, and which sections it was not shown."""
    await connection.execute(_REFRESH_FUTURE)
    figures = {
        "processed": names.SECTIONS_PROCESSED,
        "failed": names.SECTIONS_FAILED,
        "requests": names.REQUESTS,
        "requests_failed": names.REQUESTS_FAILED,
        "stored": names.ITEMS_STORED,
        "unchanged": names.ITEMS_UNCHANGED,
        "invalid": names.ITEMS_INVALID,
        "drifted": names.PAGES_DRIFTED,
        "pages_read": names.PAGES_READ,
    }
    asked, skipped = (
        names.by_reason(stats, prefix) for prefix in (names.PAGES_ASKED, names.PAGES_SKIPPED)
    )
    await connection.execute(
        _END,
        {column: stats.get(name, 0) for column, name in figures.items()}
        | {
            "id": status_id,
            "status": ending.status,
            "finish_reason": ending.finish_reason,
            "error": ending.error,
            "pages_skipped": sum(skipped.values()),
            "pages": Jsonb({"asked": asked, "skipped": skipped}),
            "quality_score": names.quality_score(stats),
            # By way of text, which dates and times need.
            "stats": Jsonb(from_json(to_json(stats, inf_nan_mode="strings", fallback=str))),
        },
    )
    await connection.execute(_BACK, [shown.sections])
    if shown.are_all and ending == FINISHED:
        await connection.execute(_MISSED, {"run": status_id, "shown": shown.sections})
        await connection.execute(_CLOSE_FAILURES)
        await connection.execute(_CLOSE_ERRORS)


async def holder(connection: AsyncConnection, lock: Lock) -> str:
    """Tell in words which run has a lock."""
    row = await (await connection.execute(_HOLDER, [*lock, RUN])).fetchone()
    if row is None:
        return "another run, which has ended by now"
    run, host, pid, began = row
    return f"run {run} (process {pid} on {host}, since {began})"
