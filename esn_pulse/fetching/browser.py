"""A real browser for pages that only JavaScript fills, started by the first of them."""

import sys
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response
from scrapy.utils.misc import load_object

from esn_pulse.exceptions import BrowserMissing
from esn_pulse.extras import needing
from esn_pulse.fetching.content_coding import decoded
from esn_pulse.fetching.downloads import ExplainedDownloads

if TYPE_CHECKING:
    from esn_pulse.fetching.chromium import Chromium


def rendered(request: Request) -> Request:
    """Ask for a page once more, this time in the browser; with retries of its own."""
    meta = {name: value for name, value in request.meta.items() if name != "retry_times"}
    # A browser's time says little about the site's.
    meta |= {"playwright": True, "autothrottle_dont_adjust_delay": True}
    return request.replace(meta=meta, dont_filter=True)


def was_rendered(asked: Request | Response) -> bool:
    """Say whether a request goes through the browser, or an answer came through it."""
    return bool(asked.meta.get("playwright"))


class BrowserOnDemand(ExplainedDownloads):
    """Downloads as Scrapy does, and through the browser what ``rendered`` asks for."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._chromium: Chromium | None = None
        self._longest = crawler.settings.getint("DOWNLOAD_MAXSIZE") or sys.maxsize - 1

    async def download_request(self, request: Request) -> Response:
        """Download a page.

        :raises BrowserMissing: when it needs a browser, and nothing is installed that starts one.
        :raises ResponseDataLossError: when it did not come as a whole.
        """
        if not was_rendered(request):
            return await self._download(request)
        if self._chromium is None:
            # Loaded only now: Playwright costs every run 0.1 s and 7 MB, and few need it.
            with needing("browser", BrowserMissing):
                chromium = load_object("esn_pulse.fetching.chromium.Chromium")
            self._chromium = chromium(self.crawler)
        return await self._chromium.render(request)

    async def _download(self, request: Request) -> Response:
        try:
            response = await super().download_request(request)
        except ResponseDataLossError as error:  # Scrapy's says nothing
            raise ResponseDataLossError("the connection ended before the body did") from error
        return response if request.method == "HEAD" else decoded(response, self._longest)

    async def close(self) -> None:
        """End the browser with the run."""
        await super().close()
        if self._chromium:
            await self._chromium.quit()
