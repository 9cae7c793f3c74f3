"""Faults of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.conftest import database_name


def terminate_connections(server: str, conninfo: str) -> int:
    """Terminate everybody's connections to a database; returns how many there were."""
    with psycopg.connect(server, autocommit=True) as connection:
        return len(
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                [database_name(conninfo)],
            ).fetchall()
        )


@contextmanager
def refusing_connections(server: str, conninfo: str) -> Iterator[None]:
    """Terminate everybody's connections to a database, and let nobody in again."""
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    name = sql.Identifier(database_name(conninfo))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(allow.format(name, sql.SQL("false")))
        terminate_connections(server, conninfo)
        yield
        connection.execute(allow.format(name, sql.SQL("true")))
