"""What a refresh takes after a simulated week, and which of the week's changes it finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import psycopg
from psycopg.rows import dict_row

from bench.network import Bench
from bench.processes import Usage
from esn_pulse.settings import DOWNLOAD_DELAY
from sample.ageing import grow_older
from sample.network.model import Activity, Network
from sample.network.week import a_week_later
from sample.rows import Row, activity_row
from sample.truth import Truth

_WEEK = timedelta(weeks=1)
_RECENT = timedelta(days=60)
_RUNS = "SELECT requests, pages FROM scraper_status ORDER BY id DESC LIMIT 2"


@dataclass(frozen=True)
class RefreshFigures:
    """What the refresh asked for and found.

    :ivar requests: of the refresh; ``requests_in_full`` of the crawl before it, which read all.
    :ivar pages: how many were asked for, and skipped, for which reason.
    :ivar found: by kind of change, how many of them the refresh found, and how many there are.
    :ivar found_recent: the same for activities that take place, or took place, within 60 days.
    """

    title: ClassVar[str] = "A refresh after a week"

    usage: Usage
    requests: int
    requests_in_full: int
    pages: dict[str, dict[str, int]]
    found: dict[str, tuple[int, int]]
    found_recent: dict[str, tuple[int, int]]

    @property
    def share_of_full(self) -> float:
        """How many requests it takes, in relation to a crawl of all pages."""
        return self.requests / self.requests_in_full

    @property
    def polite_seconds(self) -> float:
        """How long it takes at least with the default delay between requests, in seconds."""
        return self.requests * DOWNLOAD_DELAY

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the lines of a table."""
        yield "", "", "of"
        yield "requests", f"{self.requests:,}", f"{self.requests_in_full:,}"
        yield "share of a full crawl", f"{self.share_of_full:.1%}", ""
        yield "seconds", f"{self.usage.wall_seconds:.1f}", ""
        yield "CPU seconds", f"{self.usage.cpu_seconds:.1f}", ""
        yield "peak MB", f"{self.usage.peak_megabytes:.0f}", ""
        yield "minutes at the default delay", f"{self.polite_seconds / 60:.0f}", ""
        for done, pages in self.pages.items():
            for why, number in pages.items():
                yield f"{done}: {why}", f"{number:,}", ""
        for title, found in ("found", self.found), ("… within 60 days", self.found_recent):
            for kind, (number, changes) in found.items():
                yield f"{title}: {kind}", f"{number:,}", f"{changes:,}"


def measure(bench: Bench) -> RefreshFigures:
    """Let a week pass on a network that was crawled, and refresh what is stored of it."""
    grow_older(bench.conninfo, _WEEK)
    bench.site.pass_week()
    usage = bench.crawl("activities")
    with psycopg.connect(bench.conninfo, row_factory=dict_row) as connection:
        refresh, full = connection.execute(_RUNS).fetchall()
        stored = {r["event_slug"]: r for r in connection.execute("SELECT * FROM activities")}
    week = a_week_later(bench.network)
    shown_at = (week.network, bench.site.activities_url)
    known = _listed(bench.network) | _listed(week.network)
    is_found = {
        (kind, slug): _is_found(stored.get(slug), kind, activity_row(known[slug], *shown_at))
        for kind, slugs in week.changes.items()
        for slug in slugs
        if slug in known
    }
    recent = {slug for slug, one in known.items() if one.end >= week.network.today - _RECENT}
    return RefreshFigures(
        usage=usage,
        requests=refresh["requests"],
        requests_in_full=full["requests"],
        pages=refresh["pages"],
        found=_counts(is_found),
        found_recent=_counts({key: found for key, found in is_found.items() if key[1] in recent}),
    )


def _listed(network: Network) -> dict[str, Activity]:
    """Return what the listings show of sections whose alias can be found, and of countries."""
    return {one.event_slug: one for one in Truth(network, "", "").listed}


def _is_found(stored: Row | None, kind: str, shown: Row) -> bool:
    if stored is None:
        return False
    if kind == "removed":
        return stored["removed_at"] is not None
    return {column: stored[column] for column in shown} == shown


def _counts(is_found: dict[tuple[str, str], bool]) -> dict[str, tuple[int, int]]:
    kinds = dict.fromkeys(kind for kind, _ in is_found)
    found = {kind: [is_it for (of, _), is_it in is_found.items() if of == kind] for kind in kinds}
    return {kind: (sum(each), len(each)) for kind, each in found.items()}
