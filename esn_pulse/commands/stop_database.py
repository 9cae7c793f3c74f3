"""``scrapy stop_database``: ends the embedded server, which otherwise goes on for psql's sake."""

import argparse

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import embedded
from esn_pulse.database.server import data_folder


class Command(PulseCommand):
    """Stops the embedded PostgreSQL; the next command that needs it starts it again."""

    def short_desc(self) -> str:
        """Say what it does."""
        return "Stop the embedded PostgreSQL server"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Stop the server of ``PULSE_DIR``."""
        with self.explained():
            stopped = embedded.stop(data_folder(self.project_settings))
            print("Stopped." if stopped else "It was not running.")
