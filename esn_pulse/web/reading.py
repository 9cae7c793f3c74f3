"""Connections to read by: a pool of them, each request sees the data as they are at one moment."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated

import psycopg
from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from psycopg import IsolationLevel

from esn_pulse.database.sessions import Session
from esn_pulse.web import pools
from esn_pulse.web.limits import address
from esn_pulse.web.turns import Turns

# So many requests are answered from the database at a time; the role for reading allows twenty.
_MOST = 8
_MOST_OF_ONE = 4  # of one address: nobody can have all of them
# Views that are being made anew are waited for before it is fixed what is seen: to an older moment
# they would be empty.
_WAIT = f"""
    SET LOCAL lock_timeout = '{pools.PATIENCE}s';
    LOCK TABLE bi.activities, bi.countries, bi.country_months, bi.data_quality, bi.network_months,
        bi.organisations, bi.search, bi.sections IN ACCESS SHARE MODE
"""
# A query, unlike SET, fixes what is seen; and that the transaction only reads can't be taken back
# after one.
_BEGIN = """
    SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true),
        set_config('statement_timeout', %s, true)
"""


class Reading:
    """The pool, open while the web runs; it finds a database again that was away.

    :param conninfo: of whoever may read the ``bi`` views.
    :ivar turns: at a connection; who has none waits without a thread.
    """

    def __init__(self, conninfo: str) -> None:
        self._pool = pools.make_pool("web", conninfo, _MOST, _only_reading)
        self.turns = Turns(_MOST, _MOST_OF_ONE)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keep the pool open for a block; nobody waits for its first connection."""
        with self._pool:
            yield

    @contextmanager
    def snapshot(self) -> Iterator[psycopg.Connection]:
        """Lend a connection that sees what is committed now, in UTC.

        :raises psycopg.Error: when there is no database, or it is too slow.
        """
        with self._pool.connection() as connection:
            connection.execute(_WAIT)
            connection.execute(_BEGIN, [f"{pools.LONGEST}s"])
            yield connection


def _only_reading(connection: Session) -> None:
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True


async def _snapshot(request: Request) -> AsyncIterator[psycopg.Connection]:
    reading: Reading = request.app.state.reading
    async with (
        reading.turns.one(address(request.scope)),
        contextmanager_in_threadpool(reading.snapshot()) as connection,
    ):
        yield connection


# It ends before the answer is sent: later it could not be told any more that the end failed.
Snapshot = Annotated[psycopg.Connection, Depends(_snapshot, scope="function")]
