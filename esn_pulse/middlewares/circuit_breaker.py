"""A site that answers nothing but failures is left alone (docs/decisions.md, "Circuit breaker")."""

from collections import Counter
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from esn_pulse.exceptions import BarredError, SiteUnwell
from esn_pulse.pages.proof.impostors import BOT_WALL, is_bot_wall
from esn_pulse.rules.text import reason
from esn_pulse.run import stats
from esn_pulse.run.hub import Run, current_run


class CircuitBreaker:
    """Opens when so many requests to a site in a row failed for good; the run fails then.

    It opens at once when no request gets there as things are, such as past a certificate that was
    refused. It sits on the near side of the retries, so that it sees only what came of them.

    :param crawler: for ``BREAKER_FAILURES`` and ``RETRY_HTTP_CODES``, the answers that are faults.
    """

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self._limit = crawler.settings.getint("BREAKER_FAILURES")
        self._faults = {int(code) for code in crawler.settings.getlist("RETRY_HTTP_CODES")}
        self._stats = crawler.stats
        self._run = run
        self._in_a_row: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the run, which has to fail."""
        return cls(crawler, current_run(crawler))

    def process_request(self, request: Request) -> None:
        """Let nothing through to a site that is not well.

        :raises SiteUnwell: once the breaker has opened.
        """
        if self._is_open(_site(request)):
            raise SiteUnwell(f"{_site(request)} was given up")

    def process_response(self, request: Request, response: Response) -> Response:
        """Count an answer."""
        if request.method == "HEAD" and response.status == 403:
            return response  # refuses the method, and says nothing of the site
        site = _site(request)
        if response.status in self._faults:
            wall = f", {BOT_WALL}" if is_bot_wall(response) else ""
            self._count_failure(request, f"it answered {response.status}{wall}")
        elif not self._is_open(site):
            self._in_a_row[site] = 0
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a request without an answer; one that was never sent says nothing of the site."""
        if isinstance(exception, BarredError):
            self._stats.inc_value(stats.REQUESTS_FAILED)
            self._in_a_row[_site(request)] = self._limit
            self._run.fail(str(exception))
        elif not isinstance(exception, IgnoreRequest):
            self._count_failure(request, reason(exception))

    def _count_failure(self, request: Request, last: str) -> None:
        self._stats.inc_value(stats.REQUESTS_FAILED)
        site = _site(request)
        self._in_a_row[site] += 1
        if self._in_a_row[site] == self._limit:
            self._run.fail(
                f"{site} failed {self._limit} times in a row, the last time: {last}. Nothing more"
                " was asked of it; when it is well again, run the same command"
            )

    def _is_open(self, site: str) -> bool:
        """Say whether a site was given up, for the rest of the run."""
        return self._in_a_row[site] >= self._limit


def _site(request: Request) -> str:
    return urlsplit(request.url).netloc
