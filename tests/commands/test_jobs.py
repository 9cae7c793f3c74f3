"""``scrapy jobs``: the jobs of all nodes, with how they went."""

import json
from datetime import UTC
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from esn_pulse.scheduling.job_reports import JobReport, latest_jobs
from tests.conftest import Crawl
from tests.scheduling.factories import add_job, add_progress, add_run, keep_alive

TAKEN = {
    "node": "cork:6800",
    "attempts": 1,
    "posted_at": "2026-01-12 04:00+00",
    "started_at": "2026-01-12 04:01+00",
    "taken_at": "2026-01-12 04:02+00",
}
HELD = TAKEN | {"leased_until": "infinity"}
LOST = TAKEN | {"leased_until": "2026-01-12 04:03+00"}
ENDED = TAKEN | {"ended_at": "2026-01-12 05:00+00"}
BEGAN = "2026-01-12 04:02+00"


def only_job(connection: psycopg.Connection) -> JobReport:
    (job,) = latest_jobs(connection, 10)
    return job


def add(connection: psycopg.Connection, job: dict[str, Any], run: dict[str, Any] | None) -> None:
    add_job(connection, "7", **job)
    if run is not None:
        add_run(connection, BEGAN, job="7", **run)


def test_jobs_and_their_outcomes(connection: psycopg.Connection) -> None:
    failed = {"status": "failed", "finish_reason": "failed: the start page could not be read"}
    running = {"status": "running", "finish_reason": None}
    cancelled = {"status": "cancelled", "finish_reason": "its job was cancelled"}
    cases: list[tuple[dict[str, Any], dict[str, Any] | None, str, str, str]] = [
        ({"posted_at": BEGAN}, None, "pending", "04:02", ""),
        (HELD, None, "running", "04:02", ""),
        (HELD, running, "running", "04:02", "run {run} died"),
        (HELD | {"cancelled_at": "now"}, None, "running", "04:02", "being cancelled"),
        (LOST, None, "lost", "04:03", ""),
        (LOST, running, "lost", "04:03", "run {run} died"),
        (ENDED, {}, "finished", "05:00", "run {run} completed: finished"),
        (ENDED, failed, "finished", "05:00", "run {run} failed: the start page could not be read"),
        (ENDED, cancelled, "finished", "05:00", "run {run} cancelled: its job was cancelled"),
        (
            ENDED | {"deaths": 3},
            running,
            "finished",
            "05:00",
            "run {run} died. Given up, as 3 nodes died of it",
        ),
        (ENDED, None, "finished", "05:00", "no run on record: see the job's log on its node"),
        (
            {"ended_at": "2026-01-12 05:00+00", "cancelled_at": "now"},
            None,
            "finished",
            "05:00",
            "cancelled before it began",
        ),
    ]
    for job, run, state, since, outcome in cases:
        add(connection, job, run)
        report = only_job(connection)
        assert (report.state, f"{report.since.astimezone(UTC):%H:%M}") == (state, since), job
        assert report.outcome == outcome.format(run=report.run)
        connection.execute("TRUNCATE scrapyd_jobs, scraper_status CASCADE")


def test_a_run_may_outlive_its_node(connection: psycopg.Connection) -> None:
    add_job(connection, "7", **LOST)
    run = add_run(connection, BEGAN, job="7", status="running", finish_reason=None)
    keep_alive(connection, run)

    job = only_job(connection)

    assert (job.state, job.outcome) == ("running", f"run {run} at work")
    connection.execute("UPDATE scrapyd_jobs SET cancelled_at = now()")
    assert only_job(connection).outcome == f"run {run} at work, being cancelled"


def test_how_far_a_run_has_come_is_told_while_it_is_at_work(connection: psycopg.Connection) -> None:
    add_job(connection, "7", **HELD)
    run = add_run(connection, BEGAN, job="7", status="running", finish_reason=None)
    add_progress(connection, run, sections_known=40, sections_processed=9, sections_failed=3)
    keep_alive(connection, run)

    assert only_job(connection).outcome == f"run {run} at work: 12 of 40 sections"

    connection.execute("UPDATE scraper_status SET status = 'completed', finish_reason = 'finished'")
    ended = only_job(connection)
    assert ended.outcome == f"run {run} completed: finished"
    assert (ended.sections_done, ended.sections_known) == (None, None)


def test_the_latest_run_of_a_job_counts(connection: psycopg.Connection) -> None:
    add_job(connection, "7", **ENDED | {"attempts": 2})
    add_run(connection, BEGAN, job="7", status="failed", finish_reason="failed: interrupted")
    second = add_run(connection, BEGAN, job="7")

    job = only_job(connection)

    assert (job.attempts, job.outcome) == (2, f"run {second} completed: finished")


def test_what_has_not_ended_comes_first(connection: psycopg.Connection) -> None:
    add_job(connection, "pending")
    add_job(connection, "ended first", **ENDED)
    add_job(connection, "ended last", **ENDED | {"ended_at": "2026-01-12 06:00+00"})
    add_job(connection, "running", **HELD)

    jobs = [job.job for job in latest_jobs(connection, 3)]

    assert jobs == ["running", "pending", "ended last"]


def test_the_command_prints_them(
    crawl: Crawl, database: str, connection: psycopg.Connection
) -> None:
    add_job(connection, "aaa", arguments=Jsonb({"part": "1/2"}), **ENDED | {"attempts": 3})
    add_job(connection, "bbb")

    # No node is needed.
    nowhere = "http://127.0.0.1:1"
    ended = crawl("jobs", DATABASE_URL=database, SCRAPYD_URL=nowhere, COLUMNS="200", TZ="UTC")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = [[cell.strip() for cell in line.split("│")] for line in ended.stdout.splitlines()]
    cells = [line[1:-1] for line in lines if len(line) > 1]
    ended_at, no_run = (
        "2026-01-12 05:00 UTC",
        "no run on record: see the job's log on its node",
    )
    assert [cell[0] for cell in cells][::2] == ["pending", "finished", ""]
    assert cells[3][0] == ended_at
    assert [cell[1] for cell in cells] == ["bbb", "activities", "aaa", "activities", "-a part=1/2"]
    assert [cell[2] for cell in cells] == ["", "", "cork:6800, 3 attempts", no_run, ""]

    ended = crawl("jobs", "--json", "--limit", "1", DATABASE_URL=database)
    (job,) = json.loads(ended.stdout)
    assert (job["job"], job["state"], job["outcome"]) == ("bbb", "pending", "")


@pytest.mark.parametrize(
    ("url", "printed", "told"),
    [(None, "There are no jobs.", ""), ("postgresql://127.0.0.1:1/x", "", "Check DATABASE_URL")],
)
def test_there_may_be_none(
    crawl: Crawl, database: str, url: str | None, printed: str, told: str
) -> None:
    ended = crawl("jobs", DATABASE_URL=url or database)

    assert printed in ended.stdout
    assert told in ended.stderr
    assert ended.returncode == int(bool(told))
