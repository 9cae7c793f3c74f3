"""``scrapy jobs``: what waits, runs and ended on the Scrapyd nodes."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import prepare
from esn_pulse.database.sessions import connected
from esn_pulse.health.finding import moment
from esn_pulse.scheduling.job_reports import JobReport, latest_jobs

_STYLES = {"lost": "bold red", "running": "green", "pending": "cyan"}


class Command(PulseCommand):
    """Looks into the queue itself, so it needs no node."""

    def syntax(self) -> str:
        """Name the arguments."""
        return "[--limit N] [--json]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Show the jobs of all Scrapyd nodes, and how they went"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON array")
        parser.add_argument(
            "--limit", type=int, default=20, metavar="N", help="the latest N (default: 20)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the jobs, those first that have not ended."""
        with self.explained():
            with connected(prepare(self.project_settings)) as connection:
                jobs = latest_jobs(connection, max(0, opts.limit))
            if opts.json:
                printable = [asdict(job) | {"outcome": job.outcome} for job in jobs]
                print(json.dumps(printable, default=str))
            elif jobs:
                Console(markup=False, highlight=False).print(_table(jobs))
            else:
                print("There are no jobs. To post one: scrapy schedule accounts")


def _table(jobs: Sequence[JobReport]) -> Table:
    table = Table(title="Jobs", title_justify="left")
    table.add_column("state, since when", no_wrap=True)
    table.add_column("job", no_wrap=True)  # its name in one piece, to be copied
    table.add_column("where, and how it went", overflow="fold")
    for job in jobs:
        given = [f"-a {name}={value}" for name, value in job.arguments.items()]
        where = f"{job.node}, {job.attempts} attempts" if job.attempts > 1 else job.node
        table.add_row(
            f"{job.state}\n{moment(job.since)}",
            "\n".join((job.job, job.spider, *given)),
            "\n".join(filter(None, (where, job.outcome))),
            style=_STYLES.get(job.state),
        )
    return table
