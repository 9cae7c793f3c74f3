"""A small network, and crawls of it: for tests that crawl again and again."""

import asyncio
import dataclasses
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from queue import Queue
from threading import Thread

import psycopg

from sample.network.charters import CHARTERS
from sample.network.generation import generate
from sample.network.model import Network, SiteName
from sample.network.vocabulary import FOREIGN_PLACES
from sample.process import SampleSite
from sample.sites.server import serving
from tests.conftest import Crawl, crawl_environment, quick_settings
from tests.forked import Forked, ForkServer

COUNTRIES = {"GR", "IE", "NO", "TR"}


def small_network(today: date | None = None) -> Network:
    """Leave the sample network's chartered sections of a few countries, with few activities.

    Türkiye's national organisation has some, Norway's has none, and the others have no page.
    """
    network = generate(today=today, sections=len(CHARTERS), activities_per_section=1)
    sections = tuple(one for one in network.sections if one.country_code in COUNTRIES)
    aliases = {section.alias for section in sections}
    aliases |= {one.alias for one in network.others if one.country_code in COUNTRIES}
    places = {None, *COUNTRIES, *FOREIGN_PLACES}
    return dataclasses.replace(
        network,
        countries=tuple(one for one in network.countries if one.code in COUNTRIES),
        sections=sections,
        activities=tuple(
            one
            for one in network.activities
            if one.country_code in places and aliases & {*one.listed_by}
        ),
    )


@contextmanager
def serve_here(network: Network) -> Iterator[SampleSite]:
    """Serve a network in a thread of this process until the block is left."""
    started: Queue[tuple[dict[SiteName, str], asyncio.AbstractEventLoop, asyncio.Event]] = Queue()

    async def run() -> None:
        stop = asyncio.Event()
        async with serving(network) as urls:
            started.put((urls, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = Thread(target=asyncio.run, args=[run()])
    thread.start()
    urls, loop, stop = started.get(timeout=30)
    try:
        yield SampleSite(urls["accounts"], urls["activities"], network.seed, network.today)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def addresses(conninfo: str, site: SampleSite) -> dict[str, str]:
    """Return the environment variables that lead a crawl from a network to a database."""
    return {
        "DATABASE_URL": conninfo,
        "ESN_ACCOUNTS_URL": site.accounts_url,
        "ESN_ACTIVITIES_URL": site.activities_url,
    }


def forget_visits(conninfo: str) -> None:
    """Leave a database as it is before its sections were visited."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "TRUNCATE activities, section_listings, section_overall_statistics,"
            " section_cause_statistics, section_type_statistics, section_participant_statistics,"
            " country_listings, country_overall_statistics, country_cause_statistics,"
            " country_type_statistics, country_participant_statistics CASCADE"
        )
        connection.execute("UPDATE sections SET last_scraped = NULL")
        connection.execute("UPDATE countries SET last_scraped = NULL")


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is the case, which may take so long on a slow machine."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"it did not come about within {seconds:g} s"
        time.sleep(0.03)


class Village(ExitStack):
    """The small network and what runs against it; all that still runs at its end is killed.

    :ivar site: its two sites, to add faults to.
    """

    def __init__(self, site: SampleSite, crawl: Crawl, fork_server: ForkServer) -> None:
        super().__init__()
        self.site = site
        self._crawl = crawl
        self._fork_server = fork_server

    def address(self, site: SiteName | None) -> str:
        """Return the address of one of the sites."""
        return self.site.accounts_url if site == "accounts" else self.site.activities_url

    def scrapy(self, conninfo: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command: ``scrapy(conninfo, "crawl", "accounts")``."""
        return self._crawl(*words, **addresses(conninfo, self.site))

    def crawl(self, conninfo: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a spider: ``crawl(conninfo, "accounts")``."""
        return self.scrapy(conninfo, "crawl", *words)

    def start(self, conninfo: str, *words: str) -> Forked:
        """Start a spider without waiting for its end."""
        return self.start_scrapy(conninfo, "crawl", *words)

    def start_scrapy(self, conninfo: str, command: str, *words: str) -> Forked:
        """Start a command without waiting for its end."""
        environment = crawl_environment(**addresses(conninfo, self.site))
        started = self._fork_server.start([command, *quick_settings(), *words], environment)
        return self.enter_context(started)

    def asked(self, pattern: str = "") -> list[str]:
        """Return the paths that were asked for, in order, those that match."""
        return [path for _, _, path in self.site.requests() if re.search(pattern, path)]

    def wait_until_asked(self, pattern: str = "", times: int = 1) -> None:
        """Wait for the n-th request for a path that matches."""
        wait_until(lambda: len(self.asked(pattern)) >= times)
