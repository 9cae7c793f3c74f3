import asyncio
import time

import pytest

from esn_pulse.exceptions import RunStops
from esn_pulse.run.pausing import pause
from tests.crawlers import crawler_of


async def test_a_pause_takes_its_time() -> None:
    crawler = crawler_of()
    crawler.crawling = True
    began = time.monotonic()
    await pause(crawler, 0.2)
    assert time.monotonic() - began >= 0.2


async def test_a_run_that_is_ended_waits_no_longer() -> None:
    crawler = crawler_of()
    crawler.crawling = True
    waiting = asyncio.ensure_future(pause(crawler, 600))
    await asyncio.sleep(0)
    crawler.crawling = False
    async with asyncio.timeout(30):
        with pytest.raises(RunStops):
            await waiting
