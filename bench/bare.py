"""What a crawl is compared with: a spider that takes two fields of a page and stores nothing."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response


class BareSpider(Spider):
    """Follows listings to their activities, with Scrapy's own middlewares and no pipeline.

    :param listings: a file with the address of each section's listing, one a line.
    """

    name = "bare"

    def __init__(self, listings: str) -> None:
        super().__init__()
        self._listings = Path(listings).read_text(encoding="utf-8").splitlines()

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the listings."""
        for url in self._listings:
            yield Request(url, self.read_listing)

    def read_listing(self, page: Response) -> Iterator[Request]:
        """Follow the activities and the next page."""
        for address in page.css(".eg-c-card-title a::attr(href)").getall():
            yield page.follow(address, self.read_activity)
        for address in page.css('a[title="Go to next page"]::attr(href)').getall():
            yield page.follow(address, self.read_listing)

    def read_activity(self, page: Response) -> Iterator[dict[str, Any]]:
        """Take two fields."""
        yield {
            "title": page.css(".block--eg-activities-theme-page-title h1 span::text").get(),
            "participants": page.css(".highlight-data-text-big::text").get(),
        }
