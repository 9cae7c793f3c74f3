"""The checks of the database, made on one connection that may only read."""

from collections.abc import Callable, Collection
from functools import partial

import psycopg
from psycopg import Connection
from psycopg.errors import AmbiguousColumn, UndefinedColumn, UndefinedTable
from scrapy.settings import BaseSettings

from esn_pulse.database import database_url, without_password
from esn_pulse.database.requirements import check_schema, check_server
from esn_pulse.database.schema.migrations import applied_migrations, known_migrations
from esn_pulse.database.server import is_made, unavailable
from esn_pulse.database.sessions import ANSWERS_AT_ONCE, connect, transaction
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable
from esn_pulse.health import data, runs
from esn_pulse.health.aliases import alias_doubts
from esn_pulse.health.clock import clock
from esn_pulse.health.finding import Finding, State
from esn_pulse.health.scheduler import scheduler
from esn_pulse.health.views import views
from esn_pulse.sources import SOURCES

Examine = Callable[[Connection, BaseSettings], Finding]

CHECKS: dict[str, Examine] = {
    "views": views,
    "clock": clock,
    **{f"run_{source.name}": partial(runs.run_of, source=source) for source in SOURCES},
    **{
        f"success_rate_{source.name}": partial(runs.success_rate_of, source=source)
        for source in SOURCES
    },
    "scheduler": scheduler,
    "freshness": data.freshness,
    "completeness": data.completeness,
    "sections_without_activities": data.sections_without_activities,
    "alias_doubts": alias_doubts,
    "average_participants": data.average_participants,
    **data.COUNTS,
}
_TIMEOUT = "10s"  # a check that waits for a lock is better given up


def examine_database(settings: BaseSettings, wanted: Collection[str]) -> dict[str, Finding]:
    """Make ``database`` and ``schema``, and those wanted of ``CHECKS`` as far as they can be made.

    Returns them by name.
    """
    try:
        if not is_made(settings):
            return {"database": _no_database()}
        conninfo = database_url(settings)
    except ConfigurationError as error:
        return {"database": Finding(State.PROBLEM, None, "no address", str(error))}
    except DatabaseUnavailable as error:
        return {"database": Finding(State.PROBLEM, None, "does not start", str(error))}
    checks: dict[str, Finding] = {}
    try:
        with connect(conninfo, 2 * ANSWERS_AT_ONCE) as connection:
            check_server(connection, conninfo)
            check_schema(connection, conninfo)
            connection.read_only = True
            with transaction(connection):
                connection.execute(f"SET LOCAL statement_timeout = '{_TIMEOUT}'")
                checks["database"] = _database(connection, conninfo)
                checks["schema"] = schema = _schema(connection)
                if schema.value["applied"]:
                    for name in (name for name in CHECKS if name in wanted):
                        checks[name] = _made(CHECKS[name], connection, settings)
    except ConfigurationError as error:
        checks["database"] = Finding(State.PROBLEM, None, "can't be used", str(error))
    except psycopg.Error as error:
        checks["database"] = Finding(
            State.PROBLEM, None, "can't be used", str(unavailable(conninfo, error))
        )
    return checks


def _made(examine: Examine, connection: Connection, settings: BaseSettings) -> Finding:
    """Make one check; one that can't be made is no reason not to make the others."""
    try:
        with connection.transaction():
            return examine(connection, settings)
    except (AmbiguousColumn, UndefinedColumn, UndefinedTable):
        return Finding(
            State.UNKNOWN,
            None,
            "not known",
            "The schema is an older one; the next run updates it.",
        )
    except psycopg.Error as error:
        if connection.broken:
            raise
        return Finding(
            State.PROBLEM, None, "could not be asked", f"PostgreSQL says: {_line(error)}"
        )


def _database(connection: Connection, conninfo: str) -> Finding:
    version = connection.info.parameter_status("server_version") or "?"
    return Finding(State.OK, version, f"PostgreSQL {version} at '{without_password(conninfo)}'")


def _schema(connection: Connection) -> Finding:
    """Compare the migrations that were applied with those in ``sql/``."""
    known = known_migrations()
    applied = applied_migrations(connection)
    value = {"applied": max(applied, default=None), "latest": max(known)}
    if not applied:
        return Finding(State.PROBLEM, value, "empty", "Nothing is stored yet. Run: scrapy pulse")
    if applied - known:
        return Finding(
            State.PROBLEM,
            value,
            f"{max(applied)}, unknown here",
            "The database is newer than this program. Update the program before its next run.",
        )
    if pending := sorted(known - applied):
        return Finding(
            State.INFO,
            value,
            f"{value['applied']}, {len(pending)} to come",
            f"The next run applies: {', '.join(pending)}. Until then some checks can't be made.",
        )
    return Finding(State.OK, value, str(value["applied"]))


def _no_database() -> Finding:
    return Finding(
        State.PROBLEM,
        None,
        "there is none yet",
        "DATABASE_URL is not set, and the embedded server was never used. Run both spiders:"
        " scrapy pulse",
    )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
