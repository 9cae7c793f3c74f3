"""Small backups into small databases, and what can go wrong with them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from scrapy.settings import Settings

from esn_pulse.backups import restore as module
from esn_pulse.backups.backup import back_up
from esn_pulse.backups.restore import restore
from esn_pulse.database.clients import Server, call, programs
from esn_pulse.exceptions import BackupError, DatabaseUnavailable
from tests.backups.pg_programs import Programs
from tests.database.schema.states import structure

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
# As another version may have built them, by files that there are no more.
OTHER_VIEWS = """
    CREATE VIEW bi_cache.days AS SELECT current_date AS date;
    DROP VIEW bi.calendar;
    CREATE VIEW bi.calendar AS SELECT date FROM bi_cache.days;
    INSERT INTO view_scripts (name, digest) VALUES ('bi_cache.days', 'x');
"""


def settings(url: str) -> Settings:
    return Settings({"DATABASE_URL": url})


def backup_of(conninfo: str, folder: Path) -> Path:
    given = {"DATABASE_URL": conninfo, "BACKUPS_DIR": str(folder)}
    return back_up(Settings(given | {"BACKUPS_KEPT": 0})).backup.path


@pytest.fixture(scope="module")
def backup(migrated_template: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a database that has only the schema."""
    return backup_of(migrated_template, tmp_path_factory.mktemp("backups"))


def tables(conninfo: str) -> int:
    with psycopg.connect(conninfo) as connection:
        (count,) = connection.execute(TABLES).fetchone() or (0,)
    return int(count)


def test_a_database_is_filled_once_and_again_when_what_is_there_was_dropped(
    backup: Path, empty_database: str
) -> None:
    restore(settings(empty_database), backup)
    filled = tables(empty_database)
    assert filled > 10

    expected = r'already has bi, bi_cache, public\..* "CREATE DATABASE test_\w+_restored"'
    with pytest.raises(BackupError, match=expected) as refused:
        restore(settings(empty_database), backup)

    named = ", ".join(re.findall(r"public\.\w+", str(refused.value)))
    with psycopg.connect(empty_database) as connection:
        connection.execute(f"DROP SCHEMA bi, bi_cache CASCADE; DROP TABLE {named}".encode())
    restore(settings(empty_database), backup)
    assert tables(empty_database) == filled


def test_views_are_built_from_the_files_of_today(
    database: str,
    connection: psycopg.Connection,
    migrated_template: str,
    empty_database: str,
    tmp_path: Path,
) -> None:
    connection.execute(OTHER_VIEWS)
    restore(settings(empty_database), backup_of(database, tmp_path))

    assert structure(empty_database) == structure(migrated_template)


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ("CREATE TABLE activities (); CREATE TABLE others ()", "public.activities,"),
        (
            "CREATE VIEW bi_activities AS SELECT; CREATE VIEW countries AS SELECT",
            "public.countries,",
        ),
        ("CREATE SCHEMA bi; CREATE TABLE sections ()", "bi, public.sections,"),
    ],
)
def test_what_has_a_name_of_ours_is_in_the_way(
    backup: Path, empty_database: str, made: LiteralString, named: str
) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute(made)
    there = tables(empty_database)

    with pytest.raises(BackupError, match=f"already has {named} and a backup only goes into one"):
        restore(settings(empty_database), backup)
    assert tables(empty_database) == there


def test_a_newer_backup_is_refused(
    database: str, connection: psycopg.Connection, empty_database: str, tmp_path: Path
) -> None:
    connection.execute("INSERT INTO _yoyo_migration VALUES ('x', '9999_later', now())")
    newer = tmp_path / "newer.dump"
    pg_dump = programs("pg_dump")[-1].path
    call(pg_dump, "--format=custom", f"--file={newer}", conninfo=database)

    with pytest.raises(BackupError, match=r"does not know 9999_later\. Update the program first"):
        restore(settings(empty_database), newer)
    assert tables(empty_database) == 0


def test_a_backup_of_something_else_is_refused(empty_database: str, tmp_path: Path) -> None:
    other = tmp_path / "other.dump"
    pg_dump = programs("pg_dump")[-1].path
    call(pg_dump, "--format=custom", f"--file={other}", conninfo=empty_database)

    with pytest.raises(BackupError, match="is a backup of another database than this project's"):
        restore(settings(empty_database), other)


def test_a_part_of_a_backup_is_refused(
    database: str, connection: psycopg.Connection, empty_database: str, tmp_path: Path
) -> None:
    causes = "SELECT md5(n::text) FROM generate_series(1, 999) AS n"
    connection.execute(f"INSERT INTO activity_causes (name) {causes}")
    whole = backup_of(database, tmp_path).read_bytes()

    part = tmp_path / "part.dump"
    for size in 0, 100, 10_000, -100:
        part.write_bytes(whole[:size])
        with pytest.raises(BackupError, match=r"or only a part of one: .* Take another backup"):
            restore(settings(empty_database), part)
    assert tables(empty_database) == 0


def test_what_is_no_backup_is_refused(empty_database: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("CREATE TABLE x ();\n" * 1000)
    with pytest.raises(BackupError, match="is no backup"):
        restore(settings(empty_database), tmp_path / "text")
    with pytest.raises(BackupError, match=r"there is no file .*\. Backups are in "):
        restore(settings(empty_database), tmp_path / "missing")


def test_all_or_nothing(backup: Path, empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE DOMAIN validation_errors AS text")  # comes late in a backup

    with pytest.raises(BackupError, match='type "validation_errors" already exists'):
        restore(settings(empty_database), backup)
    assert tables(empty_database) == 0


def test_a_server_that_does_not_answer(backup: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="Check DATABASE_URL") as raised:
        restore(settings("postgresql://me:hunter2@127.0.0.1:1/x"), backup)

    assert "hunter2" not in str(raised.value)


@pytest.fixture
def restore_to(
    backup: Path, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], None]:
    """Restores to a server that says to be of a version."""

    def restore_it(major: int) -> None:
        server = Server(major, set(), [], set(), datetime.now(UTC))
        monkeypatch.setattr(module, "look", lambda _: server)
        restore(settings(empty_database), backup)

    return restore_it


@pytest.mark.parametrize(("major", "used"), [(15, "15"), (16, "16"), (17, "18")])
def test_a_program_is_used_whose_words_the_server_knows(
    restore_to: Callable[[int], None], pg_programs: Programs, major: int, used: str
) -> None:
    pg_programs.install("pg_restore", 14, 15, 16, 18)
    restore_to(major)

    assert pg_programs.called()[-1] == used


@pytest.mark.parametrize("major", [16, 99])
def test_no_program_speaks_to_the_server(
    restore_to: Callable[[int], None], pg_programs: Programs, empty_database: str, major: int
) -> None:
    pg_programs.install("pg_restore", 15, 18)

    with pytest.raises(BackupError, match=f"Install the package postgresql-client-{major}"):
        restore_to(major)
    assert tables(empty_database) == 0


def test_a_program_that_can_not_read_the_backup_is_not_used(
    restore_to: Callable[[int], None], pg_programs: Programs
) -> None:
    unable = "echo 'unsupported version (9.9) in file header' >&2; exit 1"
    pg_programs.install("pg_restore", 16)
    pg_programs.put("pg_restore", 15, unable)
    restore_to(15)
    assert pg_programs.called()[-1] == "16"

    pg_programs.put("pg_restore", 16, unable)
    with pytest.raises(BackupError, match=r"by a newer pg_dump .* PostgreSQL 17 or new"):
        restore_to(15)
