"""Connections to read by: a pool of them, each request sees the data as they are at one moment."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Annotated
from weakref import WeakValueDictionary

import psycopg
from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from psycopg import IsolationLevel
from psycopg_pool import ConnectionPool
from starlette.applications import Starlette

from esn_pulse.database.sessions import TCP, Session

# So many requests are answered from the database at a time; the role for reading allows twenty.
_MOST = 8
_MOST_OF_ONE = 4  # of one address: nobody can have all of them
_PATIENCE = 3  # seconds: how long a request waits for a connection
_LONGEST = 5  # seconds: how long a query may take
# Views that are being made anew are waited for before it is fixed what is seen: to an older moment
# they would be empty.
_WAIT = f"""
    SET LOCAL lock_timeout = '{_PATIENCE}s';
    LOCK TABLE bi.activities, bi.countries, bi.country_months, bi.data_quality, bi.network_months,
        bi.organisations, bi.search, bi.sections IN ACCESS SHARE MODE
"""
# A query, unlike SET, fixes what is seen; and that the transaction only reads can't be taken back
# after one.
_BEGIN = """
    SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true),
        set_config('statement_timeout', %s, true)
"""


class TooBusy(psycopg.OperationalError):
    """So much is asked at a time that a request has waited for too long."""


class Reading:
    """The pool, open while the web runs; it finds a database again that was away.

    :param conninfo: of whoever may read the ``bi`` views.
    """

    def __init__(self, conninfo: str) -> None:
        self._pool = ConnectionPool(
            conninfo,
            connection_class=Session,
            kwargs={"connect_timeout": _PATIENCE, "prepare_threshold": None, **TCP},
            configure=_only_reading,
            check=self._check,
            name="web",
            min_size=1,
            max_size=_MOST,
            timeout=_PATIENCE,
            reconnect_timeout=_PATIENCE,
            open=False,
        )
        self._turns = asyncio.Semaphore(_MOST)
        self._own: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Keep the pool open while an application runs; nobody waits for its first connection."""
        self._pool.open()
        yield
        self._pool.close()

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Wait until another request may be answered.

        Not in a thread: those that wait would have all threads, and those that read need one.

        :param who: the address of the client.
        :raises TooBusy: when it takes too long.
        """
        own = self._own.setdefault(who, asyncio.Semaphore(_MOST_OF_ONE))
        async with AsyncExitStack() as turns:
            try:
                async with asyncio.timeout(_PATIENCE):
                    for limit in own, self._turns:
                        await turns.enter_async_context(limit)
            except TimeoutError as error:
                raise TooBusy(f"no other request was answered for {_PATIENCE} s") from error
            yield

    @contextmanager
    def snapshot(self) -> Iterator[psycopg.Connection]:
        """Lend a connection that sees what is committed now, in UTC.

        :raises psycopg.Error: when there is no database, or it is too slow.
        """
        with self._pool.connection() as connection:
            connection.execute(_WAIT)
            connection.execute(_BEGIN, [f"{_LONGEST}s"])
            yield connection

    def _check(self, connection: Session) -> None:
        """Refuse a connection that broke; the others will have broken with it."""
        connection.longest = _PATIENCE
        try:
            ConnectionPool.check_connection(connection)
        except psycopg.Error:
            self._pool.drain()
            raise
        connection.longest = _LONGEST + 1  # the server gives up earlier, if it is there


def _only_reading(connection: Session) -> None:
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True


async def _snapshot(request: Request) -> AsyncIterator[psycopg.Connection]:
    reading: Reading = request.app.state.reading
    who = request.client.host if request.client else ""
    async with reading.turn(who), contextmanager_in_threadpool(reading.snapshot()) as connection:
        yield connection


# It ends before the answer is sent: later it could not be told any more that the end failed.
Snapshot = Annotated[psycopg.Connection, Depends(_snapshot, scope="function")]
