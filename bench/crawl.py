"""How much a crawl of the activities takes, beside a bare spider that reads the same pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bench.network import Bench
from bench.processes import Usage, cpu_seconds_of_server, scrapy
from esn_pulse import settings

_BARE = Path(__file__).with_name("bare.py")
_EVERY_PAGE = ("-a", "full=1")
_SAME = ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN", "CONCURRENT_ITEMS", "LOG_LEVEL")


@dataclass(frozen=True)
class CrawlFigures:
    """What both took.

    :ivar database_cpu_seconds: CPU time of PostgreSQL meanwhile, in processes of its own.
    :ivar fifth: the crawl of a network with a fifth of the sections.
    """

    title: ClassVar[str] = "A crawl of all activities"

    bare: Usage
    crawl: Usage
    database_cpu_seconds: float
    fifth: Usage

    @property
    def share_of_bare(self) -> float:
        """How many pages per CPU-second the crawl reads, in relation to the bare spider."""
        return self.crawl.pages_per_cpu_second / self.bare.pages_per_cpu_second

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the lines of a table."""
        yield "", "pages", "seconds", "pages/s", "CPU seconds", "pages/CPU s", "peak MB"
        for name, usage in (
            ("bare spider", self.bare),
            ("esn_pulse", self.crawl),
            ("… of a fifth", self.fifth),
        ):
            yield (
                name,
                f"{usage.pages:,}",
                f"{usage.wall_seconds:.1f}",
                f"{usage.pages_per_second:.1f}",
                f"{usage.cpu_seconds:.1f}",
                f"{usage.pages_per_cpu_second:.1f}",
                f"{usage.peak_megabytes:.0f}",
            )
        yield "share of bare", "", "", "", "", f"{self.share_of_bare:.0%}", ""
        yield "PostgreSQL", "", "", "", f"{self.database_cpu_seconds:.1f}", "", ""


def measure(bench: Bench, fifth: Bench) -> CrawlFigures:
    """Crawl a network with the bare spider and with ours, and a smaller one for comparison."""
    bare = _crawl_bare(bench)
    before = cpu_seconds_of_server(bench.postmaster)
    crawl = bench.crawl("activities", *_EVERY_PAGE)
    database = cpu_seconds_of_server(bench.postmaster) - before
    return CrawlFigures(bare, crawl, database, fifth.crawl("activities", *_EVERY_PAGE))


def _crawl_bare(bench: Bench) -> Usage:
    listings = bench.folder / "listings"
    listings.write_text("\n".join(bench.listings()), encoding="utf-8")
    folder = bench.folder / "bare"  # apart from the project's scrapy.cfg, and so its settings
    folder.mkdir()
    same = [word for name in _SAME for word in ("-s", f"{name}={getattr(settings, name)}")]
    words = ["runspider", str(_BARE), "-a", f"listings={listings}", *same]
    return scrapy(words, bench.folder / "bare.log", folder, {})
