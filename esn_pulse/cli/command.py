"""What the project's own commands share; inside ``commands`` it would be taken for one."""

import argparse
import asyncio
import gc
import logging
import sys
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar

import psycopg
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings, Settings
from scrapy.spiderloader import get_spider_loader

from esn_pulse.database import prepare
from esn_pulse.database.clients import psql_command
from esn_pulse.database.sessions import connected
from esn_pulse.exceptions import CommandError, RunFailed
from esn_pulse.logs.formatter import demote_startup_log
from esn_pulse.logs.terminal import show_what_can_be_shown
from esn_pulse.run.hub import current_run
from esn_pulse.run.stopping import Signals
from esn_pulse.sources import Source
from esn_pulse.spiders.base import PulseSpider

logger = logging.getLogger(__name__)

Crawl = tuple[str, dict[str, str]]  # a spider's name and what -a gives it

# How often Python looks for cycles among its objects: a page makes thousands, few in a cycle, and
# looking as often as Python does by itself took a quarter of a large crawl (docs/performance.md).
_COLLECT = (20_000, 20, 20)


def settings_of(command: ScrapyCommand) -> Settings:
    """Return the project's settings, with what ``-s`` gave."""
    if command.settings is None:
        raise RuntimeError("Scrapy sets a command's settings before it runs it")
    return command.settings


def process_of(command: ScrapyCommand) -> AsyncCrawlerProcess:
    """Return the process that a command's crawlers run in, made ready for them."""
    if not isinstance(command.crawler_process, AsyncCrawlerProcess):
        raise TypeError("the spiders need Scrapy's asyncio reactor; don't set TWISTED_REACTOR")
    gc.set_threshold(*_COLLECT)
    return command.crawler_process


def say_how_called(parser: argparse.ArgumentParser) -> None:
    """Let a command's help name the program that was called; Scrapy's would say ``scrapy``."""
    if parser.usage and parser.prog == "esn-pulse":
        parser.usage = parser.usage.replace("scrapy", parser.prog, 1)


@contextmanager
def refusing() -> Iterator[None]:
    """Refuse what makes no sense as it was given: in one line, and with exit status 2.

    Scrapy would print how the command is used first.
    """
    try:
        yield
    except UsageError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(2)


def named_spider(settings: BaseSettings, words: list[str]) -> type[PulseSpider]:
    """Return the one spider that a command's words name.

    :raises UsageError: when they name none, or more than one.
    """
    loader = get_spider_loader(settings)
    known = loader.list()
    if len(words) != 1 or words[0] not in known:
        expected, given = " or ".join(known), " ".join(words) or "none"
        raise UsageError(f"expected one spider, {expected}; got: {given}")
    spider = loader.load(words[0])
    if not issubclass(spider, PulseSpider):
        raise TypeError(f"{spider} is no PulseSpider")
    return spider


def check_arguments(spider: type[PulseSpider], given: dict[str, str]) -> None:
    """Refuse what ``-a`` gave if it is wrong by itself, whatever there is to crawl.

    :raises UsageError: when something in it is wrong.
    """
    try:
        spider.check(given)
    except RunFailed as error:
        raise UsageError(str(error)) from error


def _demand_text(given: Iterable[object]) -> None:
    """Go on if all words are text, which neither a terminal nor the database takes otherwise.

    :raises UsageError: when one has bytes that are none.
    """
    for value in given:
        for word in value if isinstance(value, list) else [value]:
            if isinstance(word, str) and _is_broken(word):
                raise UsageError(f"{word!a} has bytes that are no UTF-8", print_help=False)


def _is_broken(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return True
    return False


class PulseCommand(ScrapyCommand, ABC):
    """A command that needs the project's settings, but no crawler of its own.

    :cvar most_words: how many words may follow its name, apart from options.
    """

    requires_project = True
    requires_crawler_process = False
    most_words: ClassVar[int] = 0

    @property
    def project_settings(self) -> Settings:
        """The settings, with what ``-s`` gave."""
        return settings_of(self)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's options, such as ``-s``."""
        super().add_options(parser)
        say_how_called(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Set what the options say, and refuse what makes no sense."""
        show_what_can_be_shown()
        with refusing():
            _demand_text([*args, *vars(opts).values()])
            super().process_options(args, opts)
            self.check(args, opts)

    def check(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        """Refuse what the command does not know: it might do something else than was meant.

        :raises UsageError: when there are other options, or too many words.
        """
        is_known = [not word.startswith("-") for word in args[: self.most_words]]
        if len(is_known) < len(args) or not all(is_known):
            name = type(self).__module__.rpartition(".")[2]
            given = " ".join(args)
            raise UsageError(f"{name} can't make sense of: {given}. See: scrapy {name} -h")

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

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Set what the options say, before Scrapy begins to tell of its start-up."""
        super().process_options(args, opts)
        demote_startup_log()

    def crawl(self, crawls: Iterable[Crawl], *, stop_at_failure: bool) -> None:
        """Run the spiders; the exit status is 1 when a run failed."""
        self._waiting = deque(crawls)
        self._stop_at_failure = stop_at_failure
        self._process = process_of(self)
        self._signals = Signals(self._process)
        self._crawl_next()
        self._signals.run_crawlers()
        ended_at_once = self._process.crawlers
        if self._process.bootstrap_failed or not all(map(succeeded, ended_at_once)):
            self.exitcode = 1
        if self._signals.came and self._waiting:
            logger.error(
                "Not run, as a signal came: %s", ", ".join(name for name, _ in self._waiting)
            )
            self.exitcode = 1

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Connect, for what has to be known before the spiders run; the schema is up to date then.

        :raises SystemExit: when the database can't be reached; Python prints why.
        """
        try:
            with connected(prepare(self.project_settings, own_session=True)) as connection:
                yield connection
        except RunFailed as error:
            raise SystemExit(f"Error: {error}") from error

    def _crawl_next(self) -> None:
        if self._signals.came or not self._waiting:
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
    :cvar all_done: what to say when there are none.
    """

    argument: ClassVar[str]
    all_done: ClassVar[str]

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        """Run the spiders that have something to do; when one fails the other still runs."""
        with self.database() as connection:
            sources = self.open_sources(connection)
        if sources:
            self.crawl([(one.name, {self.argument: "1"}) for one in sources], stop_at_failure=False)
        else:
            print(self.all_done)  # noqa: T201

    @abstractmethod
    def open_sources(self, connection: psycopg.Connection) -> list[Source]:
        """Return the sources of which something is open, in their order."""


def succeeded(crawler: Crawler) -> bool:
    """Say how a run ended and where its data are; False when it failed, or did not begin."""
    if not crawler.extensions:
        return False
    run = current_run(crawler)
    if run.database.address:
        psql = psql_command(run.database.address)
        logger.info("To look at the data: %s (or: scrapy psql)", psql)
    if run.error:
        logger.error("The run %s: %s", "ended" if run.was_cancelled else "failed", run.error)
    return run.error is None
