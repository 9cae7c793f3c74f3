"""A spider that asks for pages with or without the browser, and tells what came back."""

import atexit
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from esn_pulse.fetching.browser import rendered, was_rendered


@atexit.register
def tell_what_is_left() -> None:
    """Tell of the browser, or files of its, when the crawl is over but its process is not."""
    left = [path.name for path in Path(os.environ["TMPDIR"]).glob("playwright*")]
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int((Path(os.environ["TMPDIR"]) / "pid").read_text()), 0)
        left.append("browser")
    if left:
        sys.stdout.write(json.dumps({"asked": "/left", "left": left}))


class PagesSpider(Spider):
    """Run by ``scrapy runspider``; ``-a pages`` is a JSON list of [address, in the browser?]."""

    name = "pages"
    custom_settings = {  # noqa: RUF012 (declared by Scrapy)
        "EXTENSIONS": {},
        "ITEM_PIPELINES": {},
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
            "esn_pulse.middlewares.user_agent.RotatingUserAgent": 500,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            "esn_pulse.middlewares.proxy.SitesProxy": 750,
        },
        "ESN_USER_AGENTS": ["drawn/1.0"],
        "ROBOTSTXT_OBEY": False,
        "RETRY_ENABLED": False,
        "ESN_SHARE_DELAY": False,  # there is no run with a database
        "FEEDS": {"stdout:": {"format": "jsonlines"}},
    }
    pages: str

    async def start(self) -> AsyncIterator[Request]:
        for url, in_browser in json.loads(self.pages):
            request = Request(url, self.tell, errback=self.failed, cb_kwargs={"asked": url})
            if url.endswith("/endless"):
                request.meta["download_timeout"] = 3
            yield rendered(request) if in_browser else request

    def tell(self, response: Response, asked: str) -> Iterator[dict[str, object]]:
        yield {
            "asked": asked,
            "url": response.url,
            "status": response.status,
            "kind": type(response).__name__,
            "heading": response.css("h1::text").get(),
            "was_rendered": was_rendered(response),
            "playwright_is_loaded": "playwright" in sys.modules,
        }

    def failed(self, failure: Failure) -> Iterator[dict[str, str]]:
        request: Request = failure.request  # type: ignore[attr-defined]
        kind = type(failure.value).__name__
        yield {"asked": request.url, "error": kind, "message": str(failure.value)}
