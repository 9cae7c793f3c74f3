"""``scrapy pulse``: all spiders, in the order in which they build on one another."""

import argparse

from esn_pulse.cli.command import Crawl, CrawlingCommand
from esn_pulse.database.clock import clock
from esn_pulse.scheduling.freshness import accounts_are_stale
from esn_pulse.sources import ACCOUNTS, SOURCES


class Command(CrawlingCommand):
    """Crawls what is due."""

    def short_desc(self) -> str:
        """Say what it does."""
        return "Crawl accounts when that is due, then activities"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the accounts spider first when its data are missing or old; stop if it fails."""
        days = self.project_settings.getint("ACCOUNTS_FRESH_DAYS")
        with self.database() as connection:
            due = accounts_are_stale(connection, days, clock(connection))
        crawls: list[Crawl] = [
            (source.name, {}) for source in SOURCES if due or source is not ACCOUNTS
        ]
        self.crawl(crawls, stop_at_failure=True)
