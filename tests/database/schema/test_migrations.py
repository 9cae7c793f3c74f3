import multiprocessing
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from typing import LiteralString

import psycopg
import pytest
from yoyo.backends import DatabaseBackend
from yoyo.migrations import Migration

from esn_pulse.database.schema.migrations import applied_migrations, migrate
from tests.conftest import create_database, database_name, drop_database
from tests.database.schema.expected_schema import COLUMNS, CONSTRAINTS, GOALS, INDEXES

# yoyo keeps its own books in the same schema.
OURS = "c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '%yoyo%'"

COLUMNS_QUERY: LiteralString = f"""
    SELECT c.relname, a.attname,
        replace(replace(format_type(a.atttypid, a.atttypmod), 'character varying', 'varchar'),
            'timestamp with time zone', 'timestamptz')
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        || CASE WHEN a.attidentity = 'a' THEN ' IDENTITY' ELSE '' END
        || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE {OURS} AND c.relkind = 'r'
"""
CONSTRAINTS_QUERY: LiteralString = f"""
    SELECT c.relname, pg_get_constraintdef(k.oid)
    FROM pg_class AS c JOIN pg_constraint AS k ON k.conrelid = c.oid
    WHERE {OURS} AND k.contype <> 'n' -- since PostgreSQL 18 NOT NULL is one too
"""
INDEXES_QUERY: LiteralString = f"""
    SELECT i.relname, replace(substring(pg_get_indexdef(i.oid) FROM 'ON public.(.*)'),
        ' USING btree', '')
    FROM pg_index AS x
    JOIN pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_class AS c ON c.oid = x.indrelid
    WHERE {OURS} AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)
"""
# An index whose columns are the first ones of a whole-table index with the same order.
SUPERFLUOUS_QUERY: LiteralString = f"""
    SELECT x.indexrelid::regclass::text, wider.indexrelid::regclass::text
    FROM pg_index AS x
    JOIN pg_class AS c ON c.oid = x.indrelid
    JOIN pg_index AS wider ON wider.indrelid = x.indrelid AND wider.indexrelid <> x.indexrelid
    WHERE {OURS} AND NOT x.indisunique AND wider.indpred IS NULL AND x.indpred IS NULL
        AND wider.indkey::text || ' ' LIKE x.indkey::text || ' %'
"""


def columns(connection: psycopg.Connection) -> dict[str, dict[str, str]]:
    tables: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for table, name, definition in connection.execute(COLUMNS_QUERY):
        tables[table][name] = definition
    return dict(tables)


