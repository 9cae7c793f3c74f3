"""Waits that end when the run does."""

import time

from scrapy.crawler import Crawler
from scrapy.utils.asyncio import sleep

from esn_pulse.exceptions import RunStops

_LOOK_SECONDS = 0.5


async def pause(crawler: Crawler, seconds: float) -> None:
    """Wait for so many seconds.

    :raises RunStops: when somebody ends the run in the meantime.
    """
    end = time.monotonic() + seconds
    while crawler.crawling and (left := end - time.monotonic()) > 0:
        await sleep(min(left, _LOOK_SECONDS))
    if not crawler.crawling:
        raise RunStops("the run was ended meanwhile")
