"""Where the server is, and that it is ready: started, fit for us, its schema up to date."""

from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from scrapy.settings import BaseSettings

from esn_pulse.database import embedded
from esn_pulse.database.address import AddressError, parsed, without_password
from esn_pulse.database.libpq import completed
from esn_pulse.database.requirements import (
    check_schema,
    check_server,
    check_session,
    check_writable,
    pooled,
)
from esn_pulse.database.schema.migrations import (
    CONFLICTS,
    applied_migrations,
    holders,
    known_migrations,
    migrate,
)
from esn_pulse.database.schema.rebuilding import rebuild_views
from esn_pulse.database.sessions import ANSWERS_AT_ONCE, TAKES_LONG, connect
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable


def database_url(settings: BaseSettings) -> str:
    """Return how to reach the database: ``DATABASE_URL``, else the embedded server, started.

    ``PG…`` variables complete ``DATABASE_URL``; once the embedded server is used, this process
    ignores them.

    :raises ConfigurationError: when ``DATABASE_URL`` is no address of a PostgreSQL database.
    """
    url = settings.get("DATABASE_URL")
    if not (url or "").strip():
        return embedded.start(data_folder(settings))
    try:
        return completed(url)
    except AddressError as error:
        raise ConfigurationError(str(error)) from None


def is_made(settings: BaseSettings) -> bool:
    """Tell whether there is a database to look for: not where the embedded one was never used."""
    return bool(settings.get("DATABASE_URL")) or (data_folder(settings) / "PG_VERSION").exists()


def prepare(settings: BaseSettings, *, own_session: bool = False) -> str:
    """Start or find the server, and bring its schema up to date.

    :param own_session: refuse a pooler that gives each transaction another session. A schema that
        is not up to date needs one of its own anyway.
    :returns: how to reach the database.
    :raises ConfigurationError: when the address is none, or the database is none for us.
    :raises DatabaseUnavailable: when the server does not answer or refuses the login, or the login
        may not change the schema, or others use its tables for too long.
    """
    conninfo = database_url(settings)
    try:
        with connect(conninfo, ANSWERS_AT_ONCE) as connection:
            check_server(connection, conninfo)
            with connection.transaction():
                check_schema(connection, conninfo)
                is_current = known_migrations() <= applied_migrations(connection)
                if not is_current:
                    check_writable(connection, conninfo)
            if own_session or not is_current:
                check_session(connection, conninfo)
            if not is_current:
                _bring_up_to_date(connection, conninfo)
            connection.longest = TAKES_LONG
            rebuild_views(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseUnavailable(
            f"the login of '{without_password(conninfo)}' may not bring the schema up to date"
            f" ({in_one_line(error)}). It has to own the tables and views, and be allowed to add to"
            " the database. An administrator allows that, with its names: GRANT CREATE ON DATABASE"
            " … TO …; GRANT CREATE ON SCHEMA public TO …;"
        ) from error
    except psycopg.Error as error:
        raise unavailable(conninfo, error) from error
    return conninfo


def _bring_up_to_date(connection: psycopg.Connection, conninfo: str) -> None:
    try:
        migrate(conninfo)
    except CONFLICTS as error:
        raise DatabaseUnavailable(
            f"the schema at '{without_password(conninfo)}' can't be brought up to date"
            f" ({in_one_line(error)}), as others use its tables:"
            f" {', '.join(holders(connection)) or 'none that is still there'}. Wait until they have"
            " ended, or end them (SELECT pg_terminate_backend(…) with the number of the process);"
            " then start again."
        ) from error


def unavailable(conninfo: str, error: psycopg.Error) -> DatabaseUnavailable:
    """Return what to raise when a server does not answer or refuses the login."""
    if "statement pooling" in str(error):
        return DatabaseUnavailable(pooled(conninfo))
    advice = (
        "Check DATABASE_URL and that the server runs; without DATABASE_URL an embedded server is"
        " used."
    )
    if "password authentication failed" in str(error):
        advice = "Check DATABASE_URL and the password; a % in an address has to be written %25."
    return DatabaseUnavailable(
        f"PostgreSQL at '{without_password(conninfo)}' can't be used ({in_one_line(error)})."
        f" {advice}"
    )


def whereabouts(settings: BaseSettings) -> str:
    """Return in words where the database is, without the password; nothing is started."""
    url = settings.get("DATABASE_URL")
    if not url:
        return f"the embedded PostgreSQL in {data_folder(settings).absolute()}"
    try:
        return f"PostgreSQL at '{without_password(make_conninfo(**parsed(url)))}'"
    except AddressError:
        return "the database of DATABASE_URL"  # which is no address, as the run will say


def data_folder(settings: BaseSettings) -> Path:
    """Return where the embedded server keeps its data."""
    return Path(settings["PULSE_DIR"]) / "postgres"


def in_one_line(error: BaseException | None) -> str:
    """Return what an error says, without line breaks."""
    return " ".join(str(error).split())
