"""Our tables are those of schema ``public``, whatever else a login finds in a database."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
import yoyo
from psycopg import AsyncConnection, sql
from psycopg.conninfo import conninfo_to_dict

from esn_pulse.database import prepare
from esn_pulse.database.schema.migrations import applied_migrations, known_migrations
from esn_pulse.database.schema.scripts import scripts
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable
from tests.conftest import database_name
from tests.database.factories import opened, settings
from tests.owners import own_database

SCHEMAS_OF_TABLES = """
    SELECT DISTINCT schemaname::text FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""
ADD = "INSERT INTO objectives (name) VALUES ('Solidarity')"
NO_RIGHTS = "ALTER SCHEMA public OWNER TO CURRENT_USER; REVOKE ALL ON SCHEMA public FROM PUBLIC"
LEFT = """
    SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%(schema)s)
    UNION ALL SELECT stxname FROM pg_statistic_ext WHERE stxnamespace = to_regnamespace(%(schema)s)
"""
SET = "SELECT name FROM pg_settings WHERE source = 'session'"
COUNT = "SELECT count(*) FROM public.objectives"


@pytest.fixture
def owned(server: str) -> Iterator[str]:
    """Address of an empty database as its owner, who has a schema of the same name, logs in."""
    with own_database(server) as conninfo:
        yield conninfo


def own_schema(conninfo: str) -> str:
    return str(conninfo_to_dict(conninfo)["user"])


@pytest.mark.parametrize("path", ['"$user", public', "''", "nowhere", "pg_temp, public"])
async def test_tables_are_made_and_found_whatever_the_search_path(owned: str, path: str) -> None:
    with psycopg.connect(owned, autocommit=True) as connection:
        name = sql.Identifier(database_name(owned))
        setting = sql.SQL("ALTER DATABASE {} SET search_path = ").format(name)
        connection.execute(setting + sql.SQL(path))

    async def work(own: AsyncConnection) -> None:
        await own.execute(ADD)

    for _ in "made", "found":
        prepare(settings(owned))
    async with opened(owned) as database:
        await database.run(work)

    with psycopg.connect(owned) as connection:
        assert connection.execute(SCHEMAS_OF_TABLES).fetchall() == [("public",)]
        assert connection.execute(COUNT).fetchone() == (1,)


async def test_a_temporary_table_does_not_stand_in_for_ours(
    database: str, connection: psycopg.Connection
) -> None:
    async def shadow(own: AsyncConnection) -> None:
        await own.execute("CREATE TEMPORARY TABLE objectives (name text)")

    async def work(own: AsyncConnection) -> None:
        await own.execute(ADD)

    async with opened(database) as pulse:
        await pulse.run(shadow)
        await pulse.run(work)

    assert connection.execute(COUNT).fetchone() == (1,)


async def test_nothing_is_set_for_a_session(database: str) -> None:
    async def work(own: AsyncConnection) -> list[str]:
        return [name for (name,) in await (await own.execute(SET)).fetchall()]

    async with opened(database) as pulse:
        assert await pulse.run(work) == ["search_path"]
        assert pulse._connection is not None
        assert await work(pulse._connection) == []


@pytest.mark.parametrize("take_away", ["DROP SCHEMA public", NO_RIGHTS])
def test_a_database_without_our_schema_is_refused(server: str, owned: str, take_away: str) -> None:
    with psycopg.connect(server, dbname=database_name(owned)) as connection:
        connection.execute(take_away.encode())

    with pytest.raises(ConfigurationError, match=r"has no schema public .* GRANT USAGE") as refused:
        prepare(settings(owned))
    assert "secret" not in str(refused.value)

    with psycopg.connect(owned) as connection:
        assert connection.execute(SCHEMAS_OF_TABLES).fetchall() == []


def test_another_projects_books_that_may_not_be_read_are_not_asked(server: str, owned: str) -> None:
    name = database_name(owned)
    with psycopg.connect(server, dbname=name) as connection:
        connection.execute("CREATE SCHEMA shop CREATE TABLE _yoyo_migration (migration_id text)")
        connection.execute("GRANT USAGE ON SCHEMA shop TO PUBLIC")
        path = sql.SQL("ALTER DATABASE {} SET search_path = shop, public")
        connection.execute(path.format(sql.Identifier(name)))

    prepare(settings(owned))


def test_a_schema_that_can_not_be_brought_up_to_date_for_now_says_so(owned: str) -> None:
    with psycopg.connect(owned) as connection:
        read_only = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on")
        connection.execute(read_only.format(sql.Identifier(database_name(owned))))

    with pytest.raises(DatabaseUnavailable, match=r"takes only reading now, .* to the primary"):
        prepare(settings(owned))


def begin_in_own_schema(conninfo: str, folder: Path) -> None:
    """Do as earlier versions did, with which tables came into the schema of the login's name."""
    for script in scripts():
        (folder / script.name).write_text(script.read_text())
    parts = conninfo_to_dict(conninfo) | {"schema": own_schema(conninfo)}
    backend = yoyo.get_backend(f"postgresql+psycopg:///?{urlencode(parts)}")
    with pytest.raises(psycopg.errors.UndefinedTable, match=r"public\.activities"):
        backend.apply_migrations(backend.to_apply(yoyo.read_migrations(str(folder))))
    backend.connection.close()


def test_what_an_earlier_version_left_half_made_is_explained_and_can_be_moved(
    owned: str, tmp_path: Path
) -> None:
    begin_in_own_schema(owned, tmp_path)
    with psycopg.connect(owned) as connection:
        path = sql.Identifier(own_schema(owned))
        connection.execute(sql.SQL("CREATE TABLE {}.of_somebody_else ()").format(path))
        connection.execute(sql.SQL("INSERT INTO {}.objectives (name) VALUES ('x')").format(path))

    with pytest.raises(ConfigurationError, match="half made in schema") as refused:
        prepare(settings(owned))
    told = str(refused.value)
    assert own_schema(owned) in told
    assert "of_somebody_else" not in told
    with psycopg.connect(owned) as connection:
        connection.execute(told.partition("again: ")[2].encode())
    prepare(settings(owned))

    with psycopg.connect(owned) as connection:
        assert applied_migrations(connection) == known_migrations()
        assert connection.execute(COUNT).fetchone() == (1,)
        left = connection.execute(LEFT, {"schema": own_schema(owned)}).fetchall()
    assert left == [("of_somebody_else",)]


def test_books_of_another_project_are_left_alone(owned: str) -> None:
    with psycopg.connect(owned) as connection:
        connection.execute("CREATE TABLE _yoyo_migration (migration_id text)")
        connection.execute("INSERT INTO _yoyo_migration VALUES ('0001_theirs')")
    prepare(settings(owned))

    with psycopg.connect(owned) as connection:
        assert connection.execute("SELECT * FROM _yoyo_migration").fetchall() == [("0001_theirs",)]
        assert applied_migrations(connection) == known_migrations()
