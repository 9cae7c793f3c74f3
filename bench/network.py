"""The sample network that is crawled, and the database that it is stored in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from bench.processes import Usage, scrapy
from esn_pulse.database import embedded
from sample.network.charters import CHARTERS
from sample.network.generation import generate
from sample.network.model import Network
from sample.process import SampleSite, serve

_PROJECT = Path(__file__).parents[1]
_NO_WAITS = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "ACTIVITIES_TIME_BUDGET=0")


@dataclass(frozen=True)
class Size:
    """How large a network is; ``page_weight`` is in bytes."""

    sections: int
    activities_per_section: int
    page_weight: int

    def fifth(self) -> "Size":
        """Return a network with a fifth of the sections, but no fewer than there can be."""
        return replace(self, sections=max(self.sections // 5, len(CHARTERS)))


@dataclass(frozen=True)
class Bench:
    """A network that is served, and a folder for all that comes of crawling it.

    :ivar conninfo: how to reach the database.
    """

    size: Size
    site: SampleSite
    folder: Path
    conninfo: str

    @cached_property
    def network(self) -> Network:
        """What the sites show at the beginning."""
        return generate(
            self.site.seed,
            self.site.today,
            sections=self.size.sections,
            activities_per_section=self.size.activities_per_section,
        )

    def crawl(self, spider: str, *arguments: str) -> Usage:
        """Run one of the project's spiders as a user does, without the polite waits.

        :param arguments: what follows ``scrapy crawl``, such as ``-a``, ``section=esn-metu``.
        """
        options = [word for setting in _NO_WAITS for word in ("-s", setting)]
        environment = {
            "ESN_ACCOUNTS_URL": self.site.accounts_url,
            "ESN_ACTIVITIES_URL": self.site.activities_url,
            "DATABASE_URL": self.conninfo,
            "LOGS_DIR": str(self.folder / "logs"),
        }
        words = ["crawl", spider, *arguments, *options, "-s", f"PULSE_DIR={self.folder}"]
        return scrapy(words, self.folder / f"{spider}.log", _PROJECT, environment)

    @property
    def postmaster(self) -> int:
        """The process that started the database's others."""
        pid_file = self.folder / "postgres" / "postmaster.pid"
        return int(pid_file.read_text(encoding="utf-8").split()[0])

    def listings(self) -> list[str]:
        """Return the address of the listing of each section that has one."""
        known = "SELECT activities_url FROM sections WHERE can_scrape_activities ORDER BY id"
        with psycopg.connect(self.conninfo) as connection:
            return [url for (url,) in connection.execute(known)]


@contextmanager
def served(size: Size) -> Iterator[Bench]:
    """Serve a network and run a database until the block is left; its sections are known then.

    The network is as it was a week ago.
    """
    with (
        serve(
            today=datetime.now(UTC).date() - timedelta(weeks=1),
            sections=size.sections,
            activities_per_section=size.activities_per_section,
            page_weight=size.page_weight,
        ) as site,
        TemporaryDirectory(prefix="pulse-") as path,
    ):
        folder = Path(path)
        conninfo = embedded.start(folder / "postgres")
        try:
            bench = Bench(size, site, folder, conninfo)
            bench.crawl("accounts")
            yield bench
        finally:
            embedded.stop(folder / "postgres")
