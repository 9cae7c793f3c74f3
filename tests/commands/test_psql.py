import os
import sys
from pathlib import Path

import pytest

from tests.conftest import FOR_ANOTHER_SERVER, Crawl


@pytest.fixture
def fake_psql(tmp_path: Path) -> dict[str, str]:
    """Environment in which psql only tells what it was called with, and fails."""
    script = tmp_path / "psql"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        "if '--version' in sys.argv: sys.exit(0)\n"
        "print(*sys.argv[1:], sep='|')\n"
        "print('PGPASSWORD', os.environ.get('PGPASSWORD'))\n"
        "sys.exit(3)\n"
    )
    script.chmod(0o755)
    return {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}


def test_a_statement_is_run_and_its_result_printed(crawl: Crawl, database: str) -> None:
    ended = crawl("psql", "SELECT count(*) AS goals FROM sdgs", DATABASE_URL=database)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == ["goals", "-------", "17", "(1", "row)"]


def test_a_psql_that_does_not_work_is_passed_over(
    crawl: Crawl, database: str, tmp_path: Path
) -> None:
    wrapper = tmp_path / "psql"  # as Debian's package of what its clients have in common brings it
    wrapper.write_text("#!/bin/sh\necho 'You must install a client package' >&2\nexit 1\n")
    wrapper.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"

    ended = crawl("psql", "SELECT 6 * 7", DATABASE_URL=database, PATH=path)

    assert "42" in ended.stdout, ended.stderr


def test_a_statement_may_come_as_several_words(crawl: Crawl, database: str) -> None:
    ended = crawl("psql", "SELECT", "6", "*", "7", DATABASE_URL=database)

    assert "42" in ended.stdout


def test_a_statement_that_fails_makes_the_command_fail(crawl: Crawl, database: str) -> None:
    ended = crawl("psql", "SELECT nothing", DATABASE_URL=database)

    assert ended.returncode == 1
    assert 'column "nothing" does not exist' in ended.stderr


def test_the_password_is_not_among_the_arguments(crawl: Crawl, fake_psql: dict[str, str]) -> None:
    url = "postgresql://me:hunter2@db.example:6543/pulse"
    ended = crawl("psql", "SELECT 1", DATABASE_URL=url, **fake_psql)

    arguments, password = ended.stdout.splitlines()
    address, *statement = arguments.split("|")
    assert set(address.split()) == {"user=me", "host=db.example", "port=6543", "dbname=pulse"}
    assert statement == ["-c", "SELECT 1"]
    assert password == "PGPASSWORD hunter2"
    assert ended.returncode == 3


def test_without_a_statement_the_shell_opens(crawl: Crawl, fake_psql: dict[str, str]) -> None:
    ended = crawl("psql", DATABASE_URL="postgresql://me@db.example/pulse", **fake_psql)

    arguments, _ = ended.stdout.splitlines()
    assert set(arguments.split()) == {"user=me", "host=db.example", "port=5432", "dbname=pulse"}


def test_what_is_no_address_is_refused_without_repeating_it(crawl: Crawl) -> None:
    ended = crawl("psql", "SELECT 1", DATABASE_URL="mysql://me:hunter2@localhost/pulse")

    assert ended.returncode != 0
    assert "DATABASE_URL is not the address of a PostgreSQL database" in ended.stderr
    assert "hunter2" not in ended.stderr + ended.stdout


def test_the_embedded_server_is_started_and_can_be_stopped(
    crawl: Crawl, pulse_dir: Path, tmp_path: Path
) -> None:
    here = "-s", f"PULSE_DIR={pulse_dir}"
    started = crawl("psql", "SHOW data_directory", *here, DATABASE_URL="", **FOR_ANOTHER_SERVER)
    assert started.returncode == 0, started.stderr
    assert str(pulse_dir / "postgres") in started.stdout

    bare = {"PATH": str(tmp_path), "DATABASE_URL": ""} | FOR_ANOTHER_SERVER
    assert "42" in crawl("psql", "SELECT 6 * 7", *here, **bare).stdout  # its own psql

    assert crawl("stop_database", *here, DATABASE_URL="").stdout == "Stopped.\n"
    assert not (pulse_dir / "postgres" / "postmaster.pid").exists()
    assert crawl("stop_database", *here, DATABASE_URL="").stdout == "It was not running.\n"
