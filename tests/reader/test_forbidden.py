"""What the role can't do, also when it asks for a transaction that may write."""

from typing import LiteralString

import psycopg
import pytest
from psycopg import errors, sql

from esn_pulse.database.schema.views import identifier, known_views
from tests.database.schema.expected_schema import COLUMNS

HIDDEN_VIEWS = [view.name for view in known_views() if view.name.startswith("bi_cache.")]
READING_MORE: list[LiteralString] = [
    "SELECT passwd FROM pg_shadow",
    "SELECT rolpassword FROM pg_authid",
    "SELECT stavalues1 FROM pg_statistic",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_ls_logdir()",
    "SELECT pg_stat_file('PG_VERSION')",
    "SELECT lo_import('/etc/passwd')",
    "COPY bi.sections TO '/tmp/sections'",
    "COPY bi.sections TO PROGRAM 'cat'",
    "SET ROLE pg_read_all_data",
    "SET ROLE pg_monitor",
    "SET SESSION AUTHORIZATION postgres",
]
WRITING: list[LiteralString] = [
    "INSERT INTO public.objectives (name) VALUES ('Mischief')",
    "UPDATE public.sections SET name = ''",
    "DELETE FROM public.activities",
    "TRUNCATE public.activities",
    "DROP TABLE public.activities",
    "ALTER TABLE public.activities ADD COLUMN x integer",
    "DO $$ BEGIN LOCK TABLE public.activities; END $$",
    "SELECT nextval('public.activities_id_seq')",
    "INSERT INTO bi.runs (status) VALUES ('completed')",
    "UPDATE bi.runs SET status = 'completed'",
    "DELETE FROM bi.runs",
    "DROP VIEW bi.runs",
    "CREATE OR REPLACE VIEW bi.runs AS SELECT 1",
    "COMMENT ON VIEW bi.runs IS ''",
    "GRANT SELECT ON public.activities TO PUBLIC",
    "SELECT FROM bi.section_history FOR UPDATE",
    "DO $$ BEGIN LOCK TABLE bi.runs IN EXCLUSIVE MODE; END $$",
    "REFRESH MATERIALIZED VIEW bi_cache.activities",
    "CREATE TABLE bi.x ()",
    "CREATE TABLE bi_cache.x ()",
    "CREATE TABLE public.x ()",
    "CREATE VIEW bi.x AS SELECT 1",
    "CREATE FUNCTION public.x() RETURNS integer LANGUAGE sql RETURN 1",
    "CREATE FUNCTION pg_temp.x() RETURNS integer LANGUAGE sql RETURN 1",
    "CREATE TYPE public.x AS ENUM ()",
    "CREATE SCHEMA x",
    "CREATE TEMPORARY TABLE x ()",
    "CREATE TEMPORARY VIEW x AS SELECT 1",
    "DROP EXTENSION plpgsql",
    "CREATE PUBLICATION x",
    "CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION x()",
    "CREATE FOREIGN DATA WRAPPER x",
    "CREATE ROLE x",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER CONNECTION LIMIT -1",
    "ALTER ROLE postgres SET statement_timeout = '1s'",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "SET temp_file_limit = -1",
    "SET log_statement = 'none'",
    "SET session_replication_role = 'replica'",
    "COPY bi.runs FROM PROGRAM 'true'",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_advisory_lock_shared(1, 1)",
    "SELECT pg_advisory_xact_lock(1, 1)",
    "SELECT pg_advisory_xact_lock_shared(1)",
    "SELECT pg_try_advisory_lock(1, 1)",
    "SELECT pg_try_advisory_lock_shared(1)",
    "SELECT pg_try_advisory_xact_lock(1)",
    "SELECT pg_try_advisory_xact_lock_shared(1, 1)",
    "SELECT pg_reload_conf()",
    "SELECT pg_switch_wal()",
    "SELECT pg_promote()",
]


def refuse(reading: psycopg.Connection, statement: LiteralString | sql.Composed) -> psycopg.Error:
    """Run what must be refused, also in a transaction that may write."""
    reading.execute("SET default_transaction_read_only = off")
    try:
        with pytest.raises(psycopg.Error) as refused:
            reading.execute(statement)
    finally:
        reading.execute("RESET default_transaction_read_only")
    return refused.value


@pytest.mark.parametrize("statement", [*READING_MORE, *WRITING])
def test_it_is_not_permitted(reading: psycopg.Connection, statement: LiteralString) -> None:
    error = refuse(reading, statement)

    assert isinstance(error, errors.InsufficientPrivilege), error


@pytest.mark.parametrize("table", COLUMNS)
def test_no_table_can_be_read(reading: psycopg.Connection, table: str) -> None:
    error = refuse(reading, sql.SQL("SELECT FROM {}").format(sql.Identifier("public", table)))

    assert str(error).startswith(f"permission denied for table {table}")


@pytest.mark.parametrize("view", HIDDEN_VIEWS)
def test_what_the_views_are_made_from_can_not_be_read(
    reading: psycopg.Connection, view: str
) -> None:
    error = refuse(reading, sql.SQL("SELECT FROM {}").format(identifier(view)))

    assert str(error).startswith("permission denied for schema bi_cache")


def test_it_does_not_see_what_others_ask(reading: psycopg.Connection, server: str) -> None:
    with psycopg.connect(server) as other:
        asked = other.execute("SELECT pg_backend_pid()").fetchone()
        assert asked
        query = "SELECT query, client_addr FROM pg_stat_activity WHERE pid = %s"
        found = reading.execute(query, asked).fetchone()

    assert found == ("<insufficient privilege>", None)


def test_it_can_not_end_the_sessions_of_others(reading: psycopg.Connection, server: str) -> None:
    with psycopg.connect(server) as other:
        with pytest.raises(errors.InsufficientPrivilege):
            reading.execute("SELECT pg_terminate_backend(%s)", [other.info.backend_pid])
        other.execute("SELECT 1")


def test_a_session_begins_read_only(reading: psycopg.Connection) -> None:
    with pytest.raises(errors.ReadOnlySqlTransaction):
        reading.execute("CREATE TABLE x ()")
