"""How far a run has come is on record while it is at work, and never at its expense."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest.mock import Mock

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.run import progress_record, stats
from esn_pulse.run.hub import Run, current_run
from esn_pulse.run.progress import counts_of
from esn_pulse.scheduling.running import running
from esn_pulse.spiders.accounts import AccountsSpider
from tests.crawlers import spider_of
from tests.end_to_end.faults import refusing_connections
from tests.end_to_end.village import wait_until
from tests.pipelines.factories import row, rows, values
from tests.scheduling.factories import add_progress, add_run, keep_alive

ENDED = "SELECT * FROM scraper_status"
WRITTEN = "SELECT pages_read, at FROM run_progress"
ASIDE = "FROM pg_stat_activity WHERE application_name = 'esn_pulse aside' AND datname = %s"


class AtWork:
    """A run that has begun, and what it counts."""

    def __init__(self, database: str) -> None:
        self._spider = spider_of(AccountsSpider, DATABASE_URL=database)
        self.run: Run = current_run(self._spider.crawler)
        self.stats = self._spider.crawler.stats

    async def begin(self) -> None:
        await self.run.database.open()
        await self.run.spider_opened(self._spider)

    async def end(self) -> None:
        await self.run.spider_closed("finished")


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_record, "_INTERVAL", 0.02)


@pytest.fixture
async def at_work(database: str) -> AsyncIterator[AtWork]:
    one = AtWork(database)
    await one.begin()
    yield one
    if one.run.database.is_open:
        await one.end()


async def until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_until, condition)


def pages(connection: psycopg.Connection) -> list[int]:
    return [run.pages_read for run in running(connection)]


def pages_of(conninfo: str) -> list[int]:
    with psycopg.connect(conninfo) as connection:
        return pages(connection)


def sessions_aside(conninfo: str) -> int:
    with psycopg.connect(conninfo) as connection:
        return len(rows(connection, f"SELECT pid {ASIDE}", connection.info.dbname))


async def count_runs(own: AsyncConnection) -> int:
    found = await (await own.execute("SELECT count(*) FROM scraper_status")).fetchone()
    assert found
    return int(found[0])


async def test_another_connection_sees_the_counts_grow(
    at_work: AtWork, connection: psycopg.Connection
) -> None:
    for read in 3, 5:
        at_work.stats.set_value(stats.PAGES_READ, read)
        await until(lambda read=read: pages(connection) == [read])  # type: ignore[misc]
    [last] = running(connection)
    await at_work.end()

    assert running(connection) == []
    ended = row(connection, ENDED)
    assert (ended["id"], ended["pages_read"]) == (last.run, last.pages_read)


async def test_what_has_not_changed_is_not_written_again(
    at_work: AtWork, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work.stats.set_value(stats.PAGES_READ, 3)
    await until(lambda: pages(connection) == [3])
    written = row(connection, WRITTEN)

    looked = Mock(wraps=counts_of)
    monkeypatch.setattr(progress_record, "counts_of", looked)
    await until(lambda: looked.call_count > 3)

    assert row(connection, WRITTEN) == written


async def test_nothing_is_written_after_the_end(
    at_work: AtWork, database: str, connection: psycopg.Connection
) -> None:
    at_work.stats.set_value(stats.PAGES_READ, 3)
    await until(lambda: pages(connection) == [3])

    await at_work.end()

    await until(lambda: sessions_aside(database) == 0)
    assert row(connection, WRITTEN)["at"] <= row(connection, ENDED)["completed_at"]


@contextmanager
def locked(_: str, conninfo: str) -> Iterator[None]:
    """Let nobody have the table."""
    with psycopg.connect(conninfo) as holder:
        holder.execute("LOCK TABLE run_progress")
        yield


@contextmanager
def gone(_: str, conninfo: str) -> Iterator[None]:
    """Let there be no table."""
    with psycopg.connect(conninfo, autocommit=True) as other:
        other.execute("ALTER TABLE run_progress RENAME TO elsewhere")
        yield
        other.execute("ALTER TABLE elsewhere RENAME TO run_progress")


@pytest.mark.parametrize("trouble", [locked, gone, refusing_connections])
async def test_a_run_is_not_troubled_when_it_can_not_be_written(
    trouble: Callable[[str, str], AbstractContextManager[None]],
    at_work: AtWork,
    server: str,
    database: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    at_work.stats.set_value(stats.PAGES_READ, 3)
    await until(lambda: pages_of(database) == [3])
    refused = Mock(wraps=at_work.run.database.connect_aside)
    at_work.run.database.connect_aside = refused  # type: ignore[method-assign]

    with trouble(server, database):
        at_work.stats.set_value(stats.PAGES_READ, 5)
        await until(lambda: refused.call_count > 2)
        if trouble is not refusing_connections:
            assert await at_work.run.database.run(count_runs) == 1
            await until(lambda: sessions_aside(database) < 2)  # none is left behind
    await until(lambda: pages_of(database) == [5])
    await at_work.end()

    [told] = [line for line in caplog.messages if "can't be recorded for now" in line]
    assert "\n" not in told
    assert not at_work.run.database_failed
    with psycopg.connect(database) as connection:
        assert row(connection, ENDED)["status"] == "completed"


async def test_a_run_that_ends_waits_no_longer_than_for_what_is_being_written(
    at_work: AtWork, database: str
) -> None:
    at_work.stats.set_value(stats.PAGES_READ, 3)
    await until(lambda: pages_of(database) == [3])
    with locked("", database), psycopg.connect(database, autocommit=True) as connection:
        at_work.stats.set_value(stats.PAGES_READ, 5)
        waiting = "SELECT FROM pg_locks WHERE relation = 'run_progress'::regclass AND NOT granted"
        await until(lambda: rows(connection, waiting))

        await at_work.end()

        assert row(connection, ENDED)["status"] == "completed"
    assert pages_of(database) == []


async def test_a_run_that_begins_forgets_how_far_those_came_that_have_ended(
    database: str, connection: psycopg.Connection
) -> None:
    alive = add_run(connection, "now", status="running")
    keep_alive(connection, alive)
    others = [add_run(connection, "now", status=status) for status in ("running", "completed")]
    for run in alive, *others:
        add_progress(connection, run)

    begun = AtWork(database)
    await begun.begin()
    await begun.end()

    assert values(connection, "SELECT run_id FROM run_progress") == [alive]
