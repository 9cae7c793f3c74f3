"""What is missing, and why, when not all can be told."""

import logging
from collections.abc import Iterator
from time import monotonic

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from scrapy.settings import BaseSettings

from esn_pulse.metrics import Pipeline, pipeline
from esn_pulse.metrics.metric import Sample, gauge
from esn_pulse.reader import make_reader
from tests.metrics.readings import Reading, project_settings, read, written
from tests.poolers import left_behind, pgbouncer
from tests.reader.conftest import role_on

NOWHERE = "postgresql://me:hunter2@127.0.0.1:1/x"
OF_READER = {"database": 1, "runs": 1, "problems": 1, "freshness": 1} | {
    "pages": 0,
    "queue": 0,
    "calendar": 0,
}


def of_database(told: Reading) -> dict[str, float]:
    """Return whether the collectors of the database could read what they tell."""
    success = told.of("collector_success")
    return {name: value for (name,), value in success.items() if name in pipeline.OF_DATABASE}


@pytest.fixture
def role(server: str) -> Iterator[str]:
    """A name for a role; ask for it before ``database``, so that this is dropped first."""
    with role_on(server) as name:
        yield name


def test_the_owner_is_told_all(database: str) -> None:
    assert of_database(read(database)) == dict.fromkeys(pipeline.OF_DATABASE, 1)


def test_the_reader_is_told_what_it_may_read(
    role: str, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = make_reader(database, role=role, strict=True)
    reads, address = (
        Pipeline(project_settings()),
        make_conninfo(database, user=role, password=made.password),
    )
    for _ in range(2):
        told = written(reads, address)

        assert told("database_up") == 1
        assert of_database(told) == OF_READER
        assert told.of("jobs") == told.of("pages_total") == told.of("calendar_entry_state") == {}
        assert len(told.of("runs_total")) == 8
        assert (told("database_size_bytes") or 0) > 0
    reason = "No metrics of collector queue: permission denied for table scrapyd_jobs"
    assert caplog.text.count(reason) == 1


def test_a_database_that_is_away(caplog: pytest.LogCaptureFixture) -> None:
    reads, begun = Pipeline(project_settings()), monotonic()
    for _ in range(2):
        told = written(reads, NOWHERE)

        assert told("database_up") == 0
        assert of_database(told) == {}
        assert set(told.families) == {
            f"esn_pulse_{name}"
            for name in (
                *("build_info", "database_up", "disk_used_bytes", "disk_free_bytes"),
                *("collector_success", "collector_duration_seconds"),
            )
        }
    assert monotonic() - begun < 15
    assert caplog.text.count("No metrics of the database: PostgreSQL at") == 1
    assert "hunter2" not in caplog.text


def test_a_database_that_comes_back(database: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    reads = Pipeline(project_settings())

    assert [written(reads, one)("database_up") for one in (NOWHERE, database)] == [0, 1]
    assert "There are metrics of the database again" in caplog.text


def test_a_database_without_tables(empty_database: str) -> None:
    told = read(empty_database)

    assert told("database_up") == 1
    assert of_database(told) == dict.fromkeys(pipeline.OF_DATABASE, 0) | {"database": 1}
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public'").rowcount == 0


def test_a_table_that_is_locked_holds_up_nobody_else(database: str) -> None:
    with psycopg.connect(database) as other:
        other.execute("LOCK TABLE failed_scrapes")
        told = read(database)

    assert of_database(told) == dict.fromkeys(pipeline.OF_DATABASE, 1) | {"problems": 0}
    assert told.of("open_problems") == {}


HALF = gauge("half", "What is told before it fails.")


def test_of_a_collector_that_fails_half_way_nothing_is_told(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(connection: psycopg.Connection, settings: BaseSettings) -> Iterator[Sample]:
        yield HALF(1)
        connection.execute("DELETE FROM scraper_status")

    monkeypatch.setitem(pipeline.OF_DATABASE, "runs", fails)
    told = read(database)

    assert told("half") is None
    assert of_database(told) == dict.fromkeys(pipeline.OF_DATABASE, 1) | {"runs": 0}


def test_a_connection_that_is_lost_on_the_way(
    database: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(connection: psycopg.Connection, settings: BaseSettings) -> Iterator[Sample]:
        with psycopg.connect(server) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
        connection.execute("SELECT 1")
        yield HALF(1)

    monkeypatch.setitem(pipeline.OF_DATABASE, "queue", cut)
    told = read(database)

    assert told("database_up") == 0
    assert of_database(told) == {}
    assert told.of("runs_total") == {}


def test_what_takes_too_long_is_given_up(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(connection: psycopg.Connection, settings: BaseSettings) -> Iterator[Sample]:
        connection.execute("SELECT pg_sleep(20)")
        yield HALF(1)

    monkeypatch.setitem(pipeline.OF_DATABASE, "calendar", slow)
    told = read(database)

    assert told("database_up") == 1
    assert of_database(told) == dict.fromkeys(pipeline.OF_DATABASE, 1) | {"calendar": 0}


def test_a_pooler_that_gives_each_transaction_another_session_will_do(database: str) -> None:
    with pgbouncer(database, "transaction", default_pool_size=1) as pooled:
        assert of_database(read(pooled)) == dict.fromkeys(pipeline.OF_DATABASE, 1)
        assert not left_behind(pooled)
