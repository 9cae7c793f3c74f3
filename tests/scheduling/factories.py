"""What is on record of jobs and runs."""

from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from esn_pulse.database.locks import RUN
from esn_pulse.run.progress import counts_of
from tests.health.factories import insert

ACCOUNTS, ACTIVITIES = "AccountsScraper", "ActivitiesAndStatisticsScraper"


def moment(text: str) -> datetime:
    """Return a moment in UTC: ``moment("2026-11-23 04:00")``, a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def add_job(connection: psycopg.Connection, job: str, **columns: Any) -> None:
    known = {
        "project": "esn_pulse",
        "job": job,
        "spider": "activities",
        "priority": 0,
        "arguments": Jsonb({}),
        "settings": Jsonb({}),
    }
    insert(connection, "scrapyd_jobs", **known | columns)


def add_run(connection: psycopg.Connection, started_at: object, **columns: Any) -> int:
    known = {
        "scraper_module": ACTIVITIES,
        "status": "completed",
        "started_at": started_at,
        "completed_at": started_at,
        "finish_reason": "finished",
        "arguments": Jsonb({}),
    }
    return insert(connection, "scraper_status", **known | columns)


def add_progress(connection: psycopg.Connection, run: int, **columns: Any) -> None:
    """Leave what a run has told of how far it has come."""
    known = {"run_id": run, "at": "now"} | counts_of({})
    connection.execute(
        "INSERT INTO run_progress SELECT * FROM jsonb_populate_record(NULL::run_progress, %s)",
        [Jsonb(known | columns)],
    )


def keep_alive(connection: psycopg.Connection, run: int) -> None:
    """Let a run have a process, as long as the connection lasts or keeps its locks."""
    connection.execute("SELECT pg_advisory_lock(%s, %s)", [RUN, run])


def make_fresh(connection: psycopg.Connection, at: object = "now") -> None:
    """Leave the data of a whole run of accounts."""
    insert(connection, "sections", name="ESN METU", accounts_platform_slug="esn-metu")
    add_run(connection, at, scraper_module=ACCOUNTS)
