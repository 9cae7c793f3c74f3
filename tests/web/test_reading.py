"""What a connection that reads may do, and what it sees."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from esn_pulse.web.reading import Reading

REFUSED = (errors.ReadOnlySqlTransaction, errors.ActiveSqlTransaction)


@pytest.fixture
async def reading(database: str) -> AsyncIterator[Reading]:
    """Connections of the database's owner, whose defaults are odd."""
    odd = "-c timezone=Asia/Tokyo -c datestyle=German -c statement_timeout=0"
    found = Reading(make_conninfo(database, options=odd))
    with found.open():
        yield found


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO countries VALUES ('XX', 'X', 'x', 'x')",
        "UPDATE countries SET name = ''",
        "DELETE FROM countries",
        "TRUNCATE countries",
        "CREATE TABLE made (x int)",
        "DROP VIEW bi.sections",
        "GRANT SELECT ON countries TO PUBLIC",
        "REFRESH MATERIALIZED VIEW bi_cache.activities",
        "SELECT lo_create(0)",
        "SELECT nextval(pg_get_serial_sequence('sections', 'id'))",
        "COPY countries FROM PROGRAM 'true'",
        "SET TRANSACTION READ WRITE",
        "SET transaction_read_only = off",
        "SET LOCAL transaction_read_only = off",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "SAVEPOINT a; SET TRANSACTION READ WRITE",
    ],
)
async def test_nothing_can_be_written_even_by_the_owner(reading: Reading, statement: str) -> None:
    with reading.snapshot() as connection:
        is_old = connection.info.server_version < 160000
    if is_old and "lo_create" in statement:
        pytest.skip("before PostgreSQL 16 large objects count as nothing that is written")
    with pytest.raises(REFUSED), reading.snapshot() as connection:
        connection.execute(statement.encode())


async def test_nor_later_by_a_connection_that_was_told_otherwise(reading: Reading) -> None:
    with reading.snapshot() as connection:
        connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
        connection.execute("SET default_transaction_read_only = off")
    with pytest.raises(REFUSED), reading.snapshot() as connection:
        connection.execute("DELETE FROM countries")


async def test_a_request_sees_one_moment(reading: Reading, database: str) -> None:
    count = "SELECT count(*) FROM countries"
    with reading.snapshot() as connection, psycopg.connect(database, autocommit=True) as other:
        other.execute("INSERT INTO countries VALUES ('XX', 'X', 'x', 'x')")
        assert connection.execute(count).fetchone() == (0,)
        assert other.execute(count).fetchone() == (1,)
    with reading.snapshot() as connection:
        assert connection.execute(count).fetchone() == (1,)


async def test_views_that_are_made_anew_are_waited_for(reading: Reading, database: str) -> None:
    """What is seen is fixed when they are there: to an older moment they would be empty."""

    def count() -> tuple[int, ...] | None:
        with reading.snapshot() as connection:
            return connection.execute("SELECT count(*) FROM countries").fetchone()

    waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'bi.search'::regclass"
    with psycopg.connect(database) as maker, psycopg.connect(database, autocommit=True) as other:
        maker.execute("LOCK TABLE bi.search IN ACCESS EXCLUSIVE MODE")
        counting = asyncio.create_task(asyncio.to_thread(count))
        while not counting.done() and not other.execute(waiting).rowcount:  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.03)
        maker.execute("INSERT INTO countries VALUES ('XX', 'X', 'x', 'x')")
        maker.commit()
        assert await counting == (1,)


async def test_days_and_times_are_utc_and_no_query_takes_long(reading: Reading) -> None:
    names = ("TimeZone", "DateStyle", "statement_timeout")
    with reading.snapshot() as connection:
        told = [connection.execute(f"SHOW {name}".encode()).fetchone() for name in names]
    assert told == [("UTC",), ("ISO, DMY",), ("5s",)]
