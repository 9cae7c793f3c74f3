"""The runs whose end is not on record, as an onlooker sees them."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from esn_pulse.scheduling.running import RunningRun, running
from tests.scheduling.factories import ACCOUNTS, add_progress, add_run, keep_alive, moment

BEGAN = moment("2026-11-23 04:00")
LATER = moment("2026-11-23 04:10")
RUNNING = {"status": "running", "completed_at": None, "finish_reason": None}
COUNTS = {
    "sections_known": 40,
    "sections_processed": 9,
    "sections_failed": 1,
    "pages_read": 300,
    "pages_failed": 2,
    "requests": 310,
}


def add_running(connection: psycopg.Connection, **columns: Any) -> int:
    return add_run(connection, BEGAN, **RUNNING | columns)


def only_run(connection: psycopg.Connection) -> RunningRun:
    [run] = running(connection)
    return run


def test_where_all_runs_have_ended_none_is_shown(connection: psycopg.Connection) -> None:
    ended = add_run(connection, BEGAN)
    add_progress(connection, ended, **COUNTS)

    assert running(connection) == []


def test_a_run_at_work_is_shown_with_its_counts(connection: psycopg.Connection) -> None:
    known = {"arguments": Jsonb({"country": "tr"}), "job": "7", "host": "cork"}
    run = add_running(connection, scraper_module=ACCOUNTS, **known)
    add_progress(connection, run, at=str(LATER), **COUNTS)
    keep_alive(connection, run)

    seen = only_run(connection)

    assert (seen.run, seen.spider, seen.is_alive) == (run, "accounts", True)
    assert (seen.arguments, seen.job, seen.host) == ({"country": "tr"}, "7", "cork")
    assert (seen.started_at, seen.at) == (BEGAN, LATER)
    assert {name: getattr(seen, name) for name in COUNTS} == COUNTS
    [(since,)] = connection.execute("SELECT extract(epoch FROM now() - %s)::float8", [BEGAN])
    assert seen.seconds == pytest.approx(since, abs=60)
    assert seen.seconds_left == pytest.approx(3 * seen.seconds)


def test_one_that_has_told_nothing_yet_is_shown_without_any(connection: psycopg.Connection) -> None:
    run = add_running(connection, arguments=None)
    keep_alive(connection, run)

    seen = only_run(connection)

    assert (seen.spider, seen.arguments, seen.at) == ("activities", {}, None)
    assert {getattr(seen, name) for name in COUNTS} == {0}
    assert (seen.pages_per_second, seen.seconds_left) == (0, None)


def test_one_that_died_is_shown_as_it_was_last(connection: psycopg.Connection) -> None:
    run = add_running(connection)
    assert (only_run(connection).is_alive, only_run(connection).seconds) == (False, 0)

    add_progress(connection, run, at=str(LATER), **COUNTS)

    seen = only_run(connection)
    assert (seen.is_alive, seen.seconds, seen.seconds_left) == (False, 600, None)
    assert (seen.sections_done, seen.pages_per_second) == (10, 0.5)


def test_the_oldest_comes_first(connection: psycopg.Connection) -> None:
    runs = [add_running(connection) for _ in range(3)]
    keep_alive(connection, runs[1])

    assert [seen.run for seen in running(connection)] == runs
    assert [seen.is_alive for seen in running(connection)] == [False, True, False]
