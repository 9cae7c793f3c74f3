"""Turns at asking a site, given out to all runs of a database."""

from psycopg import AsyncConnection

# All by the database's clock: those of the machines may differ. Turns are never given out for an
# hour ahead, so that one that far away shows that this clock was set back.
_TAKE = """
    INSERT INTO site_turns AS t (site, next_at)
    VALUES (%(site)s, clock_timestamp() + make_interval(secs => %(delay)s))
    ON CONFLICT (site) DO UPDATE SET next_at = make_interval(secs => %(delay)s) + CASE
        WHEN t.next_at BETWEEN clock_timestamp() AND clock_timestamp() + interval '1 hour'
        THEN t.next_at ELSE clock_timestamp()
    END
    RETURNING extract(epoch FROM next_at - clock_timestamp())::float8 - %(delay)s
"""


async def take_turn(connection: AsyncConnection, site: str, delay: float) -> float:
    """Take the next turn that is free.

    :param delay: how many seconds nobody else gets a turn from then on.
    :returns: how many seconds there are until then.
    """
    cursor = await connection.execute(_TAKE, {"site": site, "delay": delay})
    row = await cursor.fetchone()
    return max(0.0, row[0]) if row else 0.0
