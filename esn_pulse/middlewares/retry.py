"""Retries that wait 2, 4, 8 seconds or as the site asks (docs/decisions.md, "Retries")."""

import logging
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.settings import BaseSettings

from esn_pulse.run.pausing import pause

logger = logging.getLogger(__name__)


class BackoffRetry(RetryMiddleware):
    """Scrapy's retries, each after a wait that blocks no other request."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._first_wait = settings.getfloat("RETRY_FIRST_WAIT")
        self._longest = settings.getfloat("RETRY_AFTER_LONGEST")

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Retry an answer that says the site is not well."""
        if request.method == "HEAD" and response.status == 403:
            return response  # refuses the method, not the page: the slug check asks with GET
        outcome = super().process_response(request, response)
        if isinstance(outcome, Request):
            await self._wait(outcome, retry_after(response))
        return outcome

    async def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        """Retry a request that got no answer, or only part of one."""
        outcome = super().process_exception(request, exception)
        if isinstance(outcome, Request):
            await self._wait(outcome, 0)
        return outcome

    async def _wait(self, retry: Request, asked_for: float) -> None:
        backoff = self._first_wait * 2 ** (retry.meta["retry_times"] - 1)
        jitter = random.uniform(1, 1.25)  # noqa: S311 (spreads requests, keeps no secret)
        seconds = max(backoff * jitter, min(asked_for, self._longest))
        logger.info("Asking again in %.1f s: %s", seconds, retry.url)
        await pause(self.crawler, seconds)


def retry_after(response: Response) -> float:
    """Read the ``Retry-After`` header, seconds or a date.

    :returns: seconds from now; 0 when there is none or it can't be read.
    """
    header = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, (moment - datetime.now(UTC)).total_seconds())
