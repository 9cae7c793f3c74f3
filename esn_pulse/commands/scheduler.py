"""``scrapy scheduler``: follows the calendar."""

import argparse
import logging
import signal
from datetime import UTC, datetime
from queue import SimpleQueue

from apscheduler.schedulers.background import BackgroundScheduler
from rich.console import Console
from rich.table import Table
from scrapy.utils.log import configure_logging

from esn_pulse.cli.command import PulseCommand
from esn_pulse.logs.redaction import keep_secrets_out_of_logs
from esn_pulse.scheduling.calendar import CALENDAR, EntryState
from esn_pulse.scheduling.scheduler import Scheduler

logger = logging.getLogger(__name__)


class Command(PulseCommand):
    """Posts the spiders' jobs to Scrapyd, and runs the health check and the backup, when due."""

    def syntax(self) -> str:
        """Name the arguments."""
        return "[--once | --list]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Follow the calendar: both spiders, the health check and the backup"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options."""
        super().add_options(parser)
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument(
            "--once",
            action="store_true",
            help="do what is due now and end, for a timer; exit status 1 if something failed",
        )
        mode.add_argument("--list", action="store_true", help="show what is due when")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Follow the calendar until SIGTERM or SIGINT comes, or once, or only show it."""
        keep_secrets_out_of_logs(self.project_settings)
        configure_logging(self.project_settings)
        with self.explained():
            scheduler = Scheduler(self.project_settings)
            if opts.list:
                _show(scheduler)
            elif opts.once:
                done = [scheduler.check(entry) for entry in CALENDAR]
                self.exitcode = int(not all(done))
            else:
                _follow(scheduler)


def _follow(scheduler: Scheduler) -> None:
    told: SimpleQueue[int] = SimpleQueue()  # it may be used in a signal's handler
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, lambda number, _: told.put(number))
    # It would tell every minute what it does, and what a long backup keeps it from doing.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    clock = BackgroundScheduler(
        timezone=UTC,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for entry in CALENDAR:
        now = datetime.now(UTC)
        clock.add_job(scheduler.check, "cron", [entry], minute="*", next_run_time=now)
    clock.start()
    logger.info("Following the calendar: %s", ", ".join(entry.name for entry in CALENDAR))
    logger.info("Ending, as signal %s came", signal.Signals(told.get()).name)
    scheduler.stop()
    clock.shutdown()


def _show(scheduler: Scheduler) -> None:
    table = Table(title="The calendar", title_justify="left")
    for column in "entry", "state", "due", "last", "how it went":
        table.add_column(column, overflow="fold")
    for name, (past, decision) in scheduler.overview().items():
        is_now = decision.state == EntryState.UNDER_WAY
        table.add_row(
            name,
            f"{decision.state}: {decision.reason}" if decision.reason else decision.state,
            "now" if is_now else f"{decision.at:%Y-%m-%d %H:%M} UTC",
            f"{past.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if past.at else "never",
            "" if is_now else past.outcome or "",
        )
    Console(markup=False, highlight=False).print(table)
