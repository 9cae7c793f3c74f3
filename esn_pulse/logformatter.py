"""How Scrapy's own events are logged."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


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
