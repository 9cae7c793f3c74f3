import asyncio
from typing import Any

import psycopg
import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from esn_pulse.exceptions import NoTurn, RunStops
from esn_pulse.fetching.browser import BrowserOnDemand
from esn_pulse.fetching.shared_delay import SharedDelay
from esn_pulse.run.hub import current_run
from tests.crawlers import crawler_of

SITE, OTHER = "activities.esn.org", "accounts.esn.org"
DELAY = 100
TAKEN = """
    SELECT site, round(extract(epoch FROM next_at - clock_timestamp()) / 100)::integer
    FROM site_turns
"""


class Handler:
    """A handler that sends nothing, and waits only as long as the test wants.

    :ivar sent: the addresses of requests whose turn has come.
    :ivar waits: after how many of the delays each turn that was taken is.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, delay: float, **settings: Any) -> None:
        self.sent: list[str] = []
        self.waits: list[int] = []
        self.one_waits, self.time_passes = asyncio.Event(), asyncio.Event()
        self.crawler = crawler = crawler_of(**settings)
        crawler.crawling = True
        self.database = current_run(crawler).database
        downloader: Any = crawler.engine.downloader
        downloader.get_slot_key = lambda request: request.url.split("/")[2]
        downloader.slots = {site: Slot(10, delay, 0) for site in (SITE, OTHER)}
        self.slot = downloader.slots[SITE]
        monkeypatch.setattr(BrowserOnDemand, "__init__", BaseDownloadHandler.__init__)
        monkeypatch.setattr(BrowserOnDemand, "download_request", self._send)
        monkeypatch.setattr("esn_pulse.fetching.shared_delay.pause", self._pause)
        self._handler = SharedDelay(crawler)

    async def _send(self, request: Request) -> Response:
        self.sent.append(request.url)
        return Response(request.url)

    async def _pause(self, _: Crawler, seconds: float) -> None:
        self.waits.append(round(seconds / DELAY))
        if self.waits[-1]:
            self.one_waits.set()
            await self.time_passes.wait()

    async def ask(self, site: str = SITE, page: str = "") -> Response:
        return await self._handler.download_request(Request(f"https://{site}/{page}"))


async def test_each_request_waits_for_its_turn_and_a_run_has_one_to_come(
    database: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = Handler(monkeypatch, DELAY, DATABASE_URL=database)
    await handler.database.open()
    asked = [asyncio.create_task(handler.ask(page=page)) for page in "abcd"]
    asked.append(asyncio.create_task(handler.ask(OTHER)))
    async with asyncio.timeout(30):
        await handler.one_waits.wait()
    await handler.database.run(lambda own: own.execute("SELECT"))  # after all that want it now

    assert handler.sent == [f"https://{SITE}/a", f"https://{OTHER}/"]
    assert sorted(connection.execute(TAKEN)) == [(OTHER, 1), (SITE, 2)]

    handler.time_passes.set()
    await asyncio.gather(*asked)

    assert handler.sent[2:] == [f"https://{SITE}/{page}" for page in "bcd"]
    assert sorted(handler.waits) == [0, 0, 1, 2, 3]
    await handler.database.close()


async def test_a_run_that_was_ended_lets_go_of_all_that_waits(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = Handler(monkeypatch, DELAY, DATABASE_URL=database)
    await handler.database.open()
    asked = [asyncio.create_task(handler.ask(page=page)) for page in "abc"]
    async with asyncio.timeout(30):
        await handler.one_waits.wait()

    handler.crawler.crawling = False
    handler.time_passes.set()
    ended = await asyncio.gather(*asked, return_exceptions=True)

    assert [type(answer) for answer in ended] == [Response, RunStops, RunStops]
    assert handler.waits == [0, 1]  # the third one takes no turn
    assert handler.slot.delay == 0  # and those that Scrapy holds back come at once
    await handler.database.close()


@pytest.mark.parametrize(("delay", "share"), [(0, True), (DELAY, False)])
async def test_without_a_delay_to_share_the_database_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
    delay: float,
    share: bool,  # noqa: FBT001
) -> None:
    handler = Handler(monkeypatch, delay, ESN_SHARE_DELAY=share)  # its database is not open
    await handler.ask()
    assert handler.sent == [f"https://{SITE}/"]


async def test_without_the_database_nothing_is_sent_and_each_request_says_why(
    database: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("DROP TABLE site_turns")
    handler = Handler(monkeypatch, DELAY, DATABASE_URL=database)
    await handler.database.open()
    with pytest.raises(NoTurn, match='relation "site_turns" does not exist'):
        await handler.ask()
    await handler.database.close()

    with pytest.raises(NoTurn, match='relation "site_turns" does not exist'):
        await handler.ask(OTHER)
    assert handler.sent == []
