"""``scrapy restore``: a backup into a database without our tables."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from esn_pulse.backups.restore import restore
from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import without_password


class Command(PulseCommand):
    """Restores a backup. Stop the Scrapyd nodes and the scheduler before."""

    most_words = 1

    def syntax(self) -> str:
        """Name the arguments."""
        return "FILE"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Restore a backup into a database that has none of the project's tables"

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse all but one file."""
        super().check(args, opts)
        if not args:
            raise UsageError("give one file, such as .pulse/backups/esn_pulse_….dump")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Restore; the exit status is 1 when that failed, and nothing was changed then."""
        with self.explained():
            conninfo = restore(self.project_settings, Path(args[0]))
            print(f"Restored {args[0]} to '{without_password(conninfo)}'.")
