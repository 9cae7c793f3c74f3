"""``scrapy schedule``: posts jobs to the Scrapyd nodes."""

import argparse
import sys
from collections.abc import Sequence

from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from esn_pulse.cli.command import PulseCommand, check_arguments, named_spider, refusing
from esn_pulse.exceptions import SchedulingError
from esn_pulse.scheduling.client import Nodes
from esn_pulse.sources import SOURCES
from esn_pulse.spiders.base import PulseSpider

# Where the nodes are seen from here; a job may see them elsewhere.
_OUR_OWN = ("SCRAPYD_URL",)


class Command(PulseCommand):
    """Posts a job, or several that share the sections out."""

    def syntax(self) -> str:
        """Name the arguments."""
        names = "|".join(source.name for source in SOURCES)
        return f"{names} [-a NAME=VALUE] [-s NAME=VALUE] [--split N | --every node]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Post a job to Scrapyd; -a and -s go to the job, as with scrapy crawl"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options."""
        super().add_options(parser)
        parser.add_argument(
            "-a",
            dest="arguments",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an argument of the spider (may be repeated)",
        )
        parts = parser.add_mutually_exclusive_group()
        parts.add_argument(
            "--split",
            type=int,
            metavar="N",
            help="post N jobs of activities that share no section",
        )
        parts.add_argument(
            "--every",
            choices=["node"],
            help="post one part of activities to each node of SCRAPYD_URL",
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse all but one spider's name."""
        named_spider(self.project_settings, args)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Post, and print each job; the exit status is 1 when a node refuses, or none answers."""
        spider = named_spider(self.project_settings, args)
        with self.explained():
            nodes = Nodes(self.project_settings)
            with refusing():
                jobs = _jobs(spider, opts, len(nodes))
            settings = _named(opts.set, "-s")
            for name in _OUR_OWN:
                settings.pop(name, None)
            for number, arguments in enumerate(jobs):
                first = number if opts.every else 0
                try:
                    posted = nodes.post(spider.name, arguments, settings, first)
                except SchedulingError:
                    _name_the_rest(jobs[number:])
                    raise
                part = f", part {arguments['part']}" if len(jobs) > 1 else ""
                print(f"Posted {spider.name}{part} to {posted.node}: job {posted.job}")


def _jobs(
    spider: type[PulseSpider], opts: argparse.Namespace, number_of_nodes: int
) -> list[dict[str, str]]:
    """Return each job's arguments.

    :raises UsageError: when there is something wrong with them, which a job would only tell later.
    """
    given = _named(opts.arguments, "-a")
    parts = number_of_nodes if opts.every else opts.split
    if parts and "part" not in spider.Arguments.model_fields:
        if not opts.every:
            raise UsageError(
                f"{spider.name} can't be split: one run at a time reads it", print_help=False
            )
        print(f"Posting {spider.name} once: one run at a time reads it, on a node that has room.")
        parts = None
    if parts is not None and "part" in given:
        raise UsageError("give either -a part or --split or --every node")
    if parts is not None and parts < 1:
        raise UsageError("--split takes a number of jobs, 1 or more")
    jobs = [given | {"part": f"{part}/{parts}"} for part in range(1, (parts or 0) + 1)] or [given]
    for arguments in jobs:
        check_arguments(spider, arguments)
    return jobs


def _named(given: list[str], option: str) -> dict[str, str]:
    try:
        return arglist_to_dict(given)
    except ValueError:
        raise UsageError(f"use {option} NAME=VALUE") from None


def _name_the_rest(jobs: Sequence[dict[str, str]]) -> None:
    if "part" in jobs[0]:
        left = " ".join(arguments["part"] for arguments in jobs)
        print(f"Not posted; post each with -a part=…: {left}", file=sys.stderr)
