"""The schema: the numbered files of ``sql/``, each applied once."""

import logging
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import psycopg
import yoyo
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from esn_pulse.database.schema.scripts import scripts
from esn_pulse.database.sessions import TCP, connect

logger = logging.getLogger(__name__)

# Any number that nothing else in the database locks on.
_LOCK = 0x45534E50554C5345  # "ESNPULSE"


def migrate(conninfo: str) -> None:
    """Bring the schema up to date; runs that start together wait for one another.

    yoyo's own lock is a row that a killed process leaves behind, so an advisory lock, which goes
    with its connection, stands in for it.

    :raises psycopg.Error: when the server can't be reached or refuses a statement.
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
                backend.apply_migrations(pending)
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


def _copy_scripts(folder: Path) -> None:
    """Copy the scripts to where yoyo can read them."""
    for script in scripts():
        (folder / script.name).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
