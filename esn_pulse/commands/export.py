"""``scrapy export``: the views of schema ``bi`` as files."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import database_url
from esn_pulse.exceptions import CommandError
from esn_pulse.extras import needing

if TYPE_CHECKING:
    from esn_pulse.export import Written


class Command(PulseCommand):
    """Writes each view as CSV and Parquet, and what its columns mean."""

    most_words = 1

    def syntax(self) -> str:
        """Name the arguments."""
        return "[FOLDER]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Write the views for BI tools to a folder, as CSV and Parquet"

    def long_desc(self) -> str:
        """Say what it does at length."""
        return f"{self.short_desc()}: FOLDER, or export in PULSE_DIR"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Export; the exit status is 1 when that failed, and an earlier export is left then."""
        folder = Path(args[0] if args else Path(self.project_settings["PULSE_DIR"]) / "export")
        with self.explained():
            # Loaded here, as Scrapy loads all commands for each: this one takes its time.
            with needing("export", CommandError):
                exporting = import_module("esn_pulse.export")
            written = exporting.export(database_url(self.project_settings), folder)
            Console(highlight=False).print(_table(written))
            print(f"Wrote {len(written)} views to {folder.absolute()}, explained in README.md.")
            if not any(one.rows for one in written if one.view == "sections"):
                print("There is no section in the database yet. Fill it with: scrapy pulse")


def _table(written: "list[Written]") -> Table:
    table = Table()
    table.add_column("view")
    for column in "rows", "CSV", "Parquet":
        table.add_column(column, justify="right")
    for one in written:
        table.add_row(one.view, f"{one.rows:,}", _size(one.csv), _size(one.parquet))
    return table


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"
