"""``scrapy backup``: the database into a file."""

import argparse

from esn_pulse.backups.backup import back_up
from esn_pulse.cli.command import PulseCommand


class Command(PulseCommand):
    """Writes a backup with pg_dump, and removes those that are too many."""

    def short_desc(self) -> str:
        """Say what it does."""
        return "Write a backup to BACKUPS_DIR, and keep the newest BACKUPS_KEPT"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Back up; the exit status is 1 when that failed."""
        with self.explained():
            made = back_up(self.project_settings)
            size = made.backup.path.stat().st_size / 1e6
            for old in made.removed:
                print(f"Removed {old.path}.")
            print(f"Wrote {made.backup.path} ({size:,.1f} MB).")
            if made.advice:
                print(made.advice)
