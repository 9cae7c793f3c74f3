"""Runs of the spiders."""

from datetime import datetime
from typing import ClassVar, Literal

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis import filters
from esn_pulse.analysis.paging import Listed, Source, Window, fetch_page
from esn_pulse.analysis.rows import Row, columns, fetch

_CONDITIONS = {
    "spider": sql.SQL("spider = %(spider)s"),
    "status": sql.SQL("status = %(status)s"),
}


class Run(Row):
    """A run of a spider."""

    view: ClassVar = "runs"
    run_id: int
    spider: str
    started_at: datetime
    ended_at: datetime | None
    minutes: float | None
    status: str
    outcome: str | None
    sections_processed: int | None
    sections_failed: int | None
    requests: int | None
    requests_failed: int | None
    pages_read: int | None
    pages_skipped: int | None
    pages_drifted: int | None
    records_stored: int | None
    records_unchanged: int | None
    records_invalid: int | None
    quality_score: float | None


class Filters(filters.Filters):
    """Which runs are wanted."""

    spider: Literal["accounts", "activities"] | None = Field(
        default=None, description="Of which spider."
    )
    status: Literal["running", "completed", "failed", "cancelled"] | None = Field(
        default=None, description="How they ended, or that they are running."
    )


def listed(connection: psycopg.Connection, wanted: Filters, window: Window) -> Listed[Run]:
    """Return a page of the runs that are wanted, the latest first."""
    text = sql.SQL("FROM bi.runs {}").format(filters.where(_CONDITIONS, wanted))
    source = Source(text, filters.values(wanted))
    order = sql.SQL("run_id DESC")
    return fetch_page(connection, Run, source, order, window)


def latest(connection: psycopg.Connection) -> list[Run]:
    """Return the last run of each spider that has ended."""
    query = sql.SQL(
        "SELECT DISTINCT ON (spider) {} FROM bi.runs WHERE ended_at IS NOT NULL"
        " ORDER BY spider, run_id DESC"
    )
    return fetch(connection, Run, query.format(columns(Run)))


def last_end(connection: psycopg.Connection) -> datetime | None:
    """Return when the last run ended; None before there was one."""
    found = connection.execute("SELECT max(ended_at) FROM bi.runs").fetchone()
    return found[0] if found else None
