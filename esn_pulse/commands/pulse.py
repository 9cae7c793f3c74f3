"""``scrapy pulse``: both spiders, in the order that the design gives them (chapter 5.1)."""

import argparse

from esn_pulse.cli.command import CrawlingCommand
from esn_pulse.database.clock import clock
from esn_pulse.database.queries.freshness import accounts_are_stale


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
        spiders = ["accounts", "activities"] if due else ["activities"]
        self.crawl([(spider, {}) for spider in spiders], stop_at_failure=True)
