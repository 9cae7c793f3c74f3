"""The files have what the views have."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pyarrow.parquet as pq
import pytest
from psycopg import sql

from esn_pulse.export import Written, export, parquet
from tests.conftest import Crawl

COLUMNS: LiteralString = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'bi' ORDER BY table_name, ordinal_position
"""
PARQUET = {
    "text": "string",
    "character varying": "string",
    "ARRAY": "list<element: string>",
    "smallint": "int16",
    "integer": "int32",
    "bigint": "int64",
    "numeric": "double",
    "double precision": "double",
    "boolean": "bool",
    "date": "date32[day]",
    "timestamp with time zone": "timestamp[us, tz=UTC]",
}


class Exported:
    """The files of an export, and the database that they were made from."""

    def __init__(
        self, folder: Path, written: list[Written], connection: psycopg.Connection
    ) -> None:
        self.folder = folder
        self.written = written
        self._connection = connection
        self.columns: dict[str, dict[str, str]] = {}
        for view, column, kind in connection.execute(COLUMNS):
            self.columns.setdefault(view, {})[column] = kind
        del self.columns["search"]  # an index of the others

    def select(self, view: str, names: list[str], form: LiteralString) -> list[tuple[Any, ...]]:
        """Return columns of a view, each in a form such as ``{}::text``."""
        columns = sql.SQL(", ").join(sql.SQL(form).format(sql.Identifier(name)) for name in names)
        query = sql.SQL("SELECT {} FROM bi.{}").format(columns, sql.Identifier(view))
        return self._connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def exported(filled: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    folder = tmp_path_factory.mktemp("export")
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'; SET DateStyle = 'ISO'")
        yield Exported(folder, export(filled, folder), connection)


def in_order(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


def test_there_are_two_files_of_each_view_and_what_they_mean(exported: Exported) -> None:
    views = set(exported.columns)
    files = {f"{view}.{kind}" for view in views for kind in ("csv", "parquet")}

    assert {path.name for path in exported.folder.iterdir()} == files | {"README.md"}
    assert {one.view for one in exported.written} == views
    assert len(views) > 15
    for one in exported.written:
        assert one.rows == len(exported.select(one.view, [*exported.columns[one.view]], "{}"))
        assert one.csv == (exported.folder / f"{one.view}.csv").stat().st_size
        assert one.parquet == (exported.folder / f"{one.view}.parquet").stat().st_size


def test_csv_has_all_rows_as_text(exported: Exported) -> None:
    for view, columns in exported.columns.items():
        names = [name for name, kind in columns.items() if kind != "ARRAY"]
        with (exported.folder / f"{view}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)

        assert header == names
        expected = exported.select(view, names, "coalesce({}::text, '')")
        assert in_order([tuple(row) for row in rows]) == in_order(expected)


def test_csv_tells_null_from_an_empty_text(exported: Exported) -> None:
    lines = (exported.folder / "oddities.csv").read_bytes().split(b"\n")

    assert lines[1] == b"1,1,plain,true,0.1234,0.5,2026-11-23,2026-11-23 01:05:06.789012+00"
    assert lines[2] == (
        b'2,9223372036854775807,"",false,-0.0001,Infinity,1989-10-16,0001-01-01 00:00:00+00'
    )
    assert lines[3] == b"3,,,,,,,"


def as_parquet_has_it(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def test_parquet_has_all_rows(exported: Exported) -> None:
    for view, columns in exported.columns.items():
        table = pq.read_table(exported.folder / f"{view}.parquet")

        rows = [tuple(row.values()) for row in table.to_pylist()]
        expected = exported.select(view, [*columns], "{}")
        assert in_order(rows) == in_order(
            [tuple(as_parquet_has_it(value) for value in row) for row in expected]
        )


def test_parquet_knows_the_types_and_what_they_mean(
    exported: Exported, connection: psycopg.Connection
) -> None:
    for view, columns in exported.columns.items():
        schema = pq.read_schema(exported.folder / f"{view}.parquet")

        found = {field.name: str(field.type) for field in schema}
        assert found == {name: PARQUET[kind] for name, kind in columns.items()}
    schema = pq.read_schema(exported.folder / "oddities.parquet")
    assert schema.metadata[b"description"] == b"Odd things."
    assert schema.field("words").metadata[b"description"] == b"Words | signs."


def test_the_folder_explains_itself(exported: Exported) -> None:
    text = (exported.folder / "README.md").read_text(encoding="utf-8")

    assert "## countries" in text
    assert "## oddities\n\nOdd things.\n" in text
    assert "| words | text | Words \\| signs. |" in text


def test_every_array_is_there_as_text_too(exported: Exported) -> None:
    arrays = [
        (view, name)
        for view, columns in exported.columns.items()
        for name, kind in columns.items()
        if kind == "ARRAY" and view != "oddities"
    ]

    assert arrays
    for view, name in arrays:
        assert exported.columns[view][f"{name}_text"] == "text"


def test_rows_are_written_a_batch_at_a_time(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "BATCH", 3)

    export(filled, tmp_path)

    groups = pq.ParquetFile(tmp_path / "oddities.parquet").metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [3, 3, 2]


def test_the_files_are_of_one_moment(
    filled: str, connection: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = connection.execute("SELECT run_id FROM bi.runs").fetchall()
    write = parquet.write_parquet

    def written_to_meanwhile(*arguments: Any) -> int:
        connection.execute("INSERT INTO scraper_status (scraper_module, status) VALUES ('x', 'y')")
        return write(*arguments)

    monkeypatch.setattr("esn_pulse.export.writing.write_parquet", written_to_meanwhile)
    export(filled, tmp_path)

    assert len(pq.read_table(tmp_path / "runs.parquet")) == len(before) == 1
    added = connection.execute("DELETE FROM scraper_status WHERE scraper_module = 'x'")
    assert added.rowcount > 10


def test_the_command_says_what_it_wrote(filled: str, crawl: Crawl, tmp_path: Path) -> None:
    ended = crawl("export", "-s", f"PULSE_DIR={tmp_path}", DATABASE_URL=filled, COLUMNS="100")

    assert (ended.returncode, ended.stderr) == (0, "")
    lines = {words[1]: words for words in map(str.split, ended.stdout.splitlines()) if words[2:]}
    assert lines["oddities"][3] == "8"
    assert lines["activities"][3] == "2"
    assert ended.stdout.endswith(f"views to {tmp_path}/export, explained in README.md.\n")
    assert (tmp_path / "export" / "oddities.csv").is_file()
