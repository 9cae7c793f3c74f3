"""Reading the views for BI tools as they are at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import IsolationLevel, errors

from esn_pulse.database.address import without_password
from esn_pulse.database.requirements import check_server
from esn_pulse.database.server import unavailable
from esn_pulse.database.sessions import connect
from esn_pulse.exceptions import DatabaseUnavailable


@contextmanager
def snapshot(conninfo: str) -> Iterator[psycopg.Connection]:
    """Lend a connection that sees what is committed now, whatever is written meanwhile.

    It can't write. Times are UTC, dates ISO, whatever the login's settings are. Whoever may read
    the views will do.

    :raises ConfigurationError: when the database is none for us.
    :raises DatabaseUnavailable: when the server does not answer, refuses the login, or goes away;
        when the views are not there, or this login may not read them.
    """
    try:
        with connect(conninfo) as connection:
            check_server(connection, conninfo)
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            with connection.transaction():
                connection.execute("SET LOCAL TIME ZONE 'UTC'")
                connection.execute("SET LOCAL DateStyle = 'ISO'")
                yield connection
    except (errors.InvalidSchemaName, errors.UndefinedTable, errors.UndefinedColumn) as error:
        raise DatabaseUnavailable(
            f"the database at '{without_password(conninfo)}' does not have the views that this is"
            " made from. They come with the next crawl, such as: scrapy pulse"
        ) from error
    except errors.InsufficientPrivilege as error:
        raise DatabaseUnavailable(
            f"the views at '{without_password(conninfo)}' may not be read by this user. Set"
            " DATABASE_URL to the address of their owner, or to that of the reader role"
        ) from error
    except psycopg.Error as error:
        raise unavailable(conninfo, error) from error
