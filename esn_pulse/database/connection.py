"""Connections to PostgreSQL that are checked before use, and work that survives their loss."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool
from scrapy.settings import BaseSettings
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_delay,
    wait_exponential_jitter,
)

from esn_pulse.database import embedded
from esn_pulse.database.migrations import migrate
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

_OLDEST_SERVER = 150000
_LOST = (psycopg.OperationalError, psycopg.InterfaceError)


def database_url(settings: BaseSettings) -> str:
    """Return how to reach the database: ``DATABASE_URL``, else the embedded server, started.

    :raises ConfigurationError: when ``DATABASE_URL`` is no address of a PostgreSQL database.
    """
    url = settings.get("DATABASE_URL")
    if not url:
        return embedded.start(Path(settings["PULSE_DIR"]) / "postgres")
    try:
        return make_conninfo(url)
    except psycopg.ProgrammingError:
        # psycopg's own message repeats the address, and with it the password.
        raise ConfigurationError(
            "DATABASE_URL is not the address of a PostgreSQL database; expected something like"
            " postgresql://user:password@host:5432/database"
        ) from None


def without_password(conninfo: str) -> str:
    """Return the address in a form that may be shown and logged."""
    return make_conninfo(conninfo, password=None)


class Database:
    """The database of one run.

    :param settings: ``DATABASE_URL``, ``PULSE_DIR``, and ``DATABASE_PATIENCE``: for how many
        seconds work is repeated while the database is away.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings
        self._patience = settings.getfloat("DATABASE_PATIENCE")
        self._pool: AsyncConnectionPool[AsyncConnection] | None = None
        self.address = ""

    @property
    def is_open(self) -> bool:
        """Whether there is a database to work with."""
        return self._pool is not None

    async def open(self) -> None:
        """Start or find the server, bring its schema up to date and connect.

        :raises ConfigurationError: when the address is none, or the server is too old.
        :raises DatabaseUnavailable: when the server does not answer or refuses the login.
        """
        conninfo = await asyncio.to_thread(database_url, self._settings)
        self.address = without_password(conninfo)
        try:
            await asyncio.to_thread(_prepare, conninfo)
        except psycopg.Error as error:
            raise DatabaseUnavailable(
                f"PostgreSQL at '{self.address}' can't be used: {error}. Check DATABASE_URL and"
                " that the server runs; without DATABASE_URL an embedded server is used."
            ) from error
        pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            conninfo, min_size=1, max_size=4, open=False, check=AsyncConnectionPool.check_connection
        )
        await pool.open()
        self._pool = pool

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do work in one transaction; when the connection is lost, do it again on a new one.

        :param work: gets the connection; may be called more than once.
        :raises DatabaseUnavailable: when the database stayed away.
        :raises psycopg.Error: when the database refused what was asked of it.
        """
        attempts = AsyncRetrying(
            retry=retry_if_exception_type(_LOST),
            wait=wait_exponential_jitter(initial=0.2, max=5),
            stop=stop_after_delay(self._patience),
            before_sleep=_log_loss,
            reraise=True,
        )
        try:
            return await attempts(self._once, work)
        except _LOST as error:
            raise DatabaseUnavailable(
                f"PostgreSQL stayed away for {self._patience:g} s ({error}). What was stored is"
                " whole; run the same command again once the server is back."
            ) from error

    async def _once(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        if self._pool is None:
            raise DatabaseUnavailable("there is no connection to the database")
        async with self._pool.connection(timeout=5) as connection:
            return await work(connection)

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


def _prepare(conninfo: str) -> None:
    with psycopg.connect(conninfo, connect_timeout=10) as connection:
        version = connection.info.server_version
    if version < _OLDEST_SERVER:
        raise ConfigurationError(
            f"PostgreSQL {version // 10000} is too old; version 15 or newer is needed"
        )
    migrate(conninfo)


def _log_loss(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    logger.warning("The database went away (%s); trying again", error)
