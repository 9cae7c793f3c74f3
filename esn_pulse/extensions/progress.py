"""How far a crawl has come, shown to whoever watches it on a terminal."""

import atexit
import io
import logging
import sys
import time
from datetime import timedelta
from typing import Any, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from esn_pulse.run.progress import RunProgress, counts_of

_INTERVAL = 0.25  # seconds


class ProgressDisplay:
    """Shows sections done, pages read, their rate and the time left, below the log.

    Not on a terminal, with a log file, or without ``LOGSTATS_INTERVAL`` (which says that nobody
    wants to be told, as in ``scrapy shell``) there is no display.
    """

    def __init__(self, crawler: Crawler, console: Console) -> None:
        self._crawler = crawler
        self._console = console
        self._began = time.monotonic()
        self._progress = Progress(
            TextColumn("sections"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            console=console,
            auto_refresh=False,  # a thread of its own would be in nobody's hands
            redirect_stdout=False,  # it may be the file that the items go to
        )
        self._task = self._progress.add_task("", total=None, figures="")
        self._updates = create_looping_call(self._update)
        self._handlers: list[tuple[logging.StreamHandler[Any], TextIO]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Follow the run's signals.

        :raises NotConfigured: when there is nobody to show anything to.
        """
        settings, console = crawler.settings, Console(stderr=True)
        watched = sys.stderr.isatty() and console.is_interactive and not settings["LOG_FILE"]
        if not watched or not settings.getfloat("LOGSTATS_INTERVAL"):
            raise NotConfigured
        display = cls(crawler, console)
        crawler.signals.connect(display.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(display.spider_closed, signal=signals.spider_closed)
        return display

    def spider_opened(self) -> None:
        """Take the terminal, and let the log pass above the display."""
        atexit.register(self._leave)  # a run that is forced to end never closes its spider
        above = _Above(self._console)
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                self._handlers.append((handler, handler.stream))
                handler.setStream(above)
        self._progress.start()
        self._updates.start(_INTERVAL)

    def spider_closed(self) -> None:
        """Leave the last figures standing, and give the terminal back."""
        self._updates.stop()
        self._update()
        self._leave()

    def _update(self) -> None:
        counts = counts_of(self._crawler.stats.get_stats())
        progress = RunProgress(seconds=time.monotonic() - self._began, **counts)
        self._progress.update(
            self._task,
            completed=progress.sections_done,
            total=progress.sections_known or None,
            figures=describe(progress),
        )
        self._progress.refresh()

    def _leave(self) -> None:
        atexit.unregister(self._leave)
        for handler, stream in self._handlers:
            handler.setStream(stream)
        self._handlers.clear()
        self._progress.stop()


class _Above(io.TextIOBase):
    """A stream whose lines appear above the display, as long as they are."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        self._console.out(text.removesuffix("\n"), highlight=False)
        return len(text)


def describe(progress: RunProgress) -> str:
    """Return what the display says beside the sections."""
    told = [f"{progress.pages_read:,} pages", f"{progress.pages_failed:,} failed"]
    if progress.seconds:
        told.append(f"{progress.pages_per_second:.1f} pages/s")
    if (left := progress.seconds_left) is not None:
        told.append(f"{timedelta(seconds=round(left))} left")
    return " · ".join(told)
