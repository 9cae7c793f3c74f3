"""``scrapy metrics``, as its users run it."""

import stat
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from esn_pulse.commands.metrics import Command
from tests.conftest import Crawl
from tests.metrics.readings import Reading, complaints, project_settings

AWAY = "postgresql://me:hunter2@127.0.0.1:1/x"


def test_it_prints_them(crawl: Crawl, database: str, tmp_path: Path) -> None:
    ended = crawl("metrics", DATABASE_URL=database, BACKUPS_DIR=str(tmp_path))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert Reading(ended.stdout)("database_up") == 1
    assert complaints(ended.stdout) == ""


def test_it_writes_a_file_that_others_may_read(crawl: Crawl, database: str, tmp_path: Path) -> None:
    file = tmp_path / "esn_pulse.prom"
    file.write_text("an earlier one")
    file.chmod(0o600)
    ended = crawl(
        "metrics", "--textfile", str(file), DATABASE_URL=database, BACKUPS_DIR=str(tmp_path)
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert Reading(file.read_text())("database_up") == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [*tmp_path.iterdir()] == [file]


def test_a_database_that_is_away_is_told_of(crawl: Crawl, tmp_path: Path) -> None:
    file = tmp_path / "esn_pulse.prom"
    ended = crawl("metrics", "--textfile", str(file), DATABASE_URL=AWAY, BACKUPS_DIR=str(tmp_path))

    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert "No metrics of the database: PostgreSQL at" in line
    assert "hunter2" not in line
    assert Reading(file.read_text())("database_up") == 0


def test_without_a_database_none_is_made(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    ended = crawl("metrics", DATABASE_URL="", PULSE_DIR=str(tmp_path), BACKUPS_DIR="")

    assert ended.returncode == 1
    assert "there is none yet" in ended.stderr
    assert Reading(ended.stdout)("database_up") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["backups"]


def refusal(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.stdout == ""
    return ended.stderr.splitlines()[-1]


def test_a_file_that_can_not_be_written(crawl: Crawl, database: str, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "esn_pulse.prom"
    ended = crawl("metrics", "--textfile", str(file), DATABASE_URL=database)

    assert ended.returncode == 1
    assert refusal(ended).startswith(
        f"Error: {file} can't be written (No such file or directory). Name a file in a folder"
    )


def test_where_a_folder_is_in_the_way_nothing_is_left_behind(
    crawl: Crawl, database: str, tmp_path: Path
) -> None:
    file = tmp_path / "esn_pulse.prom"
    file.mkdir()
    ended = crawl("metrics", "--textfile", str(file), DATABASE_URL=database)

    assert ended.returncode == 1
    assert refusal(ended).startswith(f"Error: {file} can't be written (Is a directory)")
    assert [*tmp_path.iterdir()] == [file]


def test_a_file_that_node_exporter_would_not_read_is_refused(crawl: Crawl, tmp_path: Path) -> None:
    ended = crawl("metrics", "--textfile", str(tmp_path / "esn_pulse.txt"))

    assert ended.returncode == 2
    assert "only files whose names end in .prom" in refusal(ended)


def test_an_address_that_is_none(crawl: Crawl) -> None:
    ended = crawl("metrics", DATABASE_URL="mysql://me:hunter2@x/y")

    assert ended.returncode == 1
    assert refusal(ended).startswith("Error: DATABASE_URL is not the address of a PostgreSQL")
    assert "hunter2" not in ended.stderr


def test_without_its_extra_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    command = Command()
    command.settings = project_settings()
    command.run([], Namespace(textfile=None))

    assert command.exitcode == 1
    assert capsys.readouterr().err == (
        "Error: what writes metrics (prometheus-client) is not installed. Install it with: pip"
        " install 'esn-pulse[metrics]'\n"
    )
