"""Databases as runs open them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg import AsyncConnection
from scrapy.settings import Settings

from esn_pulse.database import Database


def settings(url: str, patience: float = 30) -> Settings:
    return Settings({"DATABASE_URL": url, "DATABASE_PATIENCE": patience})


@asynccontextmanager
async def opened(url: str, patience: float = 30) -> AsyncIterator[Database]:
    """The database of a run."""
    database = Database(settings(url, patience))
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def hang_up(database: Database, connection: psycopg.Connection) -> None:
    """Take a run's connection away, with its locks; wait until it is gone."""

    async def backend(own: AsyncConnection) -> int:
        return own.info.backend_pid

    end = "SELECT pg_terminate_backend(%s, 5000)"
    assert connection.execute(end, [await database.run(backend)]).fetchone() == (True,)
