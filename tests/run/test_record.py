import os
import re
import socket
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.database.locks import RUN, SECTION
from esn_pulse.run import stats
from esn_pulse.run.record import Ending, Shown, begin_run, end_run, holder, mark_interrupted_runs
from tests.clock import stop_clock
from tests.database.factories import hang_up, opened
from tests.pipelines.factories import activity, row, save, save_sections, values

STATUS = "SELECT * FROM scraper_status WHERE id = %s"
FINISHED = Ending("finished", None)


async def begun(connection: AsyncConnection, **arguments: str) -> int:
    return await begin_run(connection, "AccountsScraper", arguments, None)


async def ended(
    database: str, connection: psycopg.Connection, ending: Ending, figures: dict[str, Any]
) -> dict[str, Any]:
    """Let a run begin and end; returns its row."""
    async with await AsyncConnection.connect(database) as own:
        run = await begun(own)
        await end_run(own, run, ending, figures, Shown())
    return row(connection, STATUS, run)


async def test_a_run_that_begins_is_on_record(
    database: str, connection: psycopg.Connection
) -> None:
    async with await AsyncConnection.connect(database, autocommit=True) as own:
        run = await begun(own, country="tr")
        found = row(connection, STATUS, run)

    expected = {
        "scraper_module": "AccountsScraper",
        "status": "running",
        "arguments": {"country": "tr"},
        "host": socket.gethostname(),
        "pid": os.getpid(),
    }
    known = {name for name, value in found.items() if value is not None}
    assert found == found | expected
    assert known == {"id", "started_at", "sections_processed", "sections_failed", *expected}


async def test_its_end_is_recorded_with_all_that_was_counted(
    database: str, connection: psycopg.Connection
) -> None:
    columns = {
        "sections_processed": stats.SECTIONS_PROCESSED,
        "sections_failed": stats.SECTIONS_FAILED,
        "requests": stats.REQUESTS,
        "requests_failed": stats.REQUESTS_FAILED,
        "items_stored": stats.ITEMS_STORED,
        "items_unchanged": stats.ITEMS_UNCHANGED,
        "items_invalid": stats.ITEMS_INVALID,
        "pages_drifted": stats.PAGES_DRIFTED,
        "pages_read": stats.PAGES_READ,
    }
    counts = {column: number for number, column in enumerate(columns, start=1)}
    figures = {columns[column]: count for column, count in counts.items()}
    others = {
        "start_time": datetime(2026, 1, 15, 5, 0, tzinfo=UTC),
        "elapsed_time_seconds": 7.25,
        "a/rate": float("inf"),
        "an/object": range(3),
    }

    found = await ended(database, connection, FINISHED, figures | others)

    assert found == found | counts | {"status": "completed", "error_message": None}
    assert found["finish_reason"] == "finished"
    assert found["completed_at"] >= found["started_at"]
    # 11 records, 7 of them broken.
    assert float(found["quality_score"]) == 36.36
    assert found["stats"] == figures | {
        "start_time": "2026-01-15T05:00:00Z",
        "elapsed_time_seconds": 7.25,
        "a/rate": "Infinity",
        "an/object": "range(0, 3)",
    }


async def test_its_end_tells_which_pages_were_skipped_and_why(
    database: str, connection: psycopg.Connection
) -> None:
    figures = {
        f"{stats.PAGES_ASKED}new": 3,
        f"{stats.PAGES_ASKED}unsettled": 4,
        f"{stats.PAGES_SKIPPED}unchanged": 50,
        f"{stats.PAGES_SKIPPED}listing": 6,
    }

    found = await ended(database, connection, FINISHED, figures)

    assert found["pages_skipped"] == 56
    assert found["pages"] == {
        "asked": {"new": 3, "unsettled": 4},
        "skipped": {"unchanged": 50, "listing": 6},
    }


async def test_a_run_that_failed_says_why_and_one_without_records_has_no_quality(
    database: str, connection: psycopg.Connection
) -> None:
    found = await ended(database, connection, Ending("failed: no net", "no net"), {})

    assert found == found | {
        "status": "failed",
        "finish_reason": "failed: no net",
        "error_message": "no net",
        "items_stored": 0,
        "quality_score": None,
        "stats": {},
    }


@pytest.mark.parametrize(
    ("time", "zone"), [("00:00", "Etc/GMT+12"), ("23:59", "UTC"), ("23:59", "Pacific/Kiritimati")]
)
@pytest.mark.parametrize("stored", [True, False])
async def test_the_end_of_a_run_tells_what_is_no_longer_in_the_future(
    database: str, connection: psycopg.Connection, time: str, zone: str, *, stored: bool
) -> None:
    stop_clock(connection, f"2028-02-29 {time}+00", zone)
    [metu] = await save_sections(database, "esn-metu")
    today = activity(metu, "today-1", start_date="29/02/2028")
    await save(database, today, activity(metu, "tomorrow-2", start_date="01/03/2028"))
    connection.execute("UPDATE activities SET is_future_event = %s", [stored])

    await ended(database, connection, FINISHED, {})

    future = "SELECT event_slug FROM activities WHERE is_future_event"
    assert values(connection, future) == ["tomorrow-2"]


async def test_only_runs_that_nobody_is_at_are_buried(
    database: str, server: str, connection: psycopg.Connection
) -> None:
    done = (await ended(database, connection, FINISHED, {}))["id"]
    async with opened(database) as living, opened(database) as other:
        alive = await living.run(begun)
        dead = await other.run(begun)
        await hang_up(other, connection)
        with psycopg.connect(server) as elsewhere:  # a run of the same number, but not ours
            elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [RUN, dead])
            await living.lock(SECTION, dead)
            assert await other.run(mark_interrupted_runs) == [dead]
            assert await other.run(mark_interrupted_runs) == []

    assert row(connection, STATUS, alive)["status"] == "running"
    assert row(connection, STATUS, done)["status"] == "completed"
    buried = row(connection, STATUS, dead)
    assert (buried["status"], buried["finish_reason"]) == ("failed", "failed: interrupted")
    assert buried["error_message"].startswith("interrupted: the process ended without a word")
    assert buried["completed_at"] is not None


async def test_the_holder_of_a_lock_is_told_in_words(database: str) -> None:
    async def who(connection: AsyncConnection) -> str:
        return await holder(connection, (SECTION, 7))

    async with opened(database) as first, opened(database) as second:
        assert await second.run(who) == "another run, which has ended by now"
        await first.lock(SECTION, 7)
        await first.lock(SECTION, await second.run(begun))
        assert await second.run(who) == "another run, which has ended by now"

        run = await first.run(begun)
        where = re.escape(f"run {run} (process {os.getpid()} on {socket.gethostname()}, since ")
        assert re.fullmatch(rf"{where}\d{{4}}-\d\d-\d\d \d\d:\d\d \S+\)", await second.run(who))
