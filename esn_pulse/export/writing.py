"""Writes the files of an export, all or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from esn_pulse.database.schema.dictionary import View, as_markdown, describe
from esn_pulse.database.snapshot import snapshot
from esn_pulse.exceptions import ExportError
from esn_pulse.export.csv import write_csv
from esn_pulse.export.parquet import write_parquet
from esn_pulse.folders import folder_lock

_TITLE = "# Export of ESN PULSE\n"
_README = f"""\
{_TITLE}
The data as they were on {{now}}: each table as CSV and as Parquet. They fit together, as
all were read at the same moment. Parquet knows the types, and the descriptions below are in it as
the fields' metadata; take it where you can.

- CSV is UTF-8 with commas; an empty field is NULL, `""` an empty text. Columns of type `text[]` are
  left out; the column of the same name with `_text` says the same, and the tables `activity_…` have
  a row for each value.
- Times are UTC. Numbers with decimals (`numeric`) are doubles in Parquet.
- Texts are as people wrote them, also when they begin with `=`, `+`, `-` or `@`, which a
  spreadsheet may take for a formula. In Excel don't open a CSV file by a double click: Data, From
  Text/CSV, 65001 (UTF-8) takes all as data, and shows every letter.

"""


@dataclass(frozen=True)
class Written:
    """What was written of a view: how many rows, and the files' sizes in bytes."""

    view: str
    rows: int
    csv: int
    parquet: int


def export(conninfo: str, folder: Path) -> list[Written]:
    """Write all views of schema ``bi`` as they are at one moment, and what they mean.

    An earlier export in the folder is replaced once this one is complete.

    :raises ExportError: when a file can't be written, another export is at work there, or the
        folder has a README.md that is not of an export.
    :raises DatabaseUnavailable: when the database can't be reached, or the views can't be read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check(folder / "README.md")
        with folder_lock(folder), _files(folder) as files, snapshot(conninfo) as connection:
            return _write(connection, files)
    except BlockingIOError as error:
        raise ExportError(
            f"another export is being written to {folder}. Wait until it is done, or name another"
            " folder"
        ) from error
    except OSError as error:
        raise ExportError(
            f"no export can be written to {folder} ({error.strerror or error}). Make room there, or"
            " name a folder that you may write to"
        ) from error


def _check(readme: Path) -> None:
    """Look whether what would be replaced is ours."""
    if readme.exists() and not readme.read_bytes().startswith(_TITLE.encode()):
        raise ExportError(
            f"{readme} is not of an export, and would be replaced. Name another folder"
        )


@dataclass(frozen=True)
class _Files:
    """Files beside those that they will replace."""

    folder: Path
    names: list[str]

    def add(self, name: str) -> Path:
        """Return where to write a file that will have this name."""
        self.names.append(name)
        return self.partial(name)

    def partial(self, name: str) -> Path:
        return self.folder / f"{name}.partial"


@contextmanager
def _files(folder: Path) -> Iterator[_Files]:
    """Give all files their names in the end, or remove them when something fails."""
    files = _Files(folder, [])
    try:
        yield files
        for name in files.names:
            files.partial(name).replace(folder / name)
    finally:
        for name in files.names:
            files.partial(name).unlink(missing_ok=True)


def _is_index(view: View) -> bool:
    """Tell whether a view is for searching in the database: the others say all that it does."""
    return any(column.kind == "tsvector" for column in view.columns)


def _write(connection: psycopg.Connection, files: _Files) -> list[Written]:
    views = [view for view in describe(connection) if not _is_index(view)]
    connection.execute("SET LOCAL cursor_tuple_fraction = 1")  # all rows are read, not a few
    written = []
    for view in views:
        csv, parquet = files.add(f"{view.name}.csv"), files.add(f"{view.name}.parquet")
        write_csv(connection, view, csv)
        rows = write_parquet(connection, view, parquet)
        written.append(Written(view.name, rows, csv.stat().st_size, parquet.stat().st_size))
    (now,) = connection.execute("SELECT to_char(now(), 'YYYY-MM-DD HH24:MI UTC')").fetchone() or (
        "",
    )
    text = _README.format(now=now) + as_markdown(views)
    files.add("README.md").write_text(text, encoding="utf-8")
    return written
