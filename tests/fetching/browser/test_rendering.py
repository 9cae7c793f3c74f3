"""Pages that only JavaScript fills, in a real browser."""

from pathlib import Path

from tests.fetching.browser.conftest import CrawlPages, Site


async def test_pages_come_back_filled(
    crawl_pages: CrawlPages, site: Site, wrapped_browser: Path
) -> None:
    pages = {"/shell": True, "/fetched": True, "/moved": True}
    told = await crawl_pages(pages, BROWSER_PATH=str(wrapped_browser))

    assert "/left" not in told
    assert {path: (one["url"], one["heading"]) for path, one in told.items()} == {
        "/shell": (f"{site.url}/shell", "Filled – at once"),
        "/fetched": (f"{site.url}/fetched", "Filled – with what was fetched"),
        "/moved": (f"{site.url}/plain", "Plain"),
    }
    assert all(one["status"] == 200 and one["kind"] == "HtmlResponse" for one in told.values())
    assert all(one["was_rendered"] for one in told.values())
    # Neither pictures nor other hosts were asked for, and all under the drawn user agent.
    paths = ["/api", "/fetched", "/moved", "/plain", "/shell"]
    assert sorted(site.asked) == [(path, "drawn/1.0") for path in paths]
    assert site.codings == {"identity"}


async def test_ordinary_pages_start_nothing(crawl_pages: CrawlPages, wrapped_browser: Path) -> None:
    told = await crawl_pages({"/shell": False}, BROWSER_PATH=str(wrapped_browser))

    assert told["/shell"]["heading"] is None
    assert not told["/shell"]["was_rendered"]
    assert not told["/shell"]["playwright_is_loaded"]
    assert not (wrapped_browser.parent / "pid").exists()


async def test_half_a_page_fails_with_a_browser_as_well(
    crawl_pages: CrawlPages, wrapped_browser: Path
) -> None:
    told = await crawl_pages({"/half": True, "/plain": True}, BROWSER_PATH=str(wrapped_browser))

    assert told["/half"]["error"] == "DownloadFailedError"
    assert "ERR_CONTENT_DECODING_FAILED" in told["/half"]["message"]
    assert told["/plain"]["heading"] == "Plain"


async def test_a_browser_that_dies_or_hangs_fails_the_page_and_not_the_next(
    crawl_pages: CrawlPages, wrapped_browser: Path
) -> None:
    pages = {"/deadly": True, "/endless": True, "/shell": True, "/plain": False}
    told = await crawl_pages(pages, BROWSER_PATH=str(wrapped_browser))

    assert told["/deadly"]["error"] == "DownloadFailedError"
    assert told["/endless"]["error"] == "DownloadTimeoutError"
    assert told["/shell"]["heading"] == "Filled – at once"
    assert told["/plain"]["heading"] == "Plain"
