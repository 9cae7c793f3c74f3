"""``scrapy crawl``: Scrapy's own, which also says how the run ended, in its exit status too."""

import argparse

from scrapy.commands.crawl import Command as CrawlCommand

from esn_pulse.cli.command import (
    check_arguments,
    named_spider,
    process_of,
    refusing,
    say_how_called,
    settings_of,
    succeeded,
)
from esn_pulse.logs.formatter import demote_startup_log
from esn_pulse.logs.terminal import show_what_can_be_shown
from esn_pulse.run.stopping import Signals


class Command(CrawlCommand):
    """Runs a spider."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's own options."""
        super().add_options(parser)
        say_how_called(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Set what the options say, and refuse what makes no sense before anything begins.

        Who posted a job does not see that: its run says so in its record.
        """
        show_what_can_be_shown()
        with refusing():
            super().process_options(args, opts)
            spider = named_spider(settings_of(self), args)
            if "_job" not in opts.spargs:
                check_arguments(spider, opts.spargs)
        demote_startup_log()

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider; the exit status is 1 when the run failed."""
        process, crawler = process_of(self), self._create_crawler(args[0])
        process.crawl(crawler, **opts.spargs)
        Signals(process).run_crawlers()
        # Of one that did not even begin Scrapy has said why.
        if process.bootstrap_failed or not succeeded(crawler):
            self.exitcode = 1
