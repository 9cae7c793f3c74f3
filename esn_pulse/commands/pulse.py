"""``scrapy pulse``: both spiders, in the order that the design gives them (chapter 5.1)."""

import argparse

from esn_pulse.command import CrawlingCommand

_ACCOUNTS_ARE_DUE = """
    SELECT NOT EXISTS (SELECT FROM sections) OR NOT EXISTS (
        SELECT FROM scraper_status
        WHERE scraper_module = 'AccountsScraper' AND status = 'completed'
            AND completed_at > now() - make_interval(days => %s)
            -- Of the whole network, and to its end.
            AND coalesce(arguments, '{}') = '{}'
            AND coalesce(finish_reason, 'finished') = 'finished'
    )
"""


class Command(CrawlingCommand):
    """Crawls what is due."""

    def short_desc(self) -> str:
        """Say what it does."""
        return "Crawl accounts when that is due, then activities"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        """Run the accounts spider first when its data are missing or old; stop if it fails."""
        days = self.project_settings.getint("ACCOUNTS_FRESH_DAYS")
        with self.database() as connection:
            due = connection.execute(_ACCOUNTS_ARE_DUE, [days]).fetchone() == (True,)
        spiders = ["accounts", "activities"] if due else ["activities"]
        self.crawl([(spider, {}) for spider in spiders], stop_at_failure=True)
