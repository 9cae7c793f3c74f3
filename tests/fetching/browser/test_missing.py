"""What is told where there is no browser, or none that works."""

from pathlib import Path

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.settings import Settings

from esn_pulse.exceptions import BrowserBarred, BrowserMissing
from tests.fetching.browser.conftest import CrawlPages, Site

HOW_TO_GET_ONE = "apt-get install chromium, or: playwright install chromium; or set BROWSER_PATH"


async def test_without_a_browser_it_says_how_to_get_one(
    driver: None, crawl_pages: CrawlPages, site: Site, folder: Path
) -> None:
    nothing = {"BROWSER_PATH": "", "PATH": "", "PLAYWRIGHT_BROWSERS_PATH": str(folder)}
    told = await crawl_pages({"/shell": True}, **nothing)

    assert told["/shell"]["error"] == "BrowserMissing"
    assert HOW_TO_GET_ONE in told["/shell"]["message"]
    assert "chromium; chromium-browser; google-chrome)" in told["/shell"]["message"]
    assert site.asked == []
    assert "/left" not in told


async def test_a_browser_that_does_not_start_is_quoted(
    driver: None, crawl_pages: CrawlPages, folder: Path
) -> None:
    broken = folder / "browser"
    broken.write_text("#!/bin/sh\necho libnss3.so is missing >&2\nexit 127\n")
    broken.chmod(0o755)

    told = await crawl_pages({"/shell": True}, BROWSER_PATH=str(broken))

    assert told["/shell"]["error"] == "BrowserMissing"
    assert HOW_TO_GET_ONE in told["/shell"]["message"]
    assert f"(tried: {broken}: libnss3.so is missing)" in told["/shell"]["message"]


async def test_a_driver_that_does_not_start_is_quoted(
    crawl_pages: CrawlPages, folder: Path
) -> None:
    node = folder / "node"
    node.write_text("#!/bin/sh\necho $0: libatomic.so.1: cannot open >&2\nexit 127\n")
    node.chmod(0o755)

    pages = {"/shell": True, "/fetched": True}
    told = await crawl_pages(pages, PLAYWRIGHT_NODEJS_PATH=str(node))

    assert {one["error"] for one in told.values()} == {"BrowserMissing"}
    for one in told.values():
        assert f"does not start ({node}: libatomic.so.1: cannot open)" in one["message"]
        assert "apt-get install libatomic1; PLAYWRIGHT_NODEJS_PATH names" in one["message"]


async def test_a_driver_that_is_not_there_is_named(crawl_pages: CrawlPages) -> None:
    told = await crawl_pages({"/shell": True}, PLAYWRIGHT_NODEJS_PATH="/nowhere")

    assert told["/shell"]["error"] == "BrowserMissing"
    assert (
        "does not start (Cannot launch Node.js executable at /nowhere" in told["/shell"]["message"]
    )


def test_it_is_not_asked_again_without_a_browser_or_a_way_for_it() -> None:
    settings = Settings()
    settings.setmodule("esn_pulse.settings")
    retried = RetryMiddleware(settings).exceptions_to_retry
    assert not isinstance(BrowserMissing(), retried)
    assert not isinstance(BrowserBarred(), retried)