def books(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """What yoyo applied, and when."""
    return connection.execute("SELECT * FROM _yoyo_migration ORDER BY migration_id").fetchall()


@pytest.fixture(scope="module")
def schema(server: str, migrated_template: str) -> Iterator[psycopg.Connection]:
    """Connection to a database that is only looked at."""
    conninfo = create_database(server, database_name(migrated_template))
    with psycopg.connect(conninfo) as connected:
        yield connected
    drop_database(server, conninfo)


def test_there_are_these_tables_and_no_others(schema: psycopg.Connection) -> None:
    assert set(columns(schema)) == set(COLUMNS)


@pytest.mark.parametrize("table", COLUMNS)
def test_columns(schema: psycopg.Connection, table: str) -> None:
    lines = (" ".join(line.split()) for line in COLUMNS[table].split(";"))
    expected = dict(line.split(" ", maxsplit=1) for line in lines)

    assert columns(schema)[table] == expected


@pytest.mark.parametrize("table", COLUMNS)
def test_constraints(schema: psycopg.Connection, table: str) -> None:
    found = [definition for name, definition in schema.execute(CONSTRAINTS_QUERY) if name == table]

    assert len(found) == len(set(found))
    assert set(found) == CONSTRAINTS[table]


def test_the_indexes_are_there(schema: psycopg.Connection) -> None:
    found: dict[str, str] = dict(schema.execute(INDEXES_QUERY).fetchall())

    assert {name: found.get(name) for name in INDEXES} == INDEXES


def test_no_index_repeats_another_one_or_a_constraint(schema: psycopg.Connection) -> None:
    assert schema.execute(SUPERFLUOUS_QUERY).fetchall() == []


def test_every_moment_has_a_time_zone(schema: psycopg.Connection) -> None:
    types = {kind for table in columns(schema).values() for kind in table.values()}

    assert not [kind for kind in types if kind.startswith("timestamp without")]
    assert any(kind.startswith("timestamptz") for kind in types)


def test_the_seventeen_goals_are_filled_in(schema: psycopg.Connection) -> None:
    assert schema.execute("SELECT name, description FROM sdgs ORDER BY id").fetchall() == GOALS


def test_a_deleted_country_leaves_its_activities(connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO countries VALUES ('UK', 'UK', 'uk', 'https://a.example/uk')")
    connection.execute(
        "INSERT INTO activities (event_slug, url, title, description, start_date, is_future_event,"
        " is_online, country_code)"
        " VALUES ('x-1', 'https://a.example', 'X', '', '2024-01-01', false, false, 'UK')"
    )

    connection.execute("UPDATE countries SET country_code = 'GB'")
    assert connection.execute("SELECT country_code FROM activities").fetchall() == [("GB",)]
    connection.execute("DELETE FROM countries")
    assert connection.execute("SELECT country_code FROM activities").fetchall() == [(None,)]


def test_applying_again_changes_nothing(database: str, connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO objectives (name) VALUES ('Solidarity')")
    before = books(connection), columns(connection)

    migrate(database)

    assert (books(connection), columns(connection)) == before
    assert connection.execute("SELECT name FROM objectives").fetchall() == [("Solidarity",)]
    assert connection.execute("SELECT count(*) FROM sdgs").fetchall() == [(17,)]


def test_a_database_is_found_whatever_its_name_is(server: str) -> None:
    conninfo = psycopg.conninfo.make_conninfo(server, dbname="odd na+me%&=é")
    name = psycopg.sql.Identifier("odd na+me%&=é")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    try:
        migrate(conninfo)
        with psycopg.connect(conninfo) as connection:
            assert set(columns(connection)) == set(COLUMNS)
    finally:
        drop_database(server, conninfo)


@contextmanager
def empty_databases(server: str, number: int) -> Iterator[list[str]]:
    made = [create_database(server, "template0") for _ in range(number)]
    try:
        yield made
    finally:
        for conninfo in made:
            drop_database(server, conninfo)


def migrate_each(databases: list[str], together: Barrier) -> None:
    for conninfo in databases:
        together.wait(timeout=60)
        migrate(conninfo)


def test_two_that_begin_at_once_both_succeed(server: str) -> None:
    processes = multiprocessing.get_context("spawn")
    together = processes.Barrier(2)
    with empty_databases(server, 3) as databases:
        pair = [processes.Process(target=migrate_each, args=(databases, together)) for _ in "ab"]
        for process in pair:
            process.start()
        for process in pair:
            process.join(timeout=60)
        assert [process.exitcode for process in pair] == [0, 0]
        for conninfo in databases:
            with psycopg.connect(conninfo) as connection:
                assert set(columns(connection)) == set(COLUMNS)
                assert connection.execute("SELECT count(*) FROM sdgs").fetchone() == (17,)


def wait_until_blocked(connection: psycopg.Connection) -> None:
    """Wait until somebody in this database waits for a lock."""
    deadline = time.monotonic() + 60
    while not connection.execute(
        "SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
    ).fetchall():
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.02)


def test_one_that_was_killed_is_not_in_the_way_of_the_next(empty_database: str) -> None:
    command = (
        "import sys; from esn_pulse.database.schema.migrations import migrate; migrate(sys.argv[1])"
    )
    with (
        psycopg.connect(empty_database) as obstacle,
        psycopg.connect(empty_database, autocommit=True) as connection,
    ):
        obstacle.execute("CREATE TABLE countries (here_first integer)")
        with subprocess.Popen([sys.executable, "-c", command, empty_database]) as killed:
            wait_until_blocked(connection)
            killed.kill()
        assert killed.returncode == -signal.SIGKILL
        obstacle.rollback()
        connection.execute("SET statement_timeout = '20s'")

        migrate(empty_database)

        assert set(columns(connection)) == set(COLUMNS)


@pytest.mark.parametrize("step", ["log_migration", "mark_one"])
def test_what_was_not_recorded_was_not_applied(
    empty_database: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    original = getattr(DatabaseBackend, step)

    def fail_at_the_third(
        backend: DatabaseBackend, migration: Migration, *words: str, **told: bool
    ) -> None:
        if migration.id.startswith("0003"):
            raise SystemExit
        original(backend, migration, *words, **told)

    with monkeypatch.context() as patched:
        patched.setattr(DatabaseBackend, step, fail_at_the_third)
        with pytest.raises(SystemExit):
            migrate(empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        assert len(applied_migrations(connection)) == 2

        migrate(empty_database)

        assert set(columns(connection)) == set(COLUMNS)
