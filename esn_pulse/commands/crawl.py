"""``scrapy crawl``: Scrapy's own, but a run that failed has an exit status other than 0."""

import argparse

from scrapy import Spider
from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.crawler import Crawler


class Command(CrawlCommand):
    """Runs a spider."""

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self._crawler = super()._create_crawler(spidercls)
        return self._crawler

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider; see ``scraper_status.error_message`` for why a run failed."""
        super().run(args, opts)
        if self._crawler.stats.get_value("finish_reason") != "finished":
            self.exitcode = 1
