"""Chromium, driven by scrapy-playwright: one page at a time, and nothing but the two sites."""

import asyncio
import logging
import os
import re
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Error, Page
from playwright.async_api import Request as PageRequest
from playwright.async_api import TimeoutError as PageTimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy_playwright.handler import (  # type: ignore[import-untyped]
    Config,
    ScrapyPlaywrightDownloadHandler,
)
from scrapy_playwright.page import PageMethod  # type: ignore[import-untyped]
from scrapy_playwright.provider import PlaywrightBrowserProvider  # type: ignore[import-untyped]

from esn_pulse.exceptions import BrowserMissing
from esn_pulse.fetching.browser_network import explained, network_options
from esn_pulse.fetching.certificates import given_authorities
from esn_pulse.fetching.nss import trust

logger = logging.getLogger(__name__)
logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)  # the spiders tell what failed

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Otherwise half of a coded body is shown as if that were all; now a coded one is an error.
_UNCODED = {"Accept-Encoding": "identity"}
_SETTLE_MILLISECONDS = 5000
_QUIT_SECONDS = 40  # a browser that does not obey is killed by Playwright's driver after 30


class Chromium:
    """Renders pages. Whatever goes wrong with one, the next gets a new browser."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._handler: ScrapyPlaywrightDownloadHandler | None = None
        self._one_at_a_time = asyncio.Lock()

    async def render(self, request: Request) -> Response:
        """Download a page and let its scripts fill it.

        :raises BrowserMissing: when no browser can be launched.
        :raises DownloadTimeoutError: when it takes longer than ``DOWNLOAD_TIMEOUT`` in all.
        :raises DownloadFailedError: when the page can't be had, or the browser dies.
        :raises BrowserBarred: when a certificate or the proxy bars the way.
        """
        request.meta["playwright_page_methods"] = [PageMethod(_settle)]
        request.meta["playwright_context_kwargs"] = {"extra_http_headers": _UNCODED}
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(request.meta.get("download_timeout")):
                    return await self._download(request)
            except TimeoutError as error:
                await self.quit()
                raise DownloadTimeoutError("the browser took too long") from error
            except Error as error:
                await self.quit()
                raise explained(_first_line(error)) from error

    async def quit(self) -> None:
        """End the driver, if it runs; it ends the browser and removes what that left behind."""
        handler, self._handler = self._handler, None
        if handler:
            with suppress(TimeoutError, Error):
                async with asyncio.timeout(_QUIT_SECONDS):
                    await handler.browser_provider.close()

    async def _download(self, request: Request) -> Response:
        if self._handler is None:
            self._handler = await self._start()
        response: Response = await self._handler.download_request(request)
        return response

    async def _start(self) -> ScrapyPlaywrightDownloadHandler:
        """Do what scrapy-playwright does at the start of a run, which is too early for us."""
        handler = ScrapyPlaywrightDownloadHandler(self._crawler)
        handler.config.target_closed_max_retries = 0  # Scrapy's retries wait in between
        handler.browser_provider = _Provider(handler.config, self._crawler.settings)
        try:
            await handler.browser_provider.start()
        except Exception as error:  # Playwright has no class of its own for this
            raise BrowserMissing(
                "the page needs JavaScript, and Playwright's driver, which starts the browser, does"
                f" not start ({await _driver_says() or error}). Its Node.js needs libatomic.so.1:"
                " apt-get install libatomic1; PLAYWRIGHT_NODEJS_PATH names another Node.js"
            ) from error
        return handler


class _Provider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Launches the first browser that is there and works."""

    def __init__(self, config: Config, settings: BaseSettings) -> None:
        super().__init__(config)
        self._chosen: str | None = settings["BROWSER_PATH"]
        self._home: TemporaryDirectory[str] | None = None
        way = network_options(settings)
        config.launch_options["args"] = [*config.launch_options.get("args", []), *way.options]
        if way.proxy:
            config.launch_options["proxy"] = way.proxy

    async def launch_browser(self) -> Browser:
        """Launch the chosen browser; by default Playwright's own, otherwise the system's."""
        if (authorities := given_authorities()) and not self._home:
            await self._let_trust(authorities)
        names = [self._chosen] if self._chosen else [self.browser_type.executable_path, *_NAMES]
        problems = []
        for path in filter(None, map(shutil.which, names)):
            self.config.launch_options["executable_path"] = path
            try:
                browser: Browser = await super().launch_browser()
            except Error as error:
                problems.append(f"{path}: {_last_words(error)}")
            else:
                logger.info("Started %s %s for pages that need JavaScript", path, browser.version)
                return browser
        raise BrowserMissing(
            "the page needs JavaScript, and there is no browser. Get one: apt-get install chromium,"
            " or: playwright install chromium; or set BROWSER_PATH"
            f" (tried: {'; '.join(problems or names)})"
        )

    async def close(self) -> None:
        """End the browser, and remove its home directory."""
        await super().close()
        if self._home:
            self._home.cleanup()

    async def _let_trust(self, authorities: Path) -> None:
        self._home = TemporaryDirectory(prefix="pulse-browser-", ignore_cleanup_errors=True)
        try:
            await asyncio.to_thread(trust, authorities, Path(self._home.name))
        except (OSError, CalledProcessError) as error:
            logger.warning(
                "The browser does not trust what SSL_CERT_FILE names, as certutil does not run"
                " (%s): apt-get install libnss3-tools",
                getattr(error, "stderr", None) or error,
            )
        else:
            environment = {n: value for n, value in os.environ.items() if n != "XDG_DATA_HOME"}
            self.config.launch_options["env"] = environment | {"HOME": self._home.name}


async def _driver_says() -> str:
    """Return what the driver writes that does not start: Playwright itself leaves that out."""
    command = sys.executable, "-m", "playwright", "--version"
    driver = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=PIPE)
    _, written = await driver.communicate()
    return " ".join(written.decode(errors="replace").split())[:300]


def _last_words(error: Error) -> str:
    """Return what a browser wrote that was not launched; otherwise what Playwright says."""
    words = dict.fromkeys(re.findall(r"\[err\] (.+)", error.message))  # logged twice
    return "; ".join(words)[:300] or _first_line(error)


def _first_line(error: Error) -> str:
    return error.message.partition("\n")[0]


def is_decoration(request: PageRequest) -> bool:
    """Say whether a page is read without this part of it, so that the site need not send it."""
    return request.resource_type in {"font", "image", "media"}


async def _settle(page: Page) -> None:
    """Wait until a page's scripts ask for nothing more; but some never stop asking."""
    with suppress(PageTimeoutError):
        await page.wait_for_load_state("networkidle", timeout=_SETTLE_MILLISECONDS)
