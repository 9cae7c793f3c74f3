"""What is on record of the calendar's entries: it is read from what runs and jobs leave anyway."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from esn_pulse.database.locks import CALENDAR as CALENDAR_LOCK
from esn_pulse.database.locks import RELEASE, RUN, RUN_IS_ALIVE, TRY
from esn_pulse.database.sessions import transaction
from esn_pulse.run import stats
from esn_pulse.scheduling.calendar import (
    CALENDAR,
    Decision,
    Entry,
    Past,
    SpiderEntry,
    decide,
)
from esn_pulse.scheduling.freshness import IS_WHOLE, WAS_FINISHED, accounts_are_stale

# Whoever began it: the calendar, a person over HTTP, ``scrapy crawl`` or ``scrapy pulse``. A job
# without a run never came so far; in calendar_tasks are those that vanished.
_SPIDER: LiteralString = f"""
    SELECT last.at, last.outcome, coalesce((
            SELECT stats ? %(by_list)s FROM scraper_status AS s
            WHERE scraper_module = %(module)s AND {IS_WHOLE} AND stats IS NOT NULL
                AND s.started_at <= %(now)s
            ORDER BY s.started_at DESC LIMIT 1
        ), FALSE) AS was_by_list, (
        EXISTS (
            SELECT FROM scrapyd_jobs
            WHERE spider = %(spider)s AND arguments - 'source' = '{{}}' AND ended_at IS NULL
        ) OR EXISTS (
            SELECT FROM scraper_status AS s
            WHERE scraper_module = %(module)s AND status = 'running' AND {RUN_IS_ALIVE}
        )) AS is_under_way
    FROM (VALUES (1)) AS one LEFT JOIN LATERAL (
        SELECT s.started_at AS at,
            CASE WHEN {WAS_FINISHED} THEN 'done'
                WHEN s.status = 'cancelled' OR j.cancelled_at IS NOT NULL THEN 'cancelled'
                ELSE 'failed' END AS outcome
        FROM scraper_status AS s LEFT JOIN scrapyd_jobs AS j USING (job)
        WHERE s.scraper_module = %(module)s AND {IS_WHOLE} AND s.started_at <= %(now)s
        UNION ALL
        SELECT ended_at, CASE WHEN cancelled_at IS NULL THEN 'failed' ELSE 'cancelled' END
        FROM scrapyd_jobs AS j
        WHERE spider = %(spider)s AND arguments - 'source' = '{{}}' AND ended_at IS NOT NULL
            AND NOT EXISTS (SELECT FROM scraper_status AS s WHERE s.job = j.job)
            AND ended_at <= %(now)s
        UNION ALL
        SELECT began_at, 'failed' FROM calendar_tasks
        WHERE name = %(spider)s AND began_at <= %(now)s
        ORDER BY at DESC LIMIT 1
    ) AS last ON TRUE
"""  # noqa: S608 (no part of it comes from outside)
# While it is done, a scheduler holds the entry's lock: see ``scheduler.py``.
_TASK = """
    SELECT began_at AS at, is_under_way,
        CASE WHEN began_at IS NULL THEN NULL
            WHEN ended_at IS NULL OR error IS NOT NULL THEN 'failed' ELSE 'done' END AS outcome
    FROM (
        SELECT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND classid::bigint = %(lock)s AND objid::bigint = %(place)s
        ) AS is_under_way
    ) AS lock LEFT JOIN calendar_tasks ON name = %(name)s AND began_at <= %(now)s
"""
_BEGIN = """
    INSERT INTO calendar_tasks (name, began_at) VALUES (%s, %s)
    ON CONFLICT (name) DO UPDATE
        SET began_at = excluded.began_at, ended_at = NULL, error = NULL
"""
_END = "UPDATE calendar_tasks SET ended_at = now(), error = %s WHERE name = %s"
_IS_QUEUED = "SELECT FROM scrapyd_jobs WHERE job = %s"

# By the entries' names.
Decided = dict[str, tuple[Past, Decision]]


def pasts(connection: Connection, now: datetime) -> dict[str, Past]:
    """Return what is on record of each entry, by its name.

    What is dated ahead of ``now`` was written when the database's clock was wrong, and says nothing
    of when it was done. It may be done once too often then, but never too seldom.
    """
    return {entry.name: _past(connection, entry, now) for entry in CALENDAR}


def decided(connection: Connection, days: int, now: datetime) -> Decided:
    """Return what is on record of each entry, and what is to be done about it, by its name.

    :param days: ``ACCOUNTS_FRESH_DAYS``.
    :param now: by the database's clock.
    """
    stale = accounts_are_stale(connection, days, now)
    known = pasts(connection, now)
    decisions = decide(known, now, accounts_are_stale=stale)
    return {name: (known[name], decision) for name, decision in decisions.items()}


@contextmanager
def locked(connection: Connection, entry: Entry) -> Iterator[bool]:
    """Let no other scheduler do an entry during a block; False if one is at it."""
    lock = [CALENDAR_LOCK, CALENDAR.index(entry)]
    taken = connection.execute(TRY, lock).fetchone() == (True,)
    try:
        yield taken
    finally:
        if taken and not connection.broken:
            connection.execute(RELEASE, lock)


def begin_task(connection: Connection, name: str, now: datetime) -> None:
    """Record that a task began."""
    with transaction(connection):
        connection.execute(_BEGIN, [name, now])


def end_task(connection: Connection, name: str, error: str | None) -> None:
    """Record how the task ended that was begun last."""
    with transaction(connection):
        connection.execute(_END, [error, name])


def is_queued(connection: Connection, job: str) -> bool:
    """Tell whether a job is, or was, in this database's queue."""
    with transaction(connection):
        return connection.execute(_IS_QUEUED, [job]).fetchone() is not None


def _past(connection: Connection, entry: Entry, now: datetime) -> Past:
    with connection.cursor(row_factory=class_row(Past)) as cursor:
        if isinstance(entry, SpiderEntry):
            spider = {"spider": entry.source.name, "module": entry.source.module, "run": RUN}
            cursor.execute(_SPIDER, spider | {"now": now, "by_list": stats.BY_LIST})
        else:
            task = {"name": entry.name, "lock": CALENDAR_LOCK, "place": CALENDAR.index(entry)}
            cursor.execute(_TASK, task | {"now": now})
        return cursor.fetchone() or Past()
