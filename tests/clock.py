"""A database whose clock has stopped."""

import psycopg
from psycopg import sql


def stop_clock(connection: psycopg.Connection, now: str, zone: str = "UTC") -> None:
    """Let it be a moment, with its offset, in some time zone, for all sessions that begin later.

    The views and the defaults of columns go by the real clock all the same.
    """
    clock = "CREATE FUNCTION clock.{}() RETURNS timestamptz STABLE RETURN timestamptz {}"
    database = sql.Identifier(connection.info.dbname)
    with connection.transaction():
        connection.execute("CREATE SCHEMA clock")
        for function in "now", "clock_timestamp":
            connection.execute(sql.SQL(clock).format(sql.Identifier(function), now))
        path = "ALTER DATABASE {} SET search_path = public, clock, pg_catalog"
        connection.execute(sql.SQL(path).format(database))
        connection.execute(sql.SQL("ALTER DATABASE {} SET TimeZone = {}").format(database, zone))
