"""What a backup holds goes into a database that has none of it, all or nothing."""

import re
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile

from psycopg.conninfo import conninfo_to_dict
from scrapy.settings import BaseSettings

from esn_pulse.backups.backup import read_through
from esn_pulse.database.address import without_password
from esn_pulse.database.clients import (
    OLDEST_LENIENT,
    Server,
    call,
    look,
    programs,
)
from esn_pulse.database.schema.migrations import known_migrations
from esn_pulse.database.schema.objects import SCHEMAS, is_ours, made
from esn_pulse.database.server import database_url, prepare
from esn_pulse.exceptions import BackupError

_BOOKS = "_yoyo_migration"
_VIEW_SCRIPTS = "view_scripts"

# How pg_restore lists what the migrations make: "230; 1259 16472 TABLE public activities owner".
# Earlier backups are of whole databases; all may have triggers and rules of others on our tables.
_OUR_SCHEMA = re.compile(r"\d+; \d+ \d+ (?:SCHEMA -|COMMENT - SCHEMA) (?:bi|bi_cache) ")
_OBJECT = re.compile(
    r"\d+; \d+ \d+ (?:TABLE|TABLE DATA|SEQUENCE|SEQUENCE SET|CONSTRAINT|FK CONSTRAINT|INDEX"
    rf"|STATISTICS|VIEW|MATERIALIZED VIEW|MATERIALIZED VIEW DATA|COMMENT) ({'|'.join(SCHEMAS)}) "
    r"(?:(?:TABLE|COLUMN|VIEW|MATERIALIZED VIEW) )?(\w+)[ .]"
)


def restore(settings: BaseSettings, path: Path) -> str:
    """Fill the database of ``DATABASE_URL`` from a backup, and bring its schema up to date.

    Stop what else writes to it before, such as Scrapyd, or it makes tables in it meanwhile.

    :param settings: ``DATABASE_URL`` or, for the embedded server, ``PULSE_DIR``.
    :returns: how to reach the database.
    :raises BackupError: when the file is no whole backup, or is newer than this program, when
        something in the database has a name of ours, or is refused; it is as it was before.
    :raises ConfigurationError: when ``DATABASE_URL`` is no address.
    :raises DatabaseUnavailable: when the server does not answer or refuses the login.
    """
    _check(path)
    conninfo = database_url(settings)
    server = look(conninfo)
    if in_the_way := _in_the_way(server):
        raise BackupError(_not_empty(settings, conninfo, in_the_way))
    pg_restore, listed = _pg_restore(server, path)
    _fill(conninfo, pg_restore, _selection(listed), path)
    return prepare(settings)


def _in_the_way(server: Server) -> list[str]:
    """Return what bears a name that the backup, or a migration after it, will give."""
    found = made().intersection(server.relations)
    tables = (f"public.{name}" for schema, name in found if schema == "public")
    return [*sorted(server.schemas - {"public"}), *sorted(tables)]


def _fill(conninfo: str, pg_restore: Path, selected: str, path: Path) -> None:
    with NamedTemporaryFile("w", encoding="utf-8") as selection:
        selection.write(selected)
        selection.flush()
        try:
            call(
                pg_restore,
                "--single-transaction",
                "--no-owner",
                "--no-privileges",
                f"--use-list={selection.name}",
                str(path),
                conninfo=conninfo,
            )
        except BackupError as error:
            if "permission denied" not in str(error):
                raise
            raise BackupError(
                f"{error} An administrator allows that, with your names: GRANT CREATE ON DATABASE …"
                " TO …; GRANT CREATE ON SCHEMA public TO …;"
            ) from error


def _selection(listed: str) -> str:
    """Choose what is restored of what is listed.

    Views are built afterwards from their files, which may be other ones by now; only the migrations
    before those of ``_VIEW_SCRIPTS`` need the views of their time.
    """
    has_scripts = f" TABLE public {_VIEW_SCRIPTS} " in listed
    schemas = {"public"} if has_scripts else {*SCHEMAS}
    return "\n".join(entry for entry in listed.split("\n") if _is_wanted(entry, schemas))


def _is_wanted(entry: str, schemas: set[str]) -> bool:
    if _OUR_SCHEMA.match(entry):
        return True
    named = _OBJECT.match(entry)
    return bool(named and named[1] in schemas and is_ours(*named.groups()))


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


def _pg_restore(server: Server, path: Path) -> tuple[Path, str]:
    """Choose the program: not older than the server, nor than what wrote the backup.

    :returns: it, and how it lists what is in the backup.
    """
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
            return program.path, call(program.path, "--list", str(path))
        except BackupError:
            continue
    raise BackupError(
        f"{path} was written by a newer pg_dump than the pg_restore that PostgreSQL"
        f" {server.major} needs can read. Restore it to PostgreSQL {OLDEST_LENIENT} or newer"
    )


def _not_empty(settings: BaseSettings, conninfo: str, in_the_way: list[str]) -> str:
    text = (
        f"the database at '{without_password(conninfo)}' already has {', '.join(in_the_way)}, and"
        " a backup only goes into one without these. "
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
        " restore again; or drop these, if they can go for ever, and restore to this one"
    )
