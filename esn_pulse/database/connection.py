"""The connection of a run, and work that survives its loss."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import uuid4

import psycopg
from psycopg import AsyncConnection
from scrapy.settings import BaseSettings
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_delay,
    wait_exponential_jitter,
)

from esn_pulse.database.address import without_password
from esn_pulse.database.locks import Lock, Locks
from esn_pulse.database.server import in_one_line, prepare
from esn_pulse.database.sessions import (
    TAKES_LONG,
    TCP,
    RunSession,
    async_transaction,
)
from esn_pulse.exceptions import DatabaseUnavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

# A server that did not notice that a connection broke still keeps its session, and its locks.
_END_EARLIER_SESSIONS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE application_name = current_setting('application_name') AND usename = current_user
        AND pid <> pg_backend_pid()
"""
_LEAST_SILENCE = 2  # seconds, in which no busy server has to answer
_ENDING_SESSIONS = 7  # seconds, for the statement above
# What the server says when it goes away, is overburdened, or asks for another try.
_WORTH_ANOTHER_TRY = ("08", "40", "53", "55", "57", "58")


class Database:
    """The database of one run: one connection, re-opened when it is lost.

    :param settings: ``DATABASE_URL``, ``PULSE_DIR``, and ``DATABASE_PATIENCE``: for how many
        seconds work is repeated while the database is away.
    :ivar address: where it is, without the password; '' until it was opened.
    :ivar failed: whether it could not be reached, or stayed away.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self.address = ""
        self.failed = False
        self._settings = settings
        self._patience = settings.getfloat("DATABASE_PATIENCE")
        self._silence = max(self._patience / 3, _LEAST_SILENCE)  # there is time for another try
        self._conninfo: str | None = None
        self._connection: RunSession | None = None
        self._locks = Locks()
        self._name = f"esn_pulse {uuid4().hex}"  # what this run's sessions have in common
        self._in_use = asyncio.Lock()

    @property
    def is_open(self) -> bool:
        """Whether there is a database to work with."""
        return self._conninfo is not None

    async def open(self) -> None:
        """Start or find the server, and bring its schema up to date.

        :raises ConfigurationError: when the address is none, or the server is too old.
        :raises DatabaseUnavailable: when the server does not answer or refuses the login.
        """
        try:
            conninfo = await asyncio.to_thread(prepare, self._settings, own_session=True)
        except DatabaseUnavailable:
            self.failed = True
            raise
        self.address = without_password(conninfo)
        self._conninfo = conninfo

    async def run(
        self, work: Callable[[AsyncConnection], Awaitable[T]], *, takes_long: bool = False
    ) -> T:
        """Do work in one transaction; when the connection is lost, do it again on a new one.

        A server that takes only reading counts as lost, and so does one that does not answer for a
        third of ``DATABASE_PATIENCE``.

        :param work: gets the connection; may be called more than once.
        :param takes_long: whether a statement may take a quarter of an hour.
        :raises DatabaseUnavailable: when the database stayed away.
        :raises psycopg.Error: when the database refused what was asked of it.
        """
        attempts = AsyncRetrying(
            retry=retry_if_exception(_is_passing),
            wait=wait_exponential_jitter(multiplier=0.1, max=5, jitter=0.1),
            stop=stop_after_delay(self._patience),
            before_sleep=_log_loss,
            reraise=True,
        )
        async with self._in_use:
            try:
                longest = TAKES_LONG if takes_long else self._silence
                return await attempts(self._once, work, longest)
            except psycopg.Error as error:
                if not _is_passing(error):
                    raise
                self.failed = True
                # Don't wait as long a second time.
                waited, self._patience, self._silence = self._patience, 0, _LEAST_SILENCE
                raise DatabaseUnavailable(
                    f"PostgreSQL stayed away for {waited:g} s ({in_one_line(error)}). What was"
                    " stored is whole; run the same command again once the server is back."
                ) from error

    async def connect_aside(self, longest: int) -> RunSession:
        """Open another connection, for what the run's work is not to wait for.

        Each statement is a transaction of its own, and none is repeated.

        :param longest: for how many seconds an answer is waited for.
        :raises DatabaseUnavailable: when there is no database to work with.
        :raises psycopg.Error: when it can't be reached now.
        """
        if self._conninfo is None:
            raise DatabaseUnavailable("there is no connection to the database")
        connection = await RunSession.connect(
            self._conninfo,
            autocommit=True,
            connect_timeout=longest,
            application_name="esn_pulse aside",
            **TCP,
        )
        connection.longest = longest
        return connection

    async def lock(self, kind: int, number: int) -> bool:
        """Take an advisory lock for the rest of the run; False when another run has it.

        :raises DatabaseUnavailable: when the database stayed away.
        """
        lock: Lock = kind, number
        return await self.run(partial(self._locks.take, lock=lock))

    async def unlock(self, kind: int, number: int) -> None:
        """Give a lock back before the run's end.

        :raises DatabaseUnavailable: when the database stayed away.
        """
        lock: Lock = kind, number
        await self.run(partial(self._locks.release, lock=lock))

    async def _once(self, work: Callable[[AsyncConnection], Awaitable[T]], longest: float) -> T:
        if self._conninfo is None:
            raise DatabaseUnavailable("there is no connection to the database")
        try:
            if self._connection is None:
                self._connection = await RunSession.connect(
                    self._conninfo,
                    autocommit=True,
                    connect_timeout=int(min(self._silence, 5)),
                    application_name=self._name,
                    **TCP,
                )
                self._connection.longest = max(self._silence, _ENDING_SESSIONS)
                await self._connection.execute(_END_EARLIER_SESSIONS)
                await self._locks.restore(self._connection)
            self._connection.longest = longest
            async with async_transaction(self._connection):
                return await work(self._connection)
        except psycopg.Error as error:
            if _is_passing(error):
                await self._hang_up()
            raise

    async def _hang_up(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def close(self) -> None:
        """Give the connection back."""
        await self._hang_up()
        self._conninfo = None


def _is_passing(error: BaseException) -> bool:
    """Tell a lost or struggling database from one that refuses what it is asked."""
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):  # as it fails over
        return True
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_WORTH_ANOTHER_TRY)


def _log_loss(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    logger.warning("The database went away, trying again: %s", in_one_line(error))
