"""Reading many things as they are at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import IsolationLevel


@contextmanager
def snapshot(conninfo: str) -> Iterator[psycopg.Connection]:
    """Lend a connection that sees what is committed now, whatever is written meanwhile.

    It can't write. Times are UTC, dates ISO, whatever the login's settings are.

    :raises psycopg.Error: when the server can't be reached.
    """
    with psycopg.connect(conninfo, connect_timeout=10) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET LOCAL TIME ZONE 'UTC'")
        connection.execute("SET LOCAL DateStyle = 'ISO'")
        yield connection
