"""``scrapy data_dictionary``: what the views mean, as docs/data-dictionary.md has it."""

import argparse

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import prepare
from esn_pulse.database.schema.dictionary import as_markdown, describe
from esn_pulse.database.sessions import connected

_INTRODUCTION = """\
# Data dictionary

The views of schema `bi`, for BI tools and for plain SQL. `scrapy data_dictionary` writes this page
from the comments in the database, which many BI tools show, too.
"""


class Command(PulseCommand):
    """Prints the data dictionary."""

    def short_desc(self) -> str:
        """Say what it does."""
        return "Print what the views for BI tools mean, as Markdown"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print it; the exit status is 1 when there is no database."""
        with self.explained(), connected(prepare(self.project_settings)) as connection:
            print(f"{_INTRODUCTION}\n{as_markdown(describe(connection))}", end="")
