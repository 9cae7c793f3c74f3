"""Connections on which our tables are found, whatever a login's ``search_path`` is.

It is set for each transaction: a pooler would hand what is set for a session on to others.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
from psycopg import AsyncConnection

# Temporary tables come last: unnamed they would come first, and stand in for ours.
_OUR_SCHEMA = "SET LOCAL search_path = public, pg_temp"


def connect(conninfo: str) -> psycopg.Connection:
    """Connect, also by way of a pooler: it may give each transaction another server process.

    Each statement is a transaction of its own. None is prepared, as only the process knows it.
    """
    return psycopg.connect(conninfo, autocommit=True, connect_timeout=10, prepare_threshold=None)


@contextmanager
def transaction(connection: psycopg.Connection) -> Iterator[None]:
    """Make a block a transaction, or a part of one, in which names are those of our tables."""
    with connection.transaction():
        connection.execute(_OUR_SCHEMA)
        yield


@asynccontextmanager
async def async_transaction(connection: AsyncConnection) -> AsyncIterator[None]:
    """Do the same on a run's connection, which has thousands: both in one message."""
    await connection.execute(f"BEGIN; {_OUR_SCHEMA}")
    try:
        yield
    except BaseException:
        if not connection.broken:
            await connection.rollback()
        raise
    await connection.commit()


@contextmanager
def connected(conninfo: str) -> Iterator[psycopg.Connection]:
    """Lend a connection for one transaction."""
    with connect(conninfo) as connection, transaction(connection):
        yield connection
