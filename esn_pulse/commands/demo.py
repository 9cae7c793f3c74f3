"""``scrapy demo``: crawls the sample network, to show in a minute what there is to see."""

import argparse

from esn_pulse.cli.command import PulseCommand
from esn_pulse.exceptions import CommandError


class Command(PulseCommand):
    """Serves the sample network, crawls it with both spiders, and shows what landed."""

    def short_desc(self) -> str:
        """Say what it does."""
        return "Crawl a bundled sample network into an embedded PostgreSQL"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own option."""
        super().add_options(parser)
        parser.add_argument(
            "--live",
            action="store_true",
            help="then serve the web, and let it ask for refreshes, until Ctrl-C",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the demonstration, which only a checkout has."""
        with self.explained():
            try:
                from sample.demo import Demo  # noqa: PLC0415
            except ModuleNotFoundError as error:
                raise CommandError(
                    "the sample network is not part of an installation. Run this in a checkout of"
                    f" the project, after: make setup ({error})"
                ) from error
            if not Demo(self.project_settings, is_live=opts.live).run():
                self.exitcode = 1
