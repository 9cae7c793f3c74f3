"""What the scheduler does when something is due, and when it can't."""

import logging
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from threading import Thread
from typing import Any, Self

import psycopg
import pytest
from psycopg.types.json import Jsonb
from scrapy.settings import Settings

from esn_pulse.database.clock import clock
from esn_pulse.scheduling import record
from esn_pulse.scheduling import scheduler as scheduler_module
from esn_pulse.scheduling.calendar import (
    ACCOUNTS,
    ACTIVITIES,
    BACKUP,
    HEALTH,
    Entry,
    EntryOutcome,
    EntryState,
    Past,
)
from esn_pulse.scheduling.scheduler import Scheduler
from tests.clock import stop_clock
from tests.receiver import receiving
from tests.scheduling.factories import add_job, add_run, make_fresh, moment
from tests.scheduling.fake_node import FakeNode

MONDAY, TUESDAY = moment("2026-11-23 04:00"), moment("2026-11-24 04:00")
DONE, FAILED, CANCELLED = EntryOutcome

# Stands where Scrapy is looked for, and does what a test says.
FAKE_SCRAPY = """
import os, pathlib, signal, sys
print("Called with", *sys.argv[1:])
pathlib.Path("began").touch()
{action}
"""


def scheduler(database: str, node: FakeNode, **own: Any) -> Scheduler:
    settings = Settings()
    settings.setmodule("esn_pulse.settings")
    settings.setdict({"DATABASE_URL": database, "SCRAPYD_URL": node.url} | own)
    return Scheduler(settings)


@pytest.fixture
def calendar(database: str, node: FakeNode) -> Scheduler:
    """A scheduler whose node fills the queue."""
    node.fills(database)
    return scheduler(database, node)


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "esn_pulse")
    return caplog


class Commands:
    """What ``scrapy`` does instead of what it is for."""

    def __init__(self, folder: Path) -> None:
        self._program = folder / "scrapy.py"
        self.began = folder / "began"

    def do(self, action: str) -> None:
        self._program.write_text(FAKE_SCRAPY.format(action=action))


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.chdir(tmp_path)
    return Commands(tmp_path)


def spiders(node: FakeNode) -> list[str]:
    return [form["spider"][0] for form in node.posted]


def past(connection: psycopg.Connection, entry: Entry) -> Past:
    return record.pasts(connection, clock(connection))[entry.name]


def test_an_empty_database_gets_accounts_and_then_activities(
    calendar: Scheduler, node: FakeNode, connection: psycopg.Connection
) -> None:
    for _ in range(2):
        assert calendar.check(ACTIVITIES, MONDAY)
        assert calendar.check(ACCOUNTS, MONDAY)
    assert spiders(node) == ["accounts"]

    make_fresh(connection, MONDAY)
    connection.execute("UPDATE scrapyd_jobs SET ended_at = %s", [MONDAY])
    connection.execute("UPDATE scraper_status SET job = (SELECT job FROM scrapyd_jobs)")
    for _ in range(2):
        assert calendar.check(ACCOUNTS, MONDAY)
        assert calendar.check(ACTIVITIES, MONDAY)
    assert spiders(node) == ["accounts", "activities"]


def test_jobs_are_whole_runs(calendar: Scheduler, node: FakeNode) -> None:
    calendar.check(ACCOUNTS, MONDAY)

    assert set(node.posted[0]) == {"path", "project", "spider", "jobid"}


def test_a_run_by_hand_counts(
    calendar: Scheduler, node: FakeNode, connection: psycopg.Connection
) -> None:
    make_fresh(connection, moment("2026-11-22 12:00"))
    add_run(connection, moment("2026-11-23 04:00"))

    assert calendar.check(ACTIVITIES, moment("2026-11-23 05:00"))
    assert spiders(node) == []


