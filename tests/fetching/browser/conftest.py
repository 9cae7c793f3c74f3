"""A real browser, a site for it, and crawls of that."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from aiohttp import web

from sample.sites.disguise import as_shell
from tests.conftest import PROJECT, do_without

Told = dict[str, dict[str, Any]]
CrawlPages = Callable[..., Coroutine[Any, Any, Told]]

FETCHED = """<div id="app"></div><img src="/picture.png" alt="">
<script src="{elsewhere}/tracker.js"></script>
<script>
  fetch("/api").then(answer => answer.json()).then(found => {{
    document.getElementById("app").innerHTML = `<h1>${{found.title}}</h1>`;
  }});
</script>"""


@pytest.fixture(scope="session")
def certutil() -> None:
    """Needs NSS's ``certutil``, by which a browser learns of an authority."""
    if not shutil.which("certutil"):
        do_without("certutil is not installed")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for the browser's temporary files."""
    with TemporaryDirectory(prefix="pulse-") as path:  # short: a socket's path may not be long
        yield Path(path)


@pytest.fixture
def wrapped_browser(browser: str, folder: Path) -> Path:
    """A browser that writes its process id to ``pid`` beside it."""
    wrapper = folder / "browser"
    wrapper.write_text(f'#!/bin/sh\necho $$ > "{folder}/pid"\nexec "{browser}" "$@"\n')
    wrapper.chmod(0o755)
    return wrapper


class Site:
    """A site of a few pages.

    :ivar asked: path and user agent of the requests for them.
    :ivar codings: what they accept.
    :ivar headers: the names of all headers that it got to see.
    """

    def __init__(self, pid_file: Path) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.codings: set[str | None] = set()
        self.headers: set[str] = set()
        self.url = ""
        self._pid_file = pid_file

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, request.headers.get("User-Agent")))
        self.headers.update(map(str.lower, request.headers))
        self.codings.add(request.headers.get("Accept-Encoding"))
        match request.path:
            case "/shell":
                return _page(as_shell("<h1>Filled – at once</h1>"))
            case "/fetched" | "/tracked":
                here = self.url.replace("127.0.0.1", "127.0.0.2")
                elsewhere = here if request.path == "/fetched" else "https://tracker.test"
                return _page(FETCHED.format(elsewhere=elsewhere))
            case "/api":
                await asyncio.sleep(0.2)
                return web.json_response({"title": "Filled – with what was fetched"})
            case "/half":
                return _half(as_shell("<h1>Filled – at once</h1>") + "<p>more</p>" * 1000)
            case "/moved":
                raise web.HTTPFound("/plain")
            case "/endless":
                return _page("<script>setTimeout(() => { while (true); }, 50)</script>")
            case "/deadly":
                os.kill(int(self._pid_file.read_text()), signal.SIGKILL)
        return _page("<h1>Plain</h1>")


def _half(body: str) -> web.Response:
    """Send what is left of a coded page as if that were all; the heading is in it."""
    coded = zlib.compress(body.encode(), 0)
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "deflate"}
    return web.Response(body=coded[: len(coded) // 2], headers=headers)


def _page(body: str) -> web.Response:
    return web.Response(text=body, content_type="text/html", charset="utf-8")


@pytest.fixture
async def site(folder: Path) -> AsyncIterator[Site]:
    """The site, on all of this machine's loopback addresses."""
    served = Site(folder / "pid")
    application = web.Application()
    application.add_routes([web.get("/{path:.*}", served.answer)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield served
    await runner.cleanup()


@pytest.fixture
def crawl_pages(site: Site, folder: Path) -> CrawlPages:
    """Crawl pages of the site: ``await crawl_pages({"/shell": True})``, True for the browser.

    Those of other sites are whole addresses. Returns what the spider tells of each path, and under
    ``/left`` what was left behind, if any.
    """

    async def crawl(pages: dict[str, bool], **environment: str) -> Told:
        asked = json.dumps([[urljoin(site.url, page), how] for page, how in pages.items()])
        finished = await asyncio.to_thread(
            subprocess.run,
            [
                *(sys.executable, "-W", "error", "-m", "scrapy", "runspider"),
                *("tests/fetching/browser/spider.py", "-a", f"pages={asked}"),
                *("-s", "DOWNLOAD_DELAY=0", "-s", "DOWNLOAD_TIMEOUT=60"),
            ],
            env=os.environ
            | {"ESN_ACCOUNTS_URL": site.url, "ESN_ACTIVITIES_URL": site.url}
            | {"TMPDIR": str(folder)}
            | environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        sys.stderr.write(finished.stderr)
        assert finished.returncode == 0
        told = map(json.loads, finished.stdout.splitlines())
        return {urlsplit(one["asked"]).path: one for one in told}

    return crawl
