"""An export that fails leaves no half file, and says why."""

import fcntl
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from esn_pulse.exceptions import DatabaseUnavailable, ExportError
from esn_pulse.export import export, parquet, writing
from tests.conftest import Crawl


@pytest.fixture
def earlier(filled: str, tmp_path: Path) -> dict[str, bytes]:
    """The files of an export before the one that fails."""
    export(filled, tmp_path)
    return contents(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let this process write no longer files, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [100, 3000])  # too small for a CSV file, for a Parquet file
def test_a_full_disk(filled: str, tmp_path: Path, earlier: dict[str, bytes], size: int) -> None:
    expected = rf"no export can be written to {tmp_path} \(.*large.*\). Make room there, or"
    with largest_file(size), pytest.raises(ExportError, match=expected):
        export(filled, tmp_path)

    assert contents(tmp_path) == earlier


def test_a_database_that_goes_away(
    filled: str,
    connection: psycopg.Connection,
    tmp_path: Path,
    earlier: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = parquet.write_parquet

    def hung_up(exporting: psycopg.Connection, *arguments: Any) -> int:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [exporting.info.backend_pid])
        return write(exporting, *arguments)

    monkeypatch.setattr(writing, "write_parquet", hung_up)
    with pytest.raises(DatabaseUnavailable, match="can't be used"):
        export(filled, tmp_path)

    assert contents(tmp_path) == earlier


def test_a_column_of_an_unknown_type(
    filled: str, connection: psycopg.Connection, tmp_path: Path, earlier: dict[str, bytes]
) -> None:
    connection.execute("CREATE VIEW bi.points AS SELECT point '(1, 2)' AS place")

    try:
        with pytest.raises(ExportError, match=r"bi\.points has a column of type point \(place\)"):
            export(filled, tmp_path)
    finally:
        connection.execute("DROP VIEW bi.points")

    assert contents(tmp_path) == earlier


def test_two_at_once(filled: str, tmp_path: Path, earlier: dict[str, bytes]) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with pytest.raises(ExportError, match="another export is being written"):
            export(filled, tmp_path)
    finally:
        os.close(folder)

    assert contents(tmp_path) == earlier


def test_a_folder_that_is_a_file(crawl: Crawl, filled: str, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    ended = crawl("export", str(tmp_path / "taken"), DATABASE_URL=filled)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"Error: no export can be written to {tmp_path}/taken (File exists). Make room there, or"
        " name a folder that you may write to\n"
    )


def test_one_folder_at_most(crawl: Crawl, database: str) -> None:
    ended = crawl("export", "one", "two", DATABASE_URL=database)

    assert ended.returncode == 2
    assert ended.stderr == "Error: export can't make sense of: one two. See: scrapy export -h\n"


def test_somebody_else_s_readme_is_not_replaced(filled: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Something else\n", encoding="utf-8")

    with pytest.raises(ExportError, match=r"README.md is not of an export, and would be replaced"):
        export(filled, tmp_path)

    assert contents(tmp_path) == {"README.md": b"# Something else\n"}
