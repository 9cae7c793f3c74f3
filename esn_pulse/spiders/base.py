"""What both spiders share: their arguments, and pages that are read or reported as failed."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from esn_pulse.exceptions import PageError, RunFailed
from esn_pulse.items import FailedScrapeItem, PulseItem
from esn_pulse.pages.markup import as_page
from esn_pulse.sites import ACCOUNTS, ACTIVITIES

Output = Iterator[PulseItem | Request]
Read = Callable[..., Output]


class PulseSpider(Spider):
    """A spider of this project.

    :cvar module: its name in ``scraper_status`` (design, chapter 4.2).
    :cvar Arguments: what ``-a`` accepts.
    """

    allowed_domains: list[str]
    module: ClassVar[str]
    Arguments: ClassVar[type[BaseModel]]

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        arguments.pop("_job", None)  # Scrapyd's name for the run
        self._given = arguments

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Stay on the two sites, wherever a redirect may lead."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        hosts = (urlsplit(str(crawler.settings[site])).hostname for site in (ACCOUNTS, ACTIVITIES))
        spider.allowed_domains = [host for host in hosts if host]
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Check the arguments and begin.

        :raises RunFailed: when they are wrong, or there is nothing to do.
        """
        async for request in self.begin(self._arguments()):
            yield request

    def begin(self, arguments: Any) -> AsyncIterator[Request]:
        """Yield the first requests.

        :param arguments: what was given with ``-a``, as an instance of ``Arguments``.
        """
        raise NotImplementedError

    def _arguments(self) -> BaseModel:
        try:
            return self.Arguments.model_validate(self._given)
        except ValidationError as error:
            problems = "; ".join(
                f"-a {problem['loc'][0]}: {problem['msg']}" for problem in error.errors()
            )
            known = ", ".join(self.Arguments.model_fields)
            raise RunFailed(f"{problems}. {self.name} accepts: {known}") from error

    def ask(self, url: str, read: Read, failed: Read, **context: Any) -> Request:
        """Ask for a page.

        :param read: called with the page and the context; may raise ``PageError``.
        :param failed: called with a ``FailedScrapeItem`` and the context when the page can't be
            had or read.
        """
        return Request(
            url,
            self._read,
            errback=self._failed,
            cb_kwargs={"read": read, "failed": failed, "context": context},
            dont_filter=True,
        )

    def _read(
        self, response: Response, read: Read, failed: Read, context: dict[str, Any]
    ) -> Output:
        try:
            yield from read(as_page(response), **context)
        except PageError as error:
            asked = response.request.url if response.request else response.url
            yield from failed(self._failure(asked, str(error), response.status), **context)

    def _failed(self, failure: Failure) -> Output:
        request: Request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, HttpError):
            status = failure.value.response.status
            item = self._failure(request.url, f"the site answered {status}", status)
        else:
            error = failure.value
            message = f"no answer: {type(error).__name__}: {error}"
            item = self._failure(request.url, message)
        yield from request.cb_kwargs["failed"](item, **request.cb_kwargs["context"])

    def _failure(self, url: str, message: str, status: int | None = None) -> FailedScrapeItem:
        self.logger.warning("Failed to scrape %s: %s", url, message)
        return FailedScrapeItem(
            url=url, scraper_module=self.module, error_message=message, http_status_code=status
        )
