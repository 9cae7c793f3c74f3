"""Connections on which our tables are found, whatever a login's ``search_path`` is.

It is set for each transaction: a pooler would hand what is set for a session on to others.
"""

import asyncio
import os
import socket
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
def not_silent(connection: AsyncConnection, seconds: float) -> Iterator[None]:
    """Break a connection on which a block takes too long: psycopg would wait for ever.

    TCP only finds out that a machine is gone, not that what runs on it is stuck, or a pooler.

    :raises psycopg.OperationalError: when it did.
    """
    is_late = False

    def hang_up() -> None:
        nonlocal is_late
        is_late = True
        with socket.socket(fileno=os.dup(connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    timer = asyncio.get_running_loop().call_later(seconds, hang_up)
    try:
        yield
    except psycopg.OperationalError as error:
        if is_late:
            raise psycopg.OperationalError(f"it was silent for {seconds:g} s") from error
        raise
    finally:
        timer.cancel()


@contextmanager
def connected(conninfo: str) -> Iterator[psycopg.Connection]:
    """Lend a connection for one transaction."""
    with connect(conninfo) as connection, transaction(connection):
        yield connection
