"""Backups of databases that others use as well, and backups that earlier versions made of them."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from scrapy.settings import Settings

from esn_pulse.backups.backup import back_up
from esn_pulse.backups.restore import restore
from esn_pulse.database import prepare
from esn_pulse.database.clients import call, look, programs
from esn_pulse.exceptions import BackupError
from tests.conftest import create_database, database_name, drop_database
from tests.database.schema.states import LANDED, PLACES, set_to, structure
from tests.owners import own_database

# What an administrator has there; a login for our tables may read none of it.
OTHERS = """
    CREATE SCHEMA auth;
    CREATE TABLE auth.users (id serial PRIMARY KEY, name text);
    INSERT INTO auth.users (name) VALUES ('Somebody Else');
    CREATE TABLE calendar (id serial PRIMARY KEY, name text);
    INSERT INTO calendar (name) VALUES ('Somebody Else');
    CREATE TABLE "of ""others"".*" ();
    CREATE VIEW admins AS SELECT * FROM auth.users;
    CREATE MATERIALIZED VIEW admin_names AS SELECT name FROM auth.users;
    CREATE SEQUENCE numbers;
    CREATE FOREIGN DATA WRAPPER nothing;
    CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
    CREATE FOREIGN TABLE far_away (name text) SERVER nowhere;
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE FUNCTION activities(mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION trigger_of_others() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION watch();
    CREATE PUBLICATION everything;
    SELECT lo_from_bytea(0, 'Somebody Else');
    COMMENT ON SCHEMA public IS 'of others';
"""
EXTENSIONS = """
    SELECT format('CREATE EXTENSION %I', name) FROM pg_available_extensions
    WHERE name IN ('hstore', 'pg_buffercache', 'pg_trgm')
"""
ON_OUR_TABLES = """
    CREATE INDEX index_of_others ON countries (name);
    CREATE TRIGGER activities AFTER INSERT ON sections EXECUTE FUNCTION trigger_of_others();
    CREATE RULE rule_of_others AS ON DELETE TO sections DO ALSO SELECT mood 'sad';
    CREATE POLICY policy_of_others ON countries USING (mood 'sad' < mood 'happy');
    ALTER TABLE countries ENABLE ROW LEVEL SECURITY;
"""
IN_OUR_SCHEMA = """
    CREATE VIEW bi.admins AS SELECT name FROM auth.users;
    CREATE TABLE bi.calendar_of_others ();
"""
OF_OTHERS = """
    Somebody Else; CREATE EXTENSION; CREATE EVENT TRIGGER; CREATE PUBLICATION; lo_create; auth;
    calendar (; admin; numbers; "of ; far_away; calendar_of_others
"""
ACTIVITY = """
    INSERT INTO activities
        (event_slug, url, title, description, start_date, is_future_event, is_online)
    VALUES ('picnic', 'u', 'Picnic', 'd', '2026-05-01', false, false);
    INSERT INTO section_listings (section_id, event_slug) VALUES (1, 'picnic');
"""
# What is added on the way, in which state; the schemas of the views came with the tenth migration.
CHANGES = {1: PLACES, 5: ACTIVITY, 12: ON_OUR_TABLES, LANDED[-1]: IN_OUR_SCHEMA}


def add_others(server: str, conninfo: str) -> str:
    """Let an administrator share a database; returns the administrator's address."""
    administrator = make_conninfo(server, dbname=database_name(conninfo))
    with psycopg.connect(administrator) as connection:
        connection.execute(OTHERS)
        for (extension,) in connection.execute(EXTENSIONS).fetchall():
            connection.execute(extension)
    return administrator


@pytest.fixture
def alone(server: str) -> Iterator[str]:
    """Address of an empty database of a login's own."""
    with own_database(server) as conninfo:
        yield conninfo


@pytest.fixture
def shared(server: str) -> Iterator[str]:
    """Address of such a database that others use as well."""
    with own_database(server) as conninfo:
        add_others(server, conninfo)
        yield conninfo


@pytest.fixture(scope="module")
def expected_structure(migrated_template: str) -> list[str]:
    return structure(migrated_template, "--no-privileges")


@pytest.fixture(scope="module")
def earlier_backups(server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Backups of each state as they were made once: of the whole database, others' rows and all."""
    folder = tmp_path_factory.mktemp("earlier")
    conninfo = create_database(server, "template0")
    major = look(conninfo).major
    pg_dump = next(program.path for program in programs("pg_dump") if program.major >= major)
    try:
        add_others(server, conninfo)
        for state in LANDED:
            set_to(conninfo, state)
            with psycopg.connect(conninfo) as connection:
                connection.execute(CHANGES.get(state, "").encode())
            words = "--format=custom", "--lock-wait-timeout=5min", f"--file={folder / str(state)}"
            call(pg_dump, *words, conninfo=conninfo)
    finally:
        drop_database(server, conninfo)
    return {state: folder / str(state) for state in LANDED}


def ours(conninfo: str) -> tuple[list[str], list[str], int]:
    """Return the names of sections and activities, and the id that the next section gets."""
    with psycopg.connect(conninfo) as connection:
        sections = connection.execute("SELECT section || ', ' || country FROM bi.sections")
        activities = connection.execute("SELECT title FROM bi.activities")
        added = connection.execute(
            "INSERT INTO sections (name, accounts_platform_slug) VALUES ('x', 'x') RETURNING id"
        )
        (added_id,) = added.fetchone() or (0,)
        return [name for (name,) in sections], [title for (title,) in activities], added_id


def test_others_are_neither_read_nor_touched(
    server: str, shared: str, alone: str, tmp_path: Path, expected_structure: list[str]
) -> None:
    prepare(Settings({"DATABASE_URL": shared}))
    with psycopg.connect(server, dbname=database_name(shared)) as administrator:
        administrator.execute((PLACES + ON_OUR_TABLES + IN_OUR_SCHEMA + ACTIVITY).encode())
    given = {"DATABASE_URL": shared, "BACKUPS_DIR": str(tmp_path), "BACKUPS_KEPT": 0}
    backup = back_up(Settings(given)).backup.path

    held = call(programs("pg_restore")[-1].path, "--file=-", str(backup))
    assert [word for word in OF_OTHERS.split("; ") if word.strip() in held] == []

    restore(Settings({"DATABASE_URL": alone}), backup)
    assert structure(alone, "--no-privileges") == expected_structure
    assert ours(alone) == (["Ege, Türkiye"], ["Picnic"], 2)


@pytest.mark.parametrize("state", LANDED)
def test_earlier_backups_go_into_databases_of_ours_alone(
    earlier_backups: dict[int, Path], alone: str, expected_structure: list[str], state: int
) -> None:
    restore(Settings({"DATABASE_URL": alone}), earlier_backups[state])

    assert structure(alone, "--no-privileges") == expected_structure
    assert ours(alone) == (["Ege, Türkiye"], ["Picnic"] if state >= 5 else [], 2)


def test_who_may_not_make_our_tables_is_told_what_it_takes(
    server: str, earlier_backups: dict[int, Path], alone: str
) -> None:
    with psycopg.connect(server, dbname=database_name(alone)) as administrator:
        administrator.execute("ALTER SCHEMA public OWNER TO CURRENT_USER")

    with pytest.raises(BackupError, match=r"permission denied .* GRANT CREATE ON SCHEMA public"):
        restore(Settings({"DATABASE_URL": alone}), earlier_backups[1])


@pytest.mark.parametrize("state", CHANGES)
def test_earlier_backups_go_into_shared_databases(
    server: str, earlier_backups: dict[int, Path], shared: str, state: int
) -> None:
    with psycopg.connect(server, dbname=database_name(shared)) as administrator:
        administrator.execute("INSERT INTO calendar (name) VALUES ('Of today')")
    restore(Settings({"DATABASE_URL": shared}), earlier_backups[state])

    assert ours(shared) == (["Ege, Türkiye"], ["Picnic"] if state >= 5 else [], 2)
    with psycopg.connect(server, dbname=database_name(shared)) as administrator:
        found = administrator.execute("SELECT name FROM calendar ORDER BY id").fetchall()
    assert found == [("Somebody Else",), ("Of today",)]
