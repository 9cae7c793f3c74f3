"""What is told of a database, by what was put into it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.types.json import Jsonb

from esn_pulse.database.locks import RUN
from esn_pulse.run import stats
from esn_pulse.scheduling.scheduler import Scheduler
from esn_pulse.sources import ACCOUNTS
from tests.health.factories import add_country, add_run, add_section, insert
from tests.metrics.readings import project_settings, read, refresh

START, END = datetime(2026, 1, 15, 4, tzinfo=UTC), datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_runs_are_counted_by_how_they_ended(database: str, connection: psycopg.Connection) -> None:
    for reason, status in [
        ("finished", "completed"),
        (None, "completed"),
        ("time budget spent: 3 section(s) left for the next run", "completed"),
        ("failed: markup changed", "failed"),
        ("failed: interrupted", "failed"),
        ("cancelled", "cancelled"),
    ]:
        add_run(connection, finish_reason=reason, status=status)
    add_run(connection, status="running", completed_at=None, finish_reason=None)

    assert read(database).of("runs_total") == {
        ("finished", "activities"): 2,
        ("time budget spent", "activities"): 1,
        ("failed", "activities"): 2,
        ("cancelled", "activities"): 1,
        **{
            (outcome, "accounts"): 0
            for outcome in ("finished", "time budget spent", "failed", "cancelled")
        },
    }


def test_runs_that_go_on_and_those_that_died(database: str, connection: psycopg.Connection) -> None:
    running: dict[str, Any] = {"status": "running", "completed_at": None, "stats": None}
    alive = add_run(connection, **running)
    connection.execute("SELECT pg_advisory_lock(%s, %s)", [RUN, alive])
    for _ in range(2):
        add_run(connection, scraper_module=ACCOUNTS.module, **running)
    add_run(connection)
    told = read(database)

    assert told.of("runs_at_work") == {("accounts",): 0, ("activities",): 1}
    assert told.of("runs_dead") == {("accounts",): 2, ("activities",): 0}


def test_sums_over_runs(database: str, connection: psycopg.Connection) -> None:
    for factor in 1, 10:
        add_run(
            connection,
            requests=7 * factor,
            requests_failed=factor,
            items_stored=2 * factor,
            items_unchanged=3 * factor,
            items_invalid=factor,
        )
    told = read(database)

    assert told("requests_total", spider="activities") == 77
    assert told("requests_failed_total", spider="activities") == 11
    assert told.of("records_total") == {
        ("stored", "activities"): 22,
        ("unchanged", "activities"): 33,
    }
    assert told("records_invalid_total", spider="activities") == 11


def test_the_last_run(database: str, connection: psycopg.Connection) -> None:
    add_run(connection, started_at=START, completed_at=END)
    add_run(
        connection,
        started_at=START + timedelta(days=1),
        completed_at=END + timedelta(days=1),
        status="failed",
        finish_reason="failed: the database stayed away",
        sections_processed=40,
        sections_failed=2,
        quality_score=98.5,
    )
    add_run(connection, status="running", completed_at=None, finish_reason=None)
    told = read(database)

    day = timedelta(days=1).total_seconds()
    assert told("last_run_start_timestamp_seconds", spider="activities") == START.timestamp() + day
    assert told("last_run_end_timestamp_seconds", spider="activities") == END.timestamp() + day
    assert told("last_completed_run_end_timestamp_seconds", spider="activities") == END.timestamp()
    assert told.of("last_run_outcome") == {
        ("finished", "activities"): 0,
        ("time budget spent", "activities"): 0,
        ("failed", "activities"): 1,
        ("cancelled", "activities"): 0,
    }
    assert told("last_run_quality_ratio", spider="activities") == 0.985
    assert told("last_run_organisations", spider="activities") == 40
    assert told("last_run_organisations_failed", spider="activities") == 2
    assert told("last_run_end_timestamp_seconds", spider="accounts") is None


def test_pages(database: str, connection: psycopg.Connection) -> None:
    figures = {
        stats.PAGES_READ: 90,
        stats.PAGES_FAILED: 10,
        stats.PAGES_GONE: 3,
        stats.PAGES_DRIFTED: 4,
        stats.PAGES_IMPOSTORS: 2,
        "finish_reason": "finished",
    }
    add_run(
        connection,
        stats=Jsonb(figures),
        pages=Jsonb({"asked": {"new": 5, "listing page": 2}, "skipped": {"settled": 50}}),
    )
    add_run(
        connection,
        stats=Jsonb({stats.PAGES_READ: 60, stats.PAGES_FAILED: 40}),
        pages=Jsonb({"asked": {"new": 1}, "skipped": {}}),
    )
    add_run(connection, read=1, failed=9, arguments=Jsonb({"retry_failed": "1"}))
    add_run(connection, status="running", completed_at=None, stats=None)
    told = read(database)

    of_activities = {
        result: told("pages_total", result=result, spider="activities")
        for result in ("read", "gone", "failed")
    }
    assert of_activities == {"read": 151, "gone": 3, "failed": 59}
    assert told("pages_total", result="read", spider="accounts") == 0
    assert told("wrong_pages_total", kind="drifted", spider="activities") == 4
    assert told("wrong_pages_total", kind="impostor", spider="activities") == 2
    assert told.of("pages_asked_total") == {
        ("listing page", "activities"): 2,
        ("new", "activities"): 6,
    }
    assert told.of("pages_skipped_total") == {("settled", "activities"): 50}
    assert told.of("last_run_pages") == {
        ("read", "activities"): 60,
        ("gone", "activities"): 0,
        ("failed", "activities"): 40,
    }
    assert told.of("last_run_success_ratio") == {("activities",): 0.6}


def test_wrong_pages_of_the_last_run(database: str, connection: psycopg.Connection) -> None:
    add_run(connection, stats=Jsonb({stats.PAGES_DRIFTED: 4, stats.PAGES_IMPOSTORS: 2}))
    told = read(database)

    assert told.of("last_run_wrong_pages") == {
        ("drifted", "activities"): 4,
        ("impostor", "activities"): 2,
    }
    assert told.of("last_run_success_ratio") == {}  # none was asked for


def test_open_problems(database: str, connection: psycopg.Connection) -> None:
    for number in range(3):
        insert(connection, "validation_errors", url=f"{number}", error_message="no title")
    insert(connection, "validation_errors", url="x", error_message="no", resolved_at="now")
    for url, message, is_open in [
        ("a", "markup changed: no title", True),
        ("b", "not the page that was asked for, but a login form: no title", True),
        ("c", "alias not proven: not the page that was asked for, but a login form", True),
        ("d", "the site answered 503", True),
        ("e", None, True),
        ("f", "markup changed: no title", False),
    ]:
        insert(connection, "failed_scrapes", url=url, error_message=message, will_retry=is_open)

    assert read(database).of("open_problems") == {
        ("broken field",): 3,
        ("drifted page",): 1,
        ("impostor page",): 2,
        ("unread page",): 2,
    }


def test_activities_that_are_missing(database: str, connection: psycopg.Connection) -> None:
    for slug, counted in ("esn-metu", 4), ("esn-izmir", 3):
        section = add_section(connection, slug)
        insert(
            connection,
            "section_overall_statistics",
            section_id=section,
            physical_activities=counted,
        )
    add_country(connection, "TR", "esn-turkiye", "Türkiye")
    connection.execute("UPDATE country_overall_statistics SET online_activities = 2")
    refresh(database)

    assert read(database)("missing_activities") == 9


def test_how_old_the_data_are(database: str, connection: psycopg.Connection) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    ages = {"a": 1, "b": 6.9, "c": 7.1, "d": 29, "e": 31, "f": None}
    for slug, days in ages.items():
        add_section(connection, slug, last_scraped=now - timedelta(days=days) if days else None)
    add_section(connection, "left", last_scraped=None, left_at="now")
    add_section(connection, "without-page", last_scraped=None, can_scrape_activities=None)
    add_country(connection, "TR", "esn-turkiye", "Türkiye")
    add_country(connection, "IT", "esn-italy", "Italy")
    read_on = now - timedelta(days=9)
    connection.execute(
        "UPDATE countries SET last_scraped = %s WHERE country_code = 'IT'", [read_on]
    )
    refresh(database)
    told = read(database)

    assert told.of("organisations") == {
        ("this week", "section"): 2,
        ("this month", "section"): 2,
        ("older", "section"): 1,
        ("never", "section"): 1,
        ("this week", "national organisation"): 1,
        ("this month", "national organisation"): 1,
        ("older", "national organisation"): 0,
        ("never", "national organisation"): 0,
    }
    assert told.of("organisations_oldest_read_timestamp_seconds") == {
        ("section",): (now - timedelta(days=31)).timestamp(),
        ("national organisation",): read_on.timestamp(),
    }


AddJob = Callable[..., None]


@pytest.fixture
def add_job(connection: psycopg.Connection) -> AddJob:
    def add(job: str, **columns: Any) -> None:
        known = {"project": "esn_pulse", "spider": "activities", "priority": 0}
        nothing = {"arguments": Jsonb({}), "settings": Jsonb({})}
        insert(connection, "scrapyd_jobs", job=job, **known | nothing | columns)

    return add


def test_the_queue(database: str, add_job: AddJob) -> None:
    for number in range(3):
        add_job(f"waits {number}", posted_at=START + timedelta(hours=number))
    add_job("runs", node="alpha", leased_until="infinity")
    add_job("runs too", node="alpha", leased_until="infinity", deaths=1)
    add_job("is lost", node="beta", leased_until="yesterday")
    add_job("was done", node="beta", ended_at="now")
    add_job("was cancelled", ended_at="now", cancelled_at="now")
    add_job("was given up", node="beta", ended_at="now", deaths=3)
    told = read(database)

    assert told.of("jobs") == {("pending",): 3, ("running",): 2, ("lost",): 1}
    assert told("jobs_oldest_pending_timestamp_seconds") == START.timestamp()
    assert told.of("node_jobs") == {("alpha", "running"): 2, ("beta", "lost"): 1}
    assert told.of("jobs_ended_total") == {("done",): 1, ("cancelled",): 1, ("given up",): 1}
    assert told("node_deaths_total") == 4


def test_a_queue_without_jobs(database: str) -> None:
    told = read(database)

    assert told.of("jobs") == {("pending",): 0, ("running",): 0, ("lost",): 0}
    assert told("jobs_oldest_pending_timestamp_seconds") is None


def state_of(told: dict[tuple[str, ...], float], entry: str) -> list[str]:
    return [state for (known, state), value in told.items() if known == entry and value == 1]


def test_the_calendar(database: str, connection: psycopg.Connection, add_job: AddJob) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    connection.execute(
        "INSERT INTO calendar_tasks (name, began_at, ended_at, error)"
        " VALUES ('backup', %s, %s, 'the disk is full')",
        [began, began],
    )
    add_job("waits", spider="accounts")
    told = read(database)
    planned = Scheduler(project_settings(DATABASE_URL=database)).overview()

    states = told.of("calendar_entry_state")
    assert {entry: state_of(states, entry) for entry in planned} == {
        "accounts": ["pending or running"],
        "activities": ["waiting"],
        "health": ["due"],
        "backup": ["not due"],
    }
    assert len(states) == 16
    assert told.of("calendar_entry_failed") == {
        ("accounts",): 0,
        ("activities",): 0,
        ("health",): 0,
        ("backup",): 1,
    }
    assert told.of("calendar_entry_last_timestamp_seconds") == {("backup",): began.timestamp()}
    due = told("calendar_entry_due_timestamp_seconds", entry="backup")
    assert due == planned["backup"][1].at.timestamp() > began.timestamp()


def test_the_database(database: str, connection: psycopg.Connection) -> None:
    size: LiteralString = "SELECT pg_database_size(current_database()), current_setting(%s)"
    expected, most = connection.execute(size, ["max_connections"]).fetchone() or (0, "")
    told = read(database)

    assert told("database_up") == 1
    assert told("database_size_bytes") == pytest.approx(expected, rel=0.1)
    assert told("database_connections") == 2  # this one, and that which reads
    assert (told("database_server_connections") or 0) >= 2
    assert told("database_server_connections_max") == int(most)
