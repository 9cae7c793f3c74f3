"""What both spiders share: their arguments, and pages that are read or reported as failed."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ValidationError
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from esn_pulse.exceptions import (
    AskedAlready,
    BrowserBarred,
    BrowserMissing,
    DriftError,
    ImpostorError,
    NotBegun,
    NoTurn,
    PageError,
    RunFailed,
    RunStops,
    SiteUnwell,
)
from esn_pulse.fetching.browser import rendered, was_rendered
from esn_pulse.fetching.certificates import settle_authorities
from esn_pulse.fetching.proxies import proxy_to
from esn_pulse.items import (
    ANSWERED,
    GONE,
    LED_AWAY,
    MARKUP_CHANGED,
    NO_ANSWER,
    NOT_THE_PAGE,
    PROGRAM_ERROR,
    FailedScrapeItem,
    PageReadItem,
    PulseItem,
)
from esn_pulse.pages.addresses import is_same_kind
from esn_pulse.pages.kinds import PageKind
from esn_pulse.pages.markup import as_page
from esn_pulse.pages.proof.impostors import ANOTHER_PAGE, BOT_WALL, is_bot_wall, what_it_is
from esn_pulse.pages.proof.javascript import has_mount_point, needs_javascript
from esn_pulse.rules.text import clean_text, reason
from esn_pulse.run import stats
from esn_pulse.run.drift import DriftWatch
from esn_pulse.sources import SOURCES, Source

Output = Iterator[PulseItem | Request]
Read = Callable[..., Output]


@dataclass(frozen=True)
class Asked:
    """A page that was asked for.

    :ivar read: called with the page and the context; may raise ``PageError``.
    :ivar failed: called with a ``FailedScrapeItem`` and the context when the page can't be had or
        read; with None when it was not asked for, as the run ends or its site was given up.
    :ivar merged: called with the address and the context when a redirect leads to a page that the
        run asks for by itself, see ``AskedAlready``.
    """

    kind: PageKind
    read: Read
    failed: Read
    context: dict[str, Any]
    merged: Read | None = None


class PulseSpider(Spider):
    """A spider of this project.

    :cvar source: the site that it reads.
    :cvar Arguments: what ``-a`` accepts.
    :ivar given: what ``-a`` gave.
    :ivar job: Scrapyd's name for the run, None when it was started by hand.
    """

    allowed_domains: list[str]
    source: ClassVar[Source]
    Arguments: ClassVar[type[BaseModel]]

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.job = arguments.pop("_job", None)
        arguments.pop("_version", None)  # of the egg: Scrapyd passes it on
        self.given = arguments

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Stay on the sites, wherever a redirect may lead."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        hosts = (source.host(crawler.settings) for source in SOURCES)
        spider.allowed_domains = [host for host in hosts if host]
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Check the arguments and begin.

        :raises RunFailed: when they are wrong, or there is nothing to do.
        """
        settle_authorities()
        for host in self.allowed_domains:
            proxy_to(host)  # one that can't be used fails now, not with every page
        self._drift = DriftWatch(self.settings)
        async for output in self.begin(self._arguments()):
            yield output

    def begin(self, arguments: Any) -> AsyncIterator[Request | PulseItem]:
        """Yield the first requests, and items that need none.

        :param arguments: what was given with ``-a``, as an instance of ``Arguments``.
        """
        raise NotImplementedError

    def _arguments(self) -> BaseModel:
        return self.check(self.given)

    @classmethod
    def check(cls, given: dict[str, str]) -> BaseModel:
        """Return what ``-a`` gave as an instance of ``Arguments``.

        :raises RunFailed: when something in it is wrong.
        """
        try:
            return cls.Arguments.model_validate(given)
        except ValidationError as error:
            problems = "; ".join(
                (f"-a {problem['loc'][0]}: " if problem["loc"] else "")
                + problem["msg"].removeprefix("Value error, ")
                for problem in error.errors()
            )
            known = ", ".join(cls.Arguments.model_fields)
            raise RunFailed(f"{problems}. {cls.name} accepts: {known}") from error

    def ask(
        self,
        kind: PageKind,
        url: str,
        read: Read,
        failed: Read,
        merged: Read | None = None,
        **context: Any,
    ) -> Request:
        """Ask for a page; see ``Asked``."""
        return Request(
            url,
            self._read,
            errback=self._failed,
            cb_kwargs={"asked": Asked(kind, read, failed, context, merged)},
            dont_filter=True,
        )

    def _read(self, response: Response, asked: Asked) -> Output:
        request = _request(response)
        url = asked_url(request)
        try:
            page = _page(response, url)
            for output in asked.read(page, **asked.context):
                if isinstance(output, PulseItem):
                    output.asked_url = url
                yield output
        except DriftError as error:
            yield from self._drifted(page, request, error, asked)
            return
        except ImpostorError as error:
            yield from self._impostor(page, request, error, asked)
            return
        except PageError as error:
            yield from self._fail(asked, url, str(error), response.status)
            return
        except CloseSpider:
            raise
        except Exception as error:
            # Whatever stands on one page, the run's other pages must not suffer from it.
            self.logger.exception("The program could not cope with %s", url)
            message = f"{PROGRAM_ERROR}: {reason(error)}"
            yield from self._fail(asked, url, message, response.status)
            return
        self._count(stats.PAGES_READ)
        self._drift.read(asked.kind)

    def _drifted(
        self, page: TextResponse, request: Request, error: DriftError, asked: Asked
    ) -> Output:
        """Try a page that seems to need JavaScript in a browser; otherwise its markup changed."""
        looks_like = what_it_is(page)
        if looks_like != ANOTHER_PAGE:  # no markup of the site's, before or after a change
            yield from self._other_page(page, request, looks_like, error, asked)
        elif needs_javascript(page) and not was_rendered(request):
            yield self._in_browser(request)
        else:
            self._count(stats.PAGES_DRIFTED)
            self._drift.keep(asked.kind, page)
            message = f"{MARKUP_CHANGED}: {error}"
            yield from self._fail(asked, asked_url(request), message, page.status)
            self._drift.drifted(asked.kind)

    def _impostor(
        self, page: TextResponse, request: Request, error: ImpostorError, asked: Asked
    ) -> Output:
        """Try an empty shell in a browser; what else proves nothing is another page."""
        looks_like = what_it_is(page)
        is_shell = looks_like == ANOTHER_PAGE and has_mount_point(page)
        if is_shell and not was_rendered(request):
            yield self._in_browser(request)
        else:
            yield from self._other_page(page, request, looks_like, error, asked)

    def _other_page(
        self, page: TextResponse, request: Request, looks_like: str, error: PageError, asked: Asked
    ) -> Output:
        self._count(stats.PAGES_IMPOSTORS)
        self._drift.keep(asked.kind, page)
        message = f"{NOT_THE_PAGE}, but {looks_like}: {error}"
        yield from self._fail(asked, asked_url(request), message, page.status)
        self._drift.impostor(asked.kind, looks_like)

    def _in_browser(self, request: Request) -> Request:
        self.logger.info("Asking again in a browser: %s", request.url)
        self._count(stats.PAGES_RENDERED)
        return rendered(request)

    def _failed(self, failure: Failure) -> Output:
        request: Request = failure.request  # type: ignore[attr-defined]
        asked: Asked = request.cb_kwargs["asked"]
        error, url = failure.value, asked_url(request)
        if isinstance(error, NotBegun):
            self._count(stats.SECTIONS_LEFT)
        elif isinstance(error, NoTurn):
            raise RunFailed(str(error))
        elif isinstance(error, SiteUnwell | RunStops):
            # Not asked for, so it did not fail; but whoever waits for it must know.
            yield from asked.failed(None, **asked.context)
        elif isinstance(error, AskedAlready) and asked.merged:
            self._count(stats.PAGES_READ)
            yield PageReadItem(url)
            yield from asked.merged(error.url, **asked.context)
        elif isinstance(error, HttpError):
            status = error.response.status
            wall = f": {BOT_WALL}" if is_bot_wall(error.response) else ""
            yield from self._fail(asked, url, f"{ANSWERED} {status}{wall}", status)
        elif isinstance(error, BrowserMissing | BrowserBarred):
            yield from self._fail(asked, url, str(error))
        else:
            yield from self._fail(asked, url, f"{NO_ANSWER}: {reason(error)}")

    def _fail(self, asked: Asked, url: str, message: str, status: int | None = None) -> Output:
        message = clean_text(message)  # it may quote what the site answered
        if asked.kind is not PageKind.LIST:  # which the pages stand in for
            self.logger.warning("Failed to scrape %s: %s", url, message)
            self._count(stats.PAGES_GONE if status in GONE else stats.PAGES_FAILED)
        failure = FailedScrapeItem(
            url=url,
            scraper_module=self.source.module,
            error_message=message,
            http_status_code=status,
        )
        yield from asked.failed(failure, **asked.context)

    def _count(self, name: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(name, by)


def _request(response: Response) -> Request:
    if response.request is None:
        raise ValueError("a response that a spider gets has its request")
    return response.request


def _page(response: Response, asked: str) -> TextResponse:
    page = as_page(response)
    if not is_same_kind(asked, page.url):
        raise PageError(f"{LED_AWAY} {page.url}")
    return page


def asked_url(request: Request) -> str:
    """Return the address that was asked for, before any redirect."""
    first: str = (request.meta.get("redirect_urls") or [request.url])[0]
    return first
