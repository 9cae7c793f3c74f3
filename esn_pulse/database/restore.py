"""What a backup holds goes into an empty database again, all of it or nothing."""

from pathlib import Path, PurePath

from psycopg.conninfo import conninfo_to_dict
from scrapy.settings import BaseSettings

from esn_pulse.database.address import without_password
from esn_pulse.database.backups import read_through
from esn_pulse.database.clients import (
    OLDEST_LENIENT,
    Program,
    Server,
    call,
    look,
    programs,
)
from esn_pulse.database.connection import database_url, prepare
from esn_pulse.database.migrations import known_migrations
from esn_pulse.exceptions import BackupError

_BOOKS = "_yoyo_migration"


def restore(settings: BaseSettings, path: Path) -> str:
    """Fill the database of ``DATABASE_URL`` from a backup, and bring its schema up to date.

    Stop what else writes to it before, such as Scrapyd, or it makes tables in it meanwhile.

    :param settings: ``DATABASE_URL`` or, for the embedded server, ``PULSE_DIR``.
    :returns: how to reach the database.
    :raises BackupError: when the file is no whole backup, or is newer than this program, when the
        database is not empty, or refuses something; it is as it was before.
    :raises ConfigurationError: when ``DATABASE_URL`` is no address.
    :raises DatabaseUnavailable: when the server does not answer or refuses the login.
    """
    _check(path)
    conninfo = database_url(settings)
    server = look(conninfo)
    if server.tables:
        raise BackupError(_not_empty(settings, conninfo, server))
    call(
        _pg_restore(server, path).path,
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        str(path),
        conninfo=conninfo,
    )
    return prepare(settings)


def _check(path: Path) -> None:
    """Look whether a file is a backup, whole, and not of a newer program."""
    if not path.is_file():
        raise BackupError(f"there is no file {path}. Backups are in BACKUPS_DIR")
    try:
        read_through(path)
    except BackupError as error:
        raise BackupError(
            f"{path} is no backup, or only a part of one: {error}. Take another backup"
        ) from error
    migrations = _migrations(path)
    if not migrations:
        raise BackupError(f"{path} is a backup of another database than this project's")
    if unknown := migrations - known_migrations():
        raise BackupError(
            f"{path} is newer than this program, which does not know {', '.join(sorted(unknown))}."
            " Update the program first"
        )


def _migrations(path: Path) -> set[str]:
    """Return the migrations that were applied to the database that a backup was taken from."""
    newest = programs("pg_restore")[-1].path
    script = call(newest, "--data-only", f"--table={_BOOKS}", "--file=-", str(path))
    _, _, copied = script.partition(f"COPY public.{_BOOKS} (migration_hash, migration_id, ")
    rows, _, _ = copied.partition("\n\\.\n")
    return {row.split("\t")[1] for row in rows.splitlines()[1:]}


def _pg_restore(server: Server, path: Path) -> Program:
    """Choose the program: not older than the server, nor than what wrote the backup."""
    known_to_server = [
        program
        for program in programs("pg_restore")
        if program.major >= server.major
        and (server.major >= OLDEST_LENIENT or program.major < OLDEST_LENIENT)
    ]
    if not known_to_server:
        raise BackupError(
            f"PostgreSQL {server.major} needs a pg_restore of its own version. Install the package"
            f" postgresql-client-{server.major}"
        )
    for program in known_to_server:
        try:
            call(program.path, "--list", str(path))
        except BackupError:
            continue
        return program
    raise BackupError(
        f"{path} was written by a newer pg_dump than the pg_restore that PostgreSQL"
        f" {server.major} needs can read. Restore it to PostgreSQL {OLDEST_LENIENT} or newer"
    )


def _not_empty(settings: BaseSettings, conninfo: str, server: Server) -> str:
    text = (
        f"the database at '{without_password(conninfo)}' is not empty: it has {server.tables}"
        " tables, and a backup goes into an empty one only. "
    )
    if not settings.get("DATABASE_URL"):
        folder = PurePath(settings["PULSE_DIR"])
        return (
            f"{text}Stop the embedded server (scrapy stop_database), move {folder / 'postgres'} to"
            " another place, and restore again"
        )
    name = f"{conninfo_to_dict(conninfo).get('dbname', 'pulse')}_restored"
    return (
        f'{text}Create one (scrapy psql "CREATE DATABASE {name}"), name it in DATABASE_URL, and'
        " restore again"
    )
