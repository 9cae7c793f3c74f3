"""A database in which time has passed, to go with a network in which it has."""

from datetime import timedelta

from psycopg import sql

from esn_pulse.database.sessions import connected

_MOMENTS = """
    SELECT table_name, array_agg(column_name::text) FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' GROUP BY table_name
"""


def grow_older(conninfo: str, age: timedelta) -> None:
    """Move all moments that a database holds into the past."""
    with connected(conninfo) as connection:
        connection.execute("SET TIME ZONE 'UTC'")  # a zone's days do not all have 24 hours
        for table, columns in connection.execute(_MOMENTS).fetchall():
            earlier = sql.SQL(", ").join(
                sql.SQL("{column} = {column} - {age}").format(
                    column=sql.Identifier(column), age=sql.Literal(age)
                )
                for column in columns
            )
            connection.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), earlier))
