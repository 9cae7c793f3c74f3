"""Backups of a small database, and what can go wrong with them."""

import fcntl
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from scrapy.settings import Settings

from esn_pulse.backups import backup as module
from esn_pulse.backups.backup import Made, back_up, backups
from esn_pulse.database.clients import Server
from esn_pulse.database.schema.migrations import known_migrations
from esn_pulse.exceptions import BackupError, DatabaseUnavailable
from tests.backups.pg_programs import Programs
from tests.health.factories import make_healthy

OLD = [f"esn_pulse_2016-01-{day:02}T020000Z.dump" for day in range(1, 6)]

# Of the words that pg_dump is called with, the one that names its file.
NO_ROOM = """
for word; do shift; set -- "$@" "$(echo "$word" | sed 's,^--file=.*,--file=/dev/full,')"; done
exec REAL "$@"
"""
HALF_AND_FAILS = 'for word; do case $word in --file=*) echo "${word#--file=}";; esac; done; exit 3'
HALF = """
REAL "$@"
for word; do case $word in --file=*) truncate --size=-100 "${word#--file=}";; esac; done
"""


def settings(url: str, folder: Path, **own: Any) -> Settings:
    return Settings({"DATABASE_URL": url, "BACKUPS_DIR": str(folder), "BACKUPS_KEPT": 0} | own)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go; it does not exist yet."""
    return tmp_path / "deep" / "backups"


@pytest.fixture
def older(folder: Path) -> Path:
    """The same with some earlier ones in it."""
    folder.mkdir(parents=True)
    for name in OLD:
        (folder / name).touch()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_nobody_elses_to_read(database: str, folder: Path) -> None:
    made = back_up(settings(database, folder))

    assert names(folder) == [made.backup.path.name]
    assert backups(folder) == [made.backup]
    assert (made.removed, made.advice) == ([], "")
    assert made.backup.path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_less_than_none_can_not_be_kept(database: str, older: Path) -> None:
    with pytest.raises(BackupError, match="BACKUPS_KEPT is -9"):
        back_up(settings(database, older, BACKUPS_KEPT=-9))

    assert names(older) == OLD


def test_the_newest_are_kept(database: str, older: Path) -> None:
    no_day = "esn_pulse_2026-99-99T020000Z.dump"
    others = ["esn_pulse_before_the_upgrade.dump", f"{OLD[0]}.old", no_day]
    for name in others:
        (older / name).touch()
    made = back_up(settings(database, older, BACKUPS_KEPT="3"))

    assert [old.path.name for old in made.removed] == OLD[2::-1]
    assert names(older) == sorted([*OLD[3:], made.backup.path.name, *others])


def test_the_new_one_is_kept_though_another_claims_to_be_newer(database: str, older: Path) -> None:
    (older / "esn_pulse_2999-01-01T020000Z.dump").touch()  # the clock has been set back since

    made = back_up(settings(database, older, BACKUPS_KEPT=1))

    assert names(older) == [made.backup.path.name]


def test_all_are_kept(database: str, older: Path) -> None:
    back_up(settings(database, older, BACKUPS_KEPT="0"))

    assert len(names(older)) == len(OLD) + 1


def test_what_a_killed_backup_left_is_removed(database: str, older: Path) -> None:
    (older / f"{OLD[0]}.partial").write_text("begun")
    made = back_up(settings(database, older))

    assert names(older) == [*OLD, made.backup.path.name]


def test_two_do_not_write_at_once(database: str, older: Path) -> None:
    (older / f"{OLD[0]}.partial").write_text("being written")
    opened = os.open(older, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_SH)
        with pytest.raises(BackupError, match="another backup is being written"):
            back_up(settings(database, older))
    finally:
        os.close(opened)

    assert f"{OLD[0]}.partial" in names(older)


@pytest.mark.parametrize(
    ("shell", "said"),
    [
        (NO_ROOM, "No space left on device. Make room on the disk of"),
        (HALF_AND_FAILS, "pg_dump .* failed: exit status 3"),
        (HALF, "pg_restore .* failed"),
    ],
    ids=["no room", "half and fails", "half"],
)
def test_one_that_fails_leaves_nothing_and_removes_nothing(
    database: str, older: Path, pg_programs: Programs, shell: str, said: str
) -> None:
    with psycopg.connect(database) as connection:
        make_healthy(connection)
    pg_programs.put_first("pg_dump", shell)

    with pytest.raises(BackupError, match=said):
        back_up(settings(database, older, BACKUPS_KEPT=1))
    assert names(older) == OLD


def test_a_folder_that_can_not_be_made(database: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BackupError, match=r"Not a directory.* set BACKUPS_DIR to another"):
        back_up(settings(database, tmp_path / "file" / "backups"))


def test_nothing_to_back_up(empty_database: str, folder: Path) -> None:
    with pytest.raises(BackupError, match=r"nothing to back up.*Is DATABASE_URL the right one"):
        back_up(settings(empty_database, folder))

    assert not folder.exists()


def test_tables_of_a_newer_program_are_not_left_out(
    database: str, connection: psycopg.Connection, folder: Path
) -> None:
    connection.execute("INSERT INTO _yoyo_migration VALUES ('x', '9999_later', now())")
    with pytest.raises(BackupError, match=r"not know what 9999_later made there\. Update the"):
        back_up(settings(database, folder))

    assert not folder.exists()


def test_a_server_that_does_not_answer(folder: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="Check DATABASE_URL") as raised:
        back_up(settings("postgresql://me:hunter2@127.0.0.1:1/x", folder))

    assert "hunter2" not in str(raised.value)


def test_the_password_is_not_among_the_arguments(
    database: str, login: dict[str, str], folder: Path, tmp_path: Path, pg_programs: Programs
) -> None:
    shell = f'echo "$@" > {tmp_path}/arguments; echo "$PGPASSWORD" > {tmp_path}/password; REAL "$@"'
    pg_programs.put_first("pg_dump", shell)
    back_up(settings(make_conninfo(database, **login), folder))

    assert login["password"] not in (tmp_path / "arguments").read_text()
    assert (tmp_path / "password").read_text() == f"{login['password']}\n"


@pytest.fixture
def back_up_from(
    database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], Made]:
    """Backs up a server that says to be of a version."""

    def back_it_up(major: int) -> Made:
        server = Server(major, set(), [], known_migrations(), datetime.now(UTC))
        monkeypatch.setattr(module, "look", lambda _: server)
        return back_up(settings(database, folder))

    return back_it_up


@pytest.mark.parametrize(
    ("major", "used", "advice"),
    [(15, "15", ""), (16, "17", "install the package postgresql-client-16"), (17, "17", "")],
)
def test_the_oldest_program_that_is_not_older_than_the_server_is_used(
    back_up_from: Callable[[int], Made], pg_programs: Programs, major: int, used: str, advice: str
) -> None:
    pg_programs.install("pg_dump", 14, 15, 17)
    made = back_up_from(major)

    assert pg_programs.called() == [used]
    assert advice in made.advice
    assert bool(advice) == bool(made.advice)


def test_no_program_is_new_enough(back_up_from: Callable[[int], Made]) -> None:
    with pytest.raises(BackupError, match="Install the package postgresql-client-99"):
        back_up_from(99)
