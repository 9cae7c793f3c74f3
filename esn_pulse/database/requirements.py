"""What a server and a database have to be; it is looked at before anything is made or read."""

import psycopg

from esn_pulse.database.address import without_password
from esn_pulse.database.pooling import pools_by_transaction
from esn_pulse.database.schema.migrations import applied_migrations, known_migrations
from esn_pulse.database.schema.objects import made
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable

_OLDEST_SERVER = 150000

# Whether our schema can be used; and where else the login's search_path leads to yoyo's books.
_SCHEMAS = """
    SELECT has_schema_privilege(to_regnamespace('public'), 'USAGE'), (
        SELECT nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass('_yoyo_migration') AND has_table_privilege(c.oid, 'SELECT')
        AND NOT EXISTS (
            SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = '_yoyo_migration'
        )
    )
"""
_MOVE = """
    SELECT format('ALTER %%s %%I.%%I SET SCHEMA public;', kind, schema, name) FROM (
        SELECT 'TABLE', schemaname, tablename FROM pg_tables
        UNION ALL
        SELECT 'STATISTICS', nspname, stxname
        FROM pg_statistic_ext JOIN pg_namespace AS n ON n.oid = stxnamespace
    ) AS moved (kind, schema, name)
    WHERE schema = %s AND name = ANY (%s) ORDER BY kind DESC, name
"""


def check_server(connection: psycopg.Connection, conninfo: str) -> None:
    """Look whether a server is new enough, and its database takes every letter.

    :raises ConfigurationError: when it is not, or does not.
    """
    version = connection.info.server_version
    if version < _OLDEST_SERVER:
        raise ConfigurationError(
            f"PostgreSQL {version // 10000} is too old; version 15 or newer is needed"
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in {"UTF8", None}:  # something in between may keep it to itself
        raise ConfigurationError(
            f"the database at '{without_password(conninfo)}' is in {encoding}, which has no place"
            " for every letter that sections write with; only UTF8 has. Make one with, on its"
            " server: createdb -T template0 -E UTF8 NAME (and --locale=C, if it says that the"
            " encoding does not match the locale), and name it in DATABASE_URL"
        )


def check_schema(connection: psycopg.Connection, conninfo: str) -> None:
    """Look whether our schema can be used, and no other one stands for it.

    :param connection: outside of ``transaction``, which sets the login's own path aside.
    :raises ConfigurationError: when it can't, or another one does.
    """
    is_usable, other = connection.execute(_SCHEMAS).fetchone() or (False, None)
    if not is_usable:
        raise ConfigurationError(
            f"the database at '{without_password(conninfo)}' has no schema public that this login"
            " may use. Its owner mends that: CREATE SCHEMA IF NOT EXISTS public; GRANT USAGE,"
            " CREATE ON SCHEMA public TO …;"
        )
    if other and applied_migrations(connection, other) & known_migrations():
        names = [name for schema, name in made() if schema == "public"]
        moves = " ".join(move for (move,) in connection.execute(_MOVE, [other, names]))
        raise ConfigurationError(
            f"in the database at '{without_password(conninfo)}' an earlier version left its tables"
            f" half made in schema {other}, where the search_path of this login led it; they belong"
            f" into schema public. Let their owner move them, and run the same command again:"
            f" {moves}"
        )


def check_writable(connection: psycopg.Connection, conninfo: str) -> None:
    """Look whether the schema can be brought up to date.

    :raises DatabaseUnavailable: when the server takes only reading.
    """
    if connection.execute("SHOW transaction_read_only").fetchone() == ("on",):
        raise DatabaseUnavailable(
            f"the database at '{without_password(conninfo)}' takes only reading now, as a standby"
            " or by default_transaction_read_only, and its schema has to be brought up to date. Run"
            " the same command again once it takes writing, or let DATABASE_URL lead to the primary"
        )


def check_session(connection: psycopg.Connection, conninfo: str) -> None:
    """Look whether a connection has a session of its own, as locks and settings need one.

    :param connection: outside of a transaction.
    :raises ConfigurationError: when it has not.
    """
    if pools_by_transaction(connection, conninfo):
        raise ConfigurationError(pooled(conninfo))


def pooled(conninfo: str) -> str:
    """Say what is wrong with a pooler, and which port or setting to use instead."""
    return (
        f"'{without_password(conninfo)}' leads to a pooler that gives each transaction another"
        " session, and this needs one of its own, for locks. Let DATABASE_URL lead to PostgreSQL"
        " itself (its own port, mostly 5432; at Supabase 5432 in place of 6543; at Neon the host"
        " without -pooler; at RDS the instance in place of the proxy), or set pool_mode=session in"
        " PgBouncer"
    )
