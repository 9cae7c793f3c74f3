"""Connections on which our tables are found, whatever a login's ``search_path`` is.

It is set for each transaction: a pooler would hand what is set for a session on to others.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

T = TypeVar("T")

# Temporary tables come last: unnamed they would come first, and stand in for ours.
_OUR_SCHEMA = "SET LOCAL search_path = public, pg_temp"
# How a machine that is gone is found out. That what runs on it is stuck, or a pooler in between,
# TCP does not know.
TCP: dict[str, Any] = {
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 50_000,  # milliseconds
}
ANSWERS_AT_ONCE = 10
TAKES_LONG = 900
_INTERVAL = 0.1


class NoAnswer(psycopg.OperationalError):
    """A server, or a pooler, did not answer in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"there was no answer for {seconds:g} s")


class Session(psycopg.Connection[Any]):
    """A connection that breaks when an answer does not come: psycopg would wait for ever.

    :ivar longest: for how many seconds an answer is waited for.
    """

    longest: float = TAKES_LONG

    def wait(self, gen: PQGen[T], interval: float = _INTERVAL, timeout: float | None = None) -> T:
        """Wait for an answer.

        :raises NoAnswer: when it does not come.
        """
        try:
            return super().wait(gen, interval, timeout or self.longest)
        except _WaitTimeout as error:
            self.pgconn.finish()
            raise NoAnswer(self.longest) from error


class RunSession(AsyncConnection[Any]):
    """The same for a run."""

    longest: float = TAKES_LONG

    async def wait(
        self,
        gen: PQGen[T],
        interval: float = _INTERVAL,
        timeout: float | None = None,  # noqa: ASYNC109 (psycopg's own)
    ) -> T:
        """Wait for an answer; see ``Session``."""
        try:
            return await super().wait(gen, interval, timeout or self.longest)
        except _WaitTimeout as error:
            self.pgconn.finish()
            raise NoAnswer(self.longest) from error


def connect(conninfo: str, longest: float = TAKES_LONG, **options: Any) -> Session:
    """Connect, also by way of a pooler: it may give each transaction another server process.

    Each statement is a transaction of its own. None is prepared, as only the process knows it.

    :param longest: see ``Session``.
    """
    known = {"connect_timeout": 10, **TCP, **options}
    session = Session.connect(conninfo, autocommit=True, prepare_threshold=None, **known)
    session.longest = longest
    return session


@contextmanager
def transaction(connection: psycopg.Connection) -> Iterator[None]:
    """Make a block a transaction, or a part of one, in which names are those of our tables."""
    with connection.transaction():
        connection.execute(_OUR_SCHEMA)
        yield


@asynccontextmanager
async def async_transaction(connection: AsyncConnection) -> AsyncIterator[None]:
    """Do the same on a run's connection, which has thousands: both in one message."""
    try:
        await connection.execute(f"BEGIN; {_OUR_SCHEMA}")
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
