"""What the project's own commands share; inside ``commands`` it would be taken for one."""

import argparse
import asyncio
import logging
import sys
from abc import ABC
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar, LiteralString

import psycopg
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from esn_pulse.database import prepare
from esn_pulse.database.clients import psql_command
from esn_pulse.exceptions import CommandError, RunFailed
from esn_pulse.extensions.run import current_run

logger = logging.getLogger(__name__)

Crawl = tuple[str, dict[str, str]]  # a spider's name and what -a gives it


class PulseCommand(ScrapyCommand, ABC):
    """A command that needs the project's settings, but no crawler of its own."""

    requires_project = True
    requires_crawler_process = False

    @property
    def project_settings(self) -> Settings:
        """The settings, with what ``-s`` gave."""
        if self.settings is None:
            raise RuntimeError("Scrapy sets a command's settings before it runs it")
        return self.settings

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Print why something failed, on standard error; the exit status is 1 then."""
        try:
            yield
        except (RunFailed, CommandError) as error:
            print(f"Error: {error}", file=sys.stderr)  # noqa: T201
            self.exitcode = 1


class CrawlingCommand(PulseCommand, ABC):
    """A command that runs spiders, one after the other."""

    requires_crawler_process = True

    def crawl(self, crawls: Iterable[Crawl], *, stop_at_failure: bool) -> None:
        """Run the spiders; the exit status is 1 when a run failed."""
        self._waiting = deque(crawls)
        self._stop_at_failure = stop_at_failure
        self._crawl_next()
        self._process.start()
        if self._process.bootstrap_failed:
            self.exitcode = 1

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Connect, for what has to be known before the spiders run; the schema is up to date then.

        :raises UsageError: when the database can't be reached; Scrapy prints why.
        """
        try:
            with psycopg.connect(prepare(self.project_settings)) as connection:
                yield connection
        except RunFailed as error:
            raise UsageError(str(error), print_help=False) from error

    @property
    def _process(self) -> AsyncCrawlerProcess:
        if not isinstance(self.crawler_process, AsyncCrawlerProcess):
            raise TypeError("the spiders need Scrapy's asyncio reactor; don't set TWISTED_REACTOR")
        return self.crawler_process

    def _crawl_next(self) -> None:
        if not self._waiting:
            return
        spider, arguments = self._waiting.popleft()
        crawler = self._process.create_crawler(spider)
        crawling = self._process.crawl(crawler, **arguments)
        # Called before the process looks whether there is anything left to wait for.
        crawling.add_done_callback(lambda crawled: self._crawled(crawler, crawled))

    def _crawled(self, crawler: Crawler, crawled: asyncio.Task[None]) -> None:
        began = not crawled.cancelled() and crawled.exception() is None and crawler.spider
        if not (began and succeeded(crawler)):
            self.exitcode = 1
            if self._stop_at_failure:
                return
        self._crawl_next()


class RepairCommand(CrawlingCommand, ABC):
    """A command that lets each spider mend what is open in its part of the database.

    :cvar argument: the spiders' argument that makes them do it.
    :cvar open_work: the query for the names of the spiders that have something to do.
    :cvar all_done: what to say when there are none.
    """

    argument: ClassVar[str]
    open_work: ClassVar[LiteralString]
    all_done: ClassVar[str]

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        """Run the spiders that have something to do; when one fails the other still runs."""
        with self.database() as connection:
            spiders = [spider for (spider,) in connection.execute(self.open_work)]
        if spiders:
            self.crawl([(name, {self.argument: "1"}) for name in spiders], stop_at_failure=False)
        else:
            print(self.all_done)  # noqa: T201


def succeeded(crawler: Crawler) -> bool:
    """Say how a run ended and where its data are; False when it failed."""
    run = current_run(crawler)
    if run.database.address:
        psql = psql_command(run.database.address)
        logger.info("To look at the data: %s (or: scrapy psql)", psql)
    if run.error:
        logger.error("The run %s: %s", "ended" if run.was_cancelled else "failed", run.error)
    return run.error is None
