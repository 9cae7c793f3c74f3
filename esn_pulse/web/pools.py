"""Pools of connections that find a database again that was away."""

from collections.abc import Callable

import psycopg
from psycopg_pool import ConnectionPool

from esn_pulse.database.sessions import TCP, Session

PATIENCE = 3  # seconds: how long a request waits for a connection
LONGEST = 5  # seconds: how long a query may take


def make_pool(
    name: str, conninfo: str, most: int, configure: Callable[[Session], None]
) -> ConnectionPool[Session]:
    """Return a pool that is not open yet.

    :param most: how many connections it has at the most.
    :param configure: is called with each new one.
    """

    def check(connection: Session) -> None:
        """Refuse a connection that broke; the others will have broken with it."""
        connection.longest = PATIENCE
        try:
            ConnectionPool.check_connection(connection)
        except psycopg.Error:
            pool.drain()
            raise
        connection.longest = LONGEST + 1  # the server gives up earlier, if it is there

    pool = ConnectionPool(
        conninfo,
        connection_class=Session,
        kwargs={"connect_timeout": PATIENCE, "prepare_threshold": None, **TCP},
        configure=configure,
        check=check,
        name=name,
        min_size=1,
        max_size=most,
        timeout=PATIENCE,
        reconnect_timeout=PATIENCE,
        open=False,
    )
    return pool
