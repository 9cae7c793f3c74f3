"""``scrapy scheduler``: following the calendar, or doing once what is due."""

import signal
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess

import psycopg
import pytest

from esn_pulse.database.locks import CALENDAR as CALENDAR_LOCK
from esn_pulse.database.locks import TRY
from esn_pulse.scheduling.calendar import BACKUP, CALENDAR, HEALTH
from tests.conftest import Crawl, crawl_environment
from tests.forked import ForkServer
from tests.scheduling.factories import make_fresh
from tests.scheduling.fake_node import FakeNode, serving

Scheduler = Callable[..., CompletedProcess[str]]


@pytest.fixture
def node(database: str, connection: psycopg.Connection) -> Iterator[FakeNode]:
    """A node that fills the queue; somebody else is at the health check and the backup."""
    for task in (HEALTH, BACKUP):
        connection.execute(TRY, [CALENDAR_LOCK, CALENDAR.index(task)])
    with serving(FakeNode()) as one:
        one.fills(database)
        yield one


@pytest.fixture
def scheduler(crawl: Crawl, database: str, node: FakeNode) -> Scheduler:
    def run(*words: str) -> CompletedProcess[str]:
        secrets = {"SCRAPYD_USERNAME": "pulse", "SCRAPYD_PASSWORD": "correct horse"}
        environment = {"DATABASE_URL": database, "SCRAPYD_URL": node.url, "COLUMNS": "150"}
        return crawl("scheduler", *words, **environment, **secrets)

    return run


def spiders(node: FakeNode) -> list[str]:
    return [form["spider"][0] for form in node.posted]


def test_once_is_enough(
    scheduler: Scheduler, node: FakeNode, connection: psycopg.Connection
) -> None:
    first = scheduler("--once")
    assert first.returncode == 0, first.stderr
    assert f"Posted accounts to {node.url} as job " in first.stderr
    assert "activities is waiting: accounts comes first" in first.stderr

    make_fresh(connection)
    connection.execute("UPDATE scrapyd_jobs SET ended_at = now()")
    connection.execute("UPDATE scraper_status SET job = (SELECT job FROM scrapyd_jobs)")
    assert scheduler("--once").returncode == 0
    assert spiders(node) == ["accounts", "activities"]


def test_once_fails_when_something_can_not_be_done(scheduler: Scheduler, node: FakeNode) -> None:
    node.refuses("said with correct horse")

    ended = scheduler("--once")

    assert ended.returncode == 1
    assert f"{node.url} refused the job: said with ***" in ended.stderr
    assert "correct horse" not in ended.stderr


def test_the_calendar_is_shown(
    scheduler: Scheduler, node: FakeNode, connection: psycopg.Connection
) -> None:
    make_fresh(connection)

    shown = scheduler("--list")

    assert shown.returncode == 0, shown.stderr
    rows = [[cell.strip() for cell in line.split("│")] for line in shown.stdout.splitlines()]
    states = {row[1]: (row[2], row[5]) for row in rows[4:-1]}
    assert states == {
        "accounts": ("not due", "done"),
        "activities": ("due", ""),
        "health": ("pending or running", ""),
        "backup": ("pending or running", ""),
    }
    assert spiders(node) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_follows_the_calendar_until_a_signal_comes(
    fork_server: ForkServer, database: str, node: FakeNode, number: signal.Signals
) -> None:
    environment = crawl_environment(DATABASE_URL=database, SCRAPYD_URL=node.url)
    with fork_server.start(["scheduler"], environment) as process:
        said = []
        for line in process.stderr:
            said.append(line)
            if "Posted accounts" in line:
                break
        process.send_signal(number)

        assert process.wait(timeout=60) == 0
        said += process.stderr
    assert f"Ending, as signal {number.name} came" in "".join(said)
    assert spiders(node) == ["accounts"]
    assert "Traceback" not in "".join(said)


def test_what_is_no_address_is_told(crawl: Crawl) -> None:
    ended = crawl("scheduler", SCRAPYD_URL="me:hunter2@host")

    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: SCRAPYD_URL holds something that is not the address")
