"""Backups of what is ours in the database: files that pg_dump writes, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scrapy.settings import BaseSettings

from esn_pulse.database.address import without_password
from esn_pulse.database.clients import OLDEST_LENIENT, Server, call, look, programs
from esn_pulse.database.schema.migrations import known_migrations
from esn_pulse.database.schema.objects import SCHEMAS, is_ours
from esn_pulse.database.server import database_url
from esn_pulse.exceptions import BackupError
from esn_pulse.folders import folder_lock

_NAME = "esn_pulse_%Y-%m-%dT%H%M%SZ.dump"
# Rather no backup than one that waits for ever: a migration locks whole tables.
_LOCK_TIMEOUT = "5min"


@dataclass(frozen=True)
class Backup:
    """A backup that is whole.

    :ivar made_at: when it began; all that was committed by then is in it.
    """

    path: Path
    made_at: datetime


@dataclass(frozen=True)
class Made:
    """What ``back_up`` has done.

    :ivar removed: the backups that were too many.
    :ivar advice: what the backup can't be used for, and how to change that; '' if nothing.
    """

    backup: Backup
    removed: list[Backup]
    advice: str


def backups_folder(settings: BaseSettings) -> Path:
    """Return where backups are kept: ``BACKUPS_DIR``, else ``backups`` in ``PULSE_DIR``."""
    return Path(settings.get("BACKUPS_DIR") or Path(settings["PULSE_DIR"]) / "backups").absolute()


def backups(folder: Path) -> list[Backup]:
    """Return the backups in a folder, the newest first. A file that was renamed is none."""
    dated = ((path, _made_at(path.name)) for path in folder.glob("*.dump"))
    found = (Backup(path, made_at) for path, made_at in dated if made_at)
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def _made_at(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def back_up(settings: BaseSettings) -> Made:
    """Write a backup, read it again as a whole, and remove those that are too many.

    Runs may go on meanwhile: the backup has what was committed when it began.

    :param settings: ``DATABASE_URL``, ``PULSE_DIR``, ``BACKUPS_DIR``, and ``BACKUPS_KEPT``: how
        many backups are left, 0 for all.
    :raises BackupError: when it can't be written; all earlier backups are still there.
    :raises ConfigurationError: when ``DATABASE_URL`` is no address.
    :raises DatabaseUnavailable: when the server does not answer or refuses the login.
    """
    if (kept := settings.getint("BACKUPS_KEPT")) < 0:
        raise BackupError(f"BACKUPS_KEPT is {kept}; it takes how many to keep, or 0 for all")
    folder, conninfo = backups_folder(settings), database_url(settings)
    server = look(conninfo)
    if not server.migrations:
        raise BackupError(
            f"there is nothing to back up: the database at '{without_password(conninfo)}' has none"
            " of this project's tables. Is DATABASE_URL the right one?"
        )
    if unknown := server.migrations - known_migrations():
        raise BackupError(
            f"the database at '{without_password(conninfo)}' is newer than this program, which does"
            f" not know what {', '.join(sorted(unknown))} made there. Update the program first"
        )
    # The oldest that will do: what a newer one writes, an older pg_restore can't read.
    suitable = [program for program in programs("pg_dump") if program.major >= server.major]
    if not suitable:
        raise BackupError(
            f"PostgreSQL {server.major} needs a pg_dump that is not older. Install the package"
            f" postgresql-client-{server.major}"
        )
    try:
        with _alone_in(folder):
            backup = _write(suitable[0].path, conninfo, server, folder)
            others = [old for old in backups(folder) if old != backup]
            # Those dated ahead are of a time when the clock was wrong, and go first.
            others.sort(key=lambda old: old.made_at < backup.made_at, reverse=True)
            removed = others[kept - 1 :] if kept else []
            for old in removed:
                old.path.unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(
            f"no backup can be written to {folder} ({error.strerror}). Make that folder one that"
            " you may write to, or set BACKUPS_DIR to another"
        ) from error
    return Made(backup, removed, _advice(server.major, suitable[0].major))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other backups out of the folder, and remove what broken ones left there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with folder_lock(folder):
            for leftover in folder.glob("esn_pulse_*.dump.partial"):
                leftover.unlink()
            yield
    except BlockingIOError:
        raise BackupError(
            f"another backup is being written to {folder}. Wait until it is done"
        ) from None


def _selection(server: Server) -> list[str]:
    """Return the options by which pg_dump leaves out, and does not lock, what is not ours.

    With schemas named it leaves out extensions, large objects and publications as well. It can't
    do so with the definitions of functions and types.
    """
    others = [relation for relation in server.relations if not is_ours(*relation)]
    return [
        *(f"--schema={schema}" for schema in SCHEMAS),
        *(f"--exclude-table={_pattern(schema)}.{_pattern(name)}" for schema, name in others),
    ]


def _pattern(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _write(pg_dump: Path, conninfo: str, server: Server, folder: Path) -> Backup:
    now = server.now.replace(microsecond=0)
    path = folder / f"{now:{_NAME}}"
    partial = path.with_name(f"{path.name}.partial")
    try:
        call(
            pg_dump,
            "--format=custom",
            f"--lock-wait-timeout={_LOCK_TIMEOUT}",
            f"--file={partial}",
            *_selection(server),
            conninfo=conninfo,
        )
        read_through(partial)
        partial.rename(path)
    except BackupError as error:
        if "No space left" in str(error):
            raise BackupError(
                f"{error}. Make room on the disk of {folder}, keep fewer backups (BACKUPS_KEPT), or"
                " set BACKUPS_DIR to a folder on another disk"
            ) from error
        raise
    finally:
        partial.unlink(missing_ok=True)
    return Backup(path, now)


def read_through(path: Path) -> None:
    """Read all that is in a backup.

    :raises BackupError: when it is none, or a part is missing.
    """
    newest = programs("pg_restore")[-1]  # it reads what older ones wrote
    call(newest.path, "--file=/dev/null", str(path))


def _advice(server: int, pg_dump: int) -> str:
    """Say so if the backup can't get back to a server like the one that it was taken from."""
    if server >= OLDEST_LENIENT or pg_dump < OLDEST_LENIENT:
        return ""
    return (
        f"It was written by pg_dump {pg_dump}, and can only be restored to PostgreSQL"
        f" {OLDEST_LENIENT} or newer. For backups that can be restored to PostgreSQL {server},"
        f" install the package postgresql-client-{server}."
    )
