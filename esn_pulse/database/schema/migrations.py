"""The schema: the numbered files of ``sql/``, each applied once."""

import logging
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import psycopg
import yoyo
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict
from tenacity import (
    before_sleep_log,
    retry,
    retry_if_exception_type,
    stop_after_delay,
    wait_random,
)
from yoyo.backends import DatabaseBackend
from yoyo.migrations import Migration

from esn_pulse.database.schema.scripts import scripts
from esn_pulse.database.sessions import TCP, connect

logger = logging.getLogger(__name__)

# Any number that nothing else in the database locks on.
_LOCK = 0x45534E50554C5345  # "ESNPULSE"
# A statement that waits for a table has everybody wait who comes after it.
_LOCK_TIMEOUT = "5s"
_PATIENCE = 300  # seconds
# What a migration is told that is in the way of others, or others in its way.
CONFLICTS = (errors.DeadlockDetected, errors.LockNotAvailable)

_HOLDERS = """
    SELECT a.pid, a.usename, a.application_name
    FROM pg_stat_activity AS a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND EXISTS (
        SELECT FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
        WHERE l.pid = a.pid AND l.granted AND c.relnamespace = 'public'::regnamespace
    )
    ORDER BY a.xact_start
"""


@retry(
    retry=retry_if_exception_type(CONFLICTS),
    stop=stop_after_delay(_PATIENCE),
    wait=wait_random(0, 1),
    before_sleep=before_sleep_log(logger, logging.WARNING),
    reraise=True,
)
def migrate(conninfo: str) -> None:
    """Bring the schema up to date; runs that start together wait for one another.

    Where others use the tables meanwhile it tries again and again, and lets them go first.

    yoyo's own lock is a row that a killed process leaves behind, so an advisory lock, which goes
    with its connection, stands in for it.

    :raises psycopg.Error: when the server can't be reached or refuses a statement; one of
        ``CONFLICTS`` when others are in the way for long.
    """
    # A whole session has one schema then, which ends with it: no transaction contains all of it.
    parts = conninfo_to_dict(conninfo) | TCP | {"schema": "public"}
    address = "postgresql+psycopg:///?" + urlencode(parts)
    with connect(conninfo) as guard, TemporaryDirectory() as folder:
        guard.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _copy_scripts(Path(folder))
        backend = yoyo.get_backend(address)
        try:
            pending = backend.to_apply(yoyo.read_migrations(folder))
            if pending:
                logger.info("Applying %d migration(s) to the database", len(pending))
                for migration in pending:
                    _apply(backend, migration)
        finally:
            backend.connection.close()


def known_migrations() -> set[str]:
    """Return the names of the migrations that this program has."""
    return {PurePath(script.name).stem for script in scripts()}


def applied_migrations(connection: psycopg.Connection, schema: str = "public") -> set[str]:
    """Return the names of the migrations that a database has; none when it is empty."""
    books = sql.Identifier(schema, "_yoyo_migration")
    found = connection.execute("SELECT to_regclass(%s)", [books.as_string(connection)]).fetchone()
    if found in (None, (None,)):
        return set()
    query = sql.SQL("SELECT migration_id FROM {}").format(books)
    return {name for (name,) in connection.execute(query)}


def holders(connection: psycopg.Connection) -> list[str]:
    """Return in words who uses our tables, those first that have done so for longest."""
    return [
        f"process {pid} of {user} ({program or 'a program without a name'})"
        for pid, user, program in connection.execute(_HOLDERS)
    ]


def _apply(backend: DatabaseBackend, migration: Migration) -> None:
    """Apply one, and record that, in one transaction.

    yoyo itself takes two, and one that was killed between them would be applied again.
    """
    with backend.transaction():
        migration.process_steps(backend, "apply")
        backend.log_migration(migration, "apply")
        backend.mark_one(migration, log=False)


def _copy_scripts(folder: Path) -> None:
    """Copy the scripts to where yoyo can read them; none waits for a table for long."""
    for script in scripts():
        text = f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}';\n{script.read_text(encoding='utf-8')}"
        (folder / script.name).write_text(text, encoding="utf-8")