def test_only_the_databases_clock_counts(
    calendar: Scheduler,
    node: FakeNode,
    connection: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(days=8)

    monkeypatch.setattr(scheduler_module, "datetime", Ahead)
    make_fresh(connection, MONDAY)
    add_run(connection, MONDAY)
    stop_clock(connection, "2026-11-23 12:00+00")

    assert calendar.check(ACTIVITIES)
    assert calendar.overview()[ACTIVITIES.name][1].state == EntryState.LATER
    assert spiders(node) == []


def test_a_failed_run_is_made_up_the_next_day(
    calendar: Scheduler, node: FakeNode, connection: psycopg.Connection
) -> None:
    make_fresh(connection, moment("2026-11-22 12:00"))
    add_job(connection, "7", ended_at=MONDAY, started_at=MONDAY)

    for minute in range(3):
        calendar.check(ACTIVITIES, moment(f"2026-11-24 03:5{minute}"))
    assert spiders(node) == []
    for minute in range(3):
        calendar.check(ACTIVITIES, moment(f"2026-11-24 04:0{minute}"))
    assert spiders(node) == ["activities"]


def test_accounts_fresh_days_is_the_settings(
    database: str, node: FakeNode, connection: psycopg.Connection
) -> None:
    node.fills(database)
    make_fresh(connection, moment("2026-11-20 12:00"))

    impatient = scheduler(database, node, ACCOUNTS_FRESH_DAYS=2)
    impatient.check(ACTIVITIES, MONDAY)
    impatient.check(ACCOUNTS, MONDAY)

    assert spiders(node) == ["accounts"]


def test_two_schedulers_do_not_post_twice(
    calendar: Scheduler, database: str, node: FakeNode, log: pytest.LogCaptureFixture
) -> None:
    node.may_answer.clear()
    first = Thread(target=calendar.check, args=(ACCOUNTS, MONDAY))
    first.start()
    while not node.posted:
        first.join(0.01)

    assert scheduler(database, node).check(ACCOUNTS, MONDAY)
    node.may_answer.set()
    first.join()

    assert spiders(node) == ["accounts"]
    assert [line for line in log.messages if "Posted" in line]


def test_no_node_is_told_once_and_tried_again(
    database: str, node: FakeNode, log: pytest.LogCaptureFixture
) -> None:
    calendar = scheduler(database, node)
    node.answers("", status=503)
    assert [calendar.check(ACCOUNTS, MONDAY) for _ in range(3)] == [False] * 3
    assert len(log.messages) == 1
    assert log.messages[0].startswith(
        f"accounts is due, but no node takes it; it is tried again: {node.url} answers what"
    )

    node.refuses("project 'esn_pulse' not found")
    assert not calendar.check(ACCOUNTS, MONDAY)
    assert "project 'esn_pulse' not found" in log.messages[1]
    node.fills(database)
    assert calendar.check(ACCOUNTS, MONDAY)
    assert log.messages[2].startswith(f"Posted accounts to {node.url} as job ")


def test_why_nothing_is_posted_is_said_once(
    calendar: Scheduler, connection: psycopg.Connection, log: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        calendar.check(ACTIVITIES, MONDAY)
    assert log.messages == ["activities is waiting: accounts comes first, which is due"]

    add_job(connection, "7")
    make_fresh(connection, MONDAY)
    for _ in range(3):
        calendar.check(ACTIVITIES, MONDAY)
        calendar.check(ACCOUNTS, MONDAY)
    assert log.messages[1:] == [
        "activities is pending or running",
        "accounts is due 2026-12-01 03:00 UTC",
    ]


def test_an_away_database_is_told_once_and_when_it_is_back(
    server: str, database: str, node: FakeNode, log: pytest.LogCaptureFixture
) -> None:
    calendar = scheduler("postgresql://me:hunter2@127.0.0.1:1/x", node)
    for entry in (ACCOUNTS, HEALTH, ACCOUNTS):
        assert not calendar.check(entry, MONDAY)
    assert len(log.messages) == 1
    assert log.messages[0].startswith("The calendar rests, as the database can't be used: ")
    assert "hunter2" not in log.text

    calendar._settings["DATABASE_URL"] = database
    node.fills(database)
    assert calendar.check(ACCOUNTS, MONDAY)
    assert log.messages[1] == "The database is back"


def test_a_connection_that_is_lost_is_opened_again(
    calendar: Scheduler, connection: psycopg.Connection, log: pytest.LogCaptureFixture
) -> None:
    calendar.check(ACCOUNTS, MONDAY)
    connection.execute("ALTER TABLE scrapyd_jobs RENAME TO elsewhere")
    assert not calendar.check(ACCOUNTS, MONDAY)
    connection.execute("ALTER TABLE elsewhere RENAME TO scrapyd_jobs")
    assert calendar.check(ACCOUNTS, MONDAY)

    assert log.messages[-1] == "accounts is pending or running"


def test_a_node_with_another_queue_is_not_asked_again_and_again(
    database: str, connection: psycopg.Connection, node: FakeNode
) -> None:
    with receiving() as receiver:
        calendar = scheduler(database, node, ALERT_TARGETS=receiver.target)
        assert not calendar.check(ACCOUNTS, MONDAY)
        assert calendar.check(ACCOUNTS, MONDAY)

    assert spiders(node) == ["accounts"]
    ((title, text),) = receiver.messages
    assert title == "ESN PULSE: accounts could not be done as planned"
    assert f"{node.url} took job {node.posted[0]['jobid'][0]}, but it is not in our queue" in text
    assert past(connection, ACCOUNTS) == Past(MONDAY, FAILED)


def test_a_backup_is_made_once_a_day(
    calendar: Scheduler,
    connection: psycopg.Connection,
    log: pytest.LogCaptureFixture,
    commands: Commands,
) -> None:
    commands.do("")

    for now in (MONDAY, moment("2026-11-23 23:59"), TUESDAY, TUESDAY):
        assert calendar.check(BACKUP, now)

    assert past(connection, BACKUP) == Past(TUESDAY, DONE)
    assert log.messages.count("Done, backup: Called with backup") == 2


@pytest.mark.parametrize("status", [0, 1])
def test_a_health_check_that_finds_problems_has_done_its_work(
    calendar: Scheduler,
    connection: psycopg.Connection,
    log: pytest.LogCaptureFixture,
    commands: Commands,
    status: int,
) -> None:
    commands.do(f"sys.exit({status})")

    assert calendar.check(HEALTH, MONDAY)

    assert past(connection, HEALTH) == Past(MONDAY, DONE)
    assert log.messages[-1] == "Done, health: Called with health --notify"


def test_a_backup_that_fails_is_told(
    database: str,
    connection: psycopg.Connection,
    node: FakeNode,
    log: pytest.LogCaptureFixture,
    commands: Commands,
) -> None:
    commands.do("sys.exit('no room on the disk; correct horse')")
    with receiving() as receiver:
        calendar = scheduler(database, node, ALERT_TARGETS=receiver.target)
        assert not calendar.check(BACKUP, MONDAY)
        assert calendar.check(BACKUP, MONDAY)  # tomorrow

    (error,) = connection.execute("SELECT error FROM calendar_tasks").fetchone() or ()
    assert error == "'scrapy backup' failed, exit status 1: no room on the disk; ***"
    assert f"backup: {error}" in log.messages
    ((title, text),) = receiver.messages
    assert title == "ESN PULSE: backup could not be done as planned"
    assert text.startswith(error)
    assert past(connection, BACKUP) == Past(MONDAY, FAILED)


def test_a_command_that_runs_is_ended_with_what_it_has_started(
    calendar: Scheduler,
    connection: psycopg.Connection,
    commands: Commands,
) -> None:
    # The fork keeps the output open, too.
    commands.do("os.fork(); signal.pause()")
    backing_up = Thread(target=calendar.check, args=(BACKUP, MONDAY))
    backing_up.start()
    while not commands.began.exists():
        backing_up.join(0.01)
    assert past(connection, BACKUP).is_under_way

    calendar.stop()
    backing_up.join(20)

    assert not backing_up.is_alive()
    assert past(connection, BACKUP).outcome == FAILED
    assert calendar.check(HEALTH, MONDAY) is False  # none is begun any more


def test_the_overview_says_what_is_due_when(
    calendar: Scheduler, connection: psycopg.Connection
) -> None:
    make_fresh(connection, moment("2026-11-22 12:00"))
    add_run(connection, moment("2026-11-22 12:00"), arguments=Jsonb({}))

    overview = calendar.overview(moment("2026-11-22 13:00"))

    assert {name: decision.at for name, (_, decision) in overview.items()} == {
        "accounts": moment("2026-12-01 03:00"),
        "activities": moment("2026-11-23 04:00"),
        "health": moment("2026-11-22 13:00"),
        "backup": moment("2026-11-22 13:00"),
    }
