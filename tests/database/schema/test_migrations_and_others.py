"""Migrations while others use the tables."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest
from scrapy.settings import Settings
from tenacity import stop_after_attempt

from esn_pulse.database import prepare
from esn_pulse.database.schema import migrations
from esn_pulse.database.schema.migrations import applied_migrations, known_migrations, migrate
from esn_pulse.exceptions import DatabaseUnavailable
from tests.database.schema.states import PLACES, set_to
from tests.end_to_end.tables import rows
from tests.end_to_end.village import wait_until

BEFORE_ORGANISATIONS = 17  # the next one alters sections and countries
BLOCKED_BY = """
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND {} = ANY (pg_blocking_pids(pid))
"""


@pytest.fixture
def earlier(empty_database: str) -> str:
    """A database as it was before sections and countries were altered."""
    set_to(empty_database, BEFORE_ORGANISATIONS)
    with psycopg.connect(empty_database) as connection:
        connection.execute(PLACES)
    return empty_database


@pytest.fixture
def other(earlier: str) -> Iterator[psycopg.Connection]:
    """Somebody who uses the tables meanwhile, but is not waited for for ever."""
    with psycopg.connect(earlier, application_name="other", autocommit=True) as connection:
        connection.execute("SET idle_in_transaction_session_timeout = '60s'")
        # Of two that wait for one another the one that asks first is ended: the migration.
        connection.execute("SET deadlock_timeout = '60s'")
        connection.autocommit = False
        yield connection


def migrating(pool: ThreadPoolExecutor, conninfo: str, other: psycopg.Connection) -> Future[None]:
    """Let a thread migrate; the other one is in its way by now."""
    started = pool.submit(migrate, conninfo)
    blocked = BLOCKED_BY.format(other.info.backend_pid)
    wait_until(lambda: started.done() or rows(conninfo, blocked))
    return started


def assert_is_current(conninfo: str) -> None:
    with psycopg.connect(conninfo) as connection:
        assert applied_migrations(connection) == known_migrations()


def test_one_that_waits_for_a_run_that_waits_for_it_is_tried_again(
    earlier: str, other: psycopg.Connection
) -> None:
    with ThreadPoolExecutor() as pool:
        other.execute("UPDATE countries SET name = 'Turkey'")
        started = migrating(pool, earlier, other)
        other.execute("UPDATE sections SET name = 'Izmir'")
        other.commit()
        started.result(timeout=60)

    assert_is_current(earlier)
    assert rows(earlier, "SELECT name FROM sections") == [("Izmir",)]


def test_one_that_waits_for_long_lets_others_go_first(
    earlier: str, other: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_LOCK_TIMEOUT", "1s")
    with ThreadPoolExecutor() as pool:
        other.execute("SELECT FROM sections")  # as a backup does, for a while
        started = migrating(pool, earlier, other)

        assert rows(earlier, "SELECT name FROM sections") == [("Ege",)]

        assert not started.done()
        other.commit()
        started.result(timeout=60)

    assert_is_current(earlier)


def test_who_is_in_the_way_for_too_long_is_named(
    earlier: str, other: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(migrate.retry, "stop", stop_after_attempt(2))
    other.execute("SELECT FROM sections")
    named = rf"process {other.info.backend_pid} of {other.info.user} \(other\)\. "
    settings = Settings({"DATABASE_URL": earlier})

    with pytest.raises(DatabaseUnavailable, match=named):
        prepare(settings)

    other.commit()
    prepare(settings)
    assert_is_current(earlier)
