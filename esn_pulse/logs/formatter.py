"""How Scrapy's own events are logged."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

# What Scrapy tells of itself before a run begins: how such messages begin, by their loggers.
_START_UP = {
    "scrapy.utils.log": ("Scrapy %(version)s started", "Versions:"),
    "scrapy.addons": ("Enabled addons",),
    "scrapy.middleware": ("Enabled %(componentname)s",),
    "scrapy.crawler": ("Overridden settings",),
}


def demote_startup_log() -> None:
    """Log what Scrapy tells of its start-up at the level DEBUG, from now on.

    Sixty lines of middlewares, settings and versions would stand before the first of a run.
    """
    for name in _START_UP:
        logging.getLogger(name).addFilter(_aside)


def _aside(record: logging.LogRecord) -> bool:
    if record.levelno == logging.INFO and str(record.msg).startswith(_START_UP[record.name]):
        record.levelno, record.levelname = logging.DEBUG, logging.getLevelName(logging.DEBUG)
    return True


class BriefLogFormatter(LogFormatter):
    """Scrapy's, but a dropped item is named by its page, not printed with all that it holds."""

    def dropped(
        self,
        item: Any,  # noqa: ARG002
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,  # noqa: ARG002
    ) -> LogFormatterResult:
        """Log why the item was dropped; the message names its page."""
        return {"level": logging.INFO, "msg": "Dropped: %(why)s", "args": {"why": exception}}
