"""What the calendar knows of the past: runs and jobs, whoever began them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from esn_pulse.run import stats
from esn_pulse.scheduling import record
from esn_pulse.scheduling.calendar import BACKUP, CALENDAR, HEALTH, EntryOutcome, Past
from tests.conftest import create_database, database_name, drop_database
from tests.scheduling.factories import ACCOUNTS, add_job, add_run, keep_alive, moment

DONE, FAILED, CANCELLED = EntryOutcome
MONDAY, TUESDAY = moment("2026-11-23 04:00"), moment("2026-11-24 09:00")
WEDNESDAY = moment("2026-11-25 02:00")
NOW = moment("2026-11-27 12:00")
AHEAD = moment("2026-11-30 12:00")
ENDED = {"started_at": MONDAY, "taken_at": MONDAY, "ended_at": TUESDAY, "attempts": 1}


@pytest.fixture(scope="module")
def shared_database(server: str, migrated_template: str) -> Iterator[str]:
    conninfo = create_database(server, database_name(migrated_template))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def connection(shared_database: str) -> Iterator[psycopg.Connection]:
    """Connection to a database that has no row yet; what a test writes is undone."""
    with psycopg.connect(shared_database) as connected:
        yield connected
        connected.rollback()


def past(connection: psycopg.Connection, name: str = "activities") -> Past:
    return record.pasts(connection, NOW)[name]


def test_an_empty_database_knows_of_nothing(connection: psycopg.Connection) -> None:
    assert record.pasts(connection, NOW) == {entry.name: Past() for entry in CALENDAR}


@pytest.mark.parametrize(
    ("run", "outcome"),
    [
        ({}, DONE),
        ({"finish_reason": None}, DONE),
        ({"finish_reason": "time budget spent: 3 section(s) left for the next run"}, FAILED),
        ({"status": "failed", "finish_reason": "failed: interrupted"}, FAILED),
        ({"status": "running", "finish_reason": None}, FAILED),  # its process is gone
        ({"status": "cancelled", "finish_reason": "its job was cancelled"}, CANCELLED),
        ({"arguments": None}, DONE),
    ],
)
def test_a_whole_run_counts(
    connection: psycopg.Connection, run: dict[str, Any], outcome: EntryOutcome
) -> None:
    add_run(connection, MONDAY, **run)

    assert past(connection) == Past(MONDAY, outcome)
    assert past(connection, "accounts") == Past()


def test_a_run_of_a_part_does_not_count(connection: psycopg.Connection) -> None:
    add_run(connection, MONDAY, arguments=Jsonb({"part": "1/2"}))
    add_job(connection, "7", arguments=Jsonb({"section": "esn-metu"}), **ENDED)

    assert past(connection) == Past()


def test_the_latest_run_counts(connection: psycopg.Connection) -> None:
    add_run(connection, TUESDAY, status="failed", finish_reason="failed: the site was down")
    add_run(connection, MONDAY)

    assert past(connection) == Past(TUESDAY, FAILED)


def test_a_run_counts_and_not_its_job(connection: psycopg.Connection) -> None:
    add_job(connection, "7", **ENDED)
    add_run(connection, MONDAY, job="7")

    assert past(connection) == Past(MONDAY, DONE)


@pytest.mark.parametrize(("at", "outcome"), [(None, FAILED), (TUESDAY, CANCELLED)])
def test_a_job_without_a_run_counts(
    connection: psycopg.Connection, at: datetime | None, outcome: EntryOutcome
) -> None:
    add_job(connection, "7", cancelled_at=at, **ENDED)

    assert past(connection) == Past(TUESDAY, outcome)


def test_a_job_that_was_cancelled_after_its_run_was_interrupted(
    connection: psycopg.Connection,
) -> None:
    add_job(connection, "7", cancelled_at=TUESDAY, **ENDED)
    add_run(connection, MONDAY, job="7", status="failed", finish_reason="failed: interrupted")

    assert past(connection) == Past(MONDAY, CANCELLED)


def test_what_is_dated_ahead_does_not_count(connection: psycopg.Connection) -> None:
    add_run(connection, MONDAY)
    add_run(connection, AHEAD)
    add_job(connection, "7", **ENDED | {"ended_at": AHEAD})
    for task in ("activities", "backup"):
        record.begin_task(connection, task, AHEAD)

    assert past(connection) == Past(MONDAY, DONE)
    assert past(connection, "backup") == Past()


@pytest.mark.parametrize(
    "job",
    [
        {},
        {"leased_until": "infinity", "attempts": 1},
        {"leased_until": "yesterday", "attempts": 1},  # another node takes it
        {"leased_until": "infinity", "cancelled_at": "now"},  # until its node has ended it
    ],
)
def test_a_job_that_has_not_ended_is_under_way(
    connection: psycopg.Connection, job: dict[str, Any]
) -> None:
    add_job(connection, "7", **job)

    assert past(connection).is_under_way
    assert not past(connection, "accounts").is_under_way


def test_a_part_that_waits_is_not_the_whole(connection: psycopg.Connection) -> None:
    add_job(connection, "7", arguments=Jsonb({"part": "1/2"}))

    assert not past(connection).is_under_way


def test_a_run_is_under_way_as_long_as_its_process_is_there(
    connection: psycopg.Connection, shared_database: str
) -> None:
    country = Jsonb({"country": "tr"})
    run = add_run(connection, MONDAY, scraper_module=ACCOUNTS, status="running", arguments=country)
    with psycopg.connect(shared_database, autocommit=True) as process:
        keep_alive(process, run)
        assert past(connection, "accounts").is_under_way
        assert not past(connection).is_under_way

        process.execute("SELECT pg_advisory_unlock_all()")
        assert not past(connection, "accounts").is_under_way


def test_a_task_that_died_has_failed(connection: psycopg.Connection) -> None:
    record.begin_task(connection, "backup", MONDAY)

    assert past(connection, "backup") == Past(MONDAY, FAILED)


def test_the_latest_time_of_a_task_counts(connection: psycopg.Connection) -> None:
    record.begin_task(connection, "backup", MONDAY)
    record.end_task(connection, "backup", "no room")
    assert past(connection, "backup") == Past(MONDAY, FAILED)

    record.begin_task(connection, "backup", TUESDAY)
    record.end_task(connection, "backup", None)
    assert past(connection, "backup") == Past(TUESDAY, DONE)
    assert past(connection, "health") == Past()

    record.begin_task(connection, "backup", WEDNESDAY)
    assert past(connection, "backup") == Past(WEDNESDAY, FAILED)


def test_a_job_that_vanished_counts_as_failed(connection: psycopg.Connection) -> None:
    add_run(connection, MONDAY - timedelta(days=7))
    record.begin_task(connection, "activities", MONDAY)
    record.end_task(connection, "activities", "it is in another queue")

    assert past(connection) == Past(MONDAY, FAILED)


def test_a_task_is_under_way_for_others_than_the_one_at_it(
    connection: psycopg.Connection, shared_database: str
) -> None:
    with psycopg.connect(shared_database, autocommit=True) as other:
        with record.locked(other, BACKUP) as taken:
            assert taken
            assert past(connection, "backup").is_under_way
            assert not past(other, "backup").is_under_way
            assert not past(connection, "health").is_under_way
            with record.locked(connection, BACKUP) as taken_twice:
                assert not taken_twice
            with record.locked(connection, HEALTH) as another_taken:
                assert another_taken

        assert not past(connection, "backup").is_under_way


@pytest.mark.parametrize(
    ("figures", "was"), [({stats.BY_LIST: 1}, True), ({}, False), (None, False)]
)
def test_whether_the_official_list_was_enough_is_known(
    connection: psycopg.Connection, figures: dict[str, int] | None, *, was: bool
) -> None:
    told = Jsonb(figures) if figures is not None else None
    add_run(connection, MONDAY, scraper_module=ACCOUNTS, stats=told)
    assert past(connection, "accounts") == Past(MONDAY, DONE, was_by_list=was)


def test_a_run_from_a_source_of_choice_is_a_whole_one(connection: psycopg.Connection) -> None:
    add_run(connection, MONDAY, scraper_module=ACCOUNTS, arguments=Jsonb({"source": "pages"}))
    assert past(connection, "accounts") == Past(MONDAY, DONE)
