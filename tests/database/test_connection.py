import logging
import socket
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import AsyncConnection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from esn_pulse.database import Database, database_url, requirements, without_password
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable
from tests.conftest import database_name
from tests.database.factories import opened, settings

ADD = "INSERT INTO objectives (name) VALUES (%s)"
SECRET = "hunter2"


def objectives(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM objectives ORDER BY id")]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody listens, held so that nobody else comes to listen."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.mark.parametrize(
    "garbage",
    [
        f"mysql://me:{SECRET}@localhost/pulse",
        f"postgresql://me:{SECRET}@[localhost/pulse",
        f"postgresql://me:{SECRET}%@localhost/pulse",
        f"host=localhost pasword={SECRET}",
        SECRET,
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(garbage: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL is not the address") as refused:
        database_url(settings(garbage))

    assert SECRET not in str(refused.value)
    assert refused.value.__suppress_context__  # or a traceback would repeat it


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://me:{SECRET}@db.example:6543/pulse",
        f"postgresql://me@db.example:6543/pulse?password={SECRET}",
        f"host=db.example port=6543 user=me dbname=pulse password='{SECRET}'",
    ],
)
def test_an_address_is_shown_without_its_password(address: str) -> None:
    shown = without_password(database_url(settings(address)))

    assert conninfo_to_dict(shown) == {
        "host": "db.example",
        "port": "6543",
        "user": "me",
        "dbname": "pulse",
    }


async def test_a_server_that_is_not_there_is_named_with_what_to_do(closed_port: int) -> None:
    database = Database(settings(f"postgresql://me:{SECRET}@127.0.0.1:{closed_port}/pulse"))

    with pytest.raises(DatabaseUnavailable) as failed:
        await database.open()

    message = str(failed.value)
    assert f"{closed_port}" in message
    assert "Check DATABASE_URL and that the server runs" in message
    assert SECRET not in message
    assert SECRET not in database.address
    assert not database.is_open


async def test_a_database_that_does_not_exist_is_named(server: str) -> None:
    url = psycopg.conninfo.make_conninfo(server, dbname="nowhere")

    with pytest.raises(DatabaseUnavailable, match='database "nowhere" does not exist'):
        await Database(settings(url)).open()


async def test_too_old_a_server_is_refused(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requirements, "_OLDEST_SERVER", 990000)

    with pytest.raises(ConfigurationError, match=r"PostgreSQL \d\d is too old; version 15"):
        await Database(settings(empty_database)).open()

    with psycopg.connect(empty_database) as untouched:
        tables = "SELECT FROM pg_tables WHERE schemaname = 'public'"
        assert untouched.execute(tables).fetchall() == []


@pytest.fixture
def login(server: str, empty_database: str) -> Iterator[str]:
    """A role that may make tables, but no schema."""
    name = f"login_{uuid4().hex}"
    role = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(role))
        with psycopg.connect(empty_database) as granting:
            granting.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(role))
        yield name
        with psycopg.connect(empty_database) as dropping:
            dropping.execute(sql.SQL("DROP OWNED BY {}").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


async def test_who_may_not_change_the_schema_is_told_what_it_takes(
    login: str, empty_database: str
) -> None:
    url = make_conninfo(empty_database, user=login, password="secret")

    with pytest.raises(DatabaseUnavailable, match="GRANT CREATE ON DATABASE") as refused:
        await Database(settings(url)).open()

    assert f"user={login}" in str(refused.value)
    assert "(permission denied for database" in str(refused.value)


async def test_opening_brings_the_schema_up_to_date(empty_database: str) -> None:
    async with opened(empty_database) as database:
        assert database.is_open

    assert not database.is_open
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT count(*) FROM sdgs").fetchone() == (17,)


async def test_work_is_committed_and_its_result_returned(
    database: str, connection: psycopg.Connection
) -> None:
    async def work(own: AsyncConnection) -> str:
        await own.execute(ADD, ["Solidarity"])
        return "done"

    async with opened(database) as pulse:
        assert await pulse.run(work) == "done"
        assert objectives(connection) == ["Solidarity"]


async def test_work_on_a_lost_connection_is_repeated_and_committed_once(
    database: str, connection: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    backends = []

    async def work(own: AsyncConnection) -> int:
        backends.append(own.info.backend_pid)
        await own.execute(ADD, ["Solidarity"])
        if len(backends) == 1:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", backends)
        await own.execute(ADD, ["Mobility"])
        return len(backends)

    async with opened(database) as pulse:
        with caplog.at_level(logging.WARNING, logger="esn_pulse"):
            assert await pulse.run(work) == 2

    assert len(set(backends)) == 2
    assert objectives(connection) == ["Solidarity", "Mobility"]
    assert "The database went away" in caplog.text


async def test_connections_lost_between_two_works_are_not_noticed(
    database: str, connection: psycopg.Connection
) -> None:
    attempts = []

    async def work(own: AsyncConnection) -> int:
        attempts.append(own.info.backend_pid)
        await own.execute(ADD, [f"Objective {len(attempts)}"])
        return own.info.backend_pid

    async with opened(database) as pulse:
        first = await pulse.run(work)
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert await pulse.run(work) != first

    assert objectives(connection) == ["Objective 1", "Objective 2"]


async def test_work_that_the_database_refuses_is_undone_and_not_repeated(
    database: str, connection: psycopg.Connection
) -> None:
    attempts = []

    async def work(own: AsyncConnection) -> None:
        attempts.append(own)
        await own.execute(ADD, ["Mobility"])
        await own.execute(ADD, ["Mobility"])

    async with opened(database) as pulse:
        with pytest.raises(psycopg.errors.UniqueViolation):
            await pulse.run(work)

    assert len(attempts) == 1
    assert objectives(connection) == []


async def test_a_database_that_stays_away_is_given_up(server: str, database: str) -> None:
    refuse = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false")
    attempts = []

    async def work(own: AsyncConnection) -> None:
        attempts.append(own)
        await own.execute("SELECT 1")

    async with opened(database, patience=0.3) as pulse:
        with psycopg.connect(server, autocommit=True) as other:
            other.execute(refuse.format(sql.Identifier(database_name(database))))
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [database_name(database)],
            )
        with pytest.raises(DatabaseUnavailable, match=r"stayed away for 0\.3 s.* run the same"):
            await pulse.run(work)

    assert attempts == []


async def test_work_without_a_connection_fails_at_once(database: str) -> None:
    async def work(own: AsyncConnection) -> None:
        raise AssertionError

    async with opened(database) as pulse:
        await pulse.close()
        with pytest.raises(DatabaseUnavailable, match="no connection"):
            await pulse.run(work)
