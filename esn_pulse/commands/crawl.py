"""``scrapy crawl``: Scrapy's own, which also says how the run ended, in its exit status too."""

import argparse

from scrapy import Spider
from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.crawler import Crawler

from esn_pulse.command import succeeded


class Command(CrawlCommand):
    """Runs a spider."""

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self._crawler = super()._create_crawler(spidercls)
        return self._crawler

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider; the exit status is 1 when the run failed."""
        super().run(args, opts)
        if self.exitcode:
            return  # the run did not even begin; Scrapy has said why
        if not succeeded(self._crawler):
            self.exitcode = 1
