"""The database's clock, by which all is dated: those of the machines may differ."""

from datetime import UTC, datetime
from typing import LiteralString

from psycopg import AsyncConnection, Connection

_NOW: LiteralString = "SELECT clock_timestamp()"


def clock(connection: Connection) -> datetime:
    """Return the time by the database's clock."""
    (now,) = connection.execute(_NOW).fetchall()[0]
    return _in_utc(now)


async def clock_of_run(connection: AsyncConnection) -> datetime:
    """Return the same on a run's connection."""
    (now,) = (await (await connection.execute(_NOW)).fetchall())[0]
    return _in_utc(now)


def _in_utc(now: datetime) -> datetime:
    return now.astimezone(UTC)
