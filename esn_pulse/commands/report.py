"""``scrapy report``: what the data say, as one HTML file."""

import argparse
from pathlib import Path

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import database_url
from esn_pulse.report.writing import write_report


class Command(PulseCommand):
    """Writes the report; it changes nothing in the database."""

    most_words = 1

    def syntax(self) -> str:
        """Name the arguments."""
        return "[options] [FILE]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Write charts and figures of the network to one HTML file"

    def long_desc(self) -> str:
        """Say what it does at length."""
        return f"{self.short_desc()}: FILE, or report.html in PULSE_DIR"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write it; the exit status is 1 when that failed."""
        with self.explained():
            conninfo = database_url(self.project_settings)
            named = Path(args[0]) if args else None
            path = (named or Path(self.project_settings["PULSE_DIR"]) / "report.html").absolute()
            advice = write_report(conninfo, path, make_folder=not named)
            print(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB). Open it in a browser.")
            if advice:
                print(advice)
