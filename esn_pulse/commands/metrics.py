"""``scrapy metrics``: what Prometheus is told, where no web runs."""

import argparse
from importlib import import_module
from pathlib import Path

from scrapy.exceptions import UsageError

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import database_url
from esn_pulse.database.server import is_made
from esn_pulse.exceptions import CommandError, DatabaseUnavailable
from esn_pulse.extras import needing


class Command(PulseCommand):
    """Reads the metrics of the pipeline; it changes nothing."""

    def syntax(self) -> str:
        """Name the arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Print metrics for Prometheus, or write them for node_exporter"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options."""
        super().add_options(parser)
        parser.add_argument(
            "--textfile",
            type=Path,
            metavar="FILE",
            help="write them to FILE, such as /var/lib/prometheus/node-exporter/esn_pulse.prom",
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse a file that node_exporter would not read."""
        super().check(args, opts)
        if opts.textfile and opts.textfile.suffix != ".prom":
            raise UsageError(
                f"--textfile is {opts.textfile}, but node_exporter reads only files whose names end"
                " in .prom"
            )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Tell what can be told; the exit status is 1 when the database can't be used."""
        with self.explained():
            with needing("metrics", CommandError):
                prometheus = import_module("prometheus_client")
                metrics = import_module("esn_pulse.metrics")
            told = metrics.Pipeline(self.project_settings).read(self._conninfo)
            text = prometheus.generate_latest(metrics.Families(told.samples))
            if opts.textfile:
                metrics.write_textfile(opts.textfile, text)
            else:
                print(text.decode(), end="")
            self.exitcode = int(not told.has_database)

    def _conninfo(self) -> str:
        if not is_made(self.project_settings):
            raise DatabaseUnavailable(
                "there is none yet: DATABASE_URL is not set, and the embedded server was never"
                " used. Run both spiders: scrapy pulse"
            )
        return database_url(self.project_settings)
