"""What comes of one crawl of the bad network by both spiders."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from sample.sites.routes import Sites
from tests.conftest import Crawl
from tests.end_to_end.bad_network import network, twists
from tests.end_to_end.hostile import Hostile, serving
from tests.end_to_end.oddities import DEAD_ENDS
from tests.end_to_end.tables import Row, junction, rows, table

# What was stored when the sites were still well.
_BEFORE_ACCOUNTS = """
    INSERT INTO sections (name, city, accounts_platform_slug) VALUES ('Before', 'Before', %s)
"""
_BEFORE_ACTIVITIES = """
    INSERT INTO activities
        (event_slug, url, title, description, start_date, is_future_event, is_online)
        VALUES ('before', 'x', 'x', 'x', '2024-01-01', FALSE, FALSE);
    INSERT INTO activity_section_organisers (activity_id, section_id, is_named, is_listed)
        SELECT a.id, s.id, FALSE, TRUE FROM sections s, activities a
        WHERE s.accounts_platform_slug LIKE 'tr-listing-%';
    INSERT INTO section_listings
        SELECT id, 'before' FROM sections WHERE accounts_platform_slug LIKE 'tr-listing-%';
    INSERT INTO section_overall_statistics (section_id, physical_activities, online_activities)
        SELECT id, 70, 70 FROM sections WHERE accounts_platform_slug LIKE 'tr-statistics-%';
"""
_SETTINGS = {
    "DRIFT_SHARE": 1,  # so that pages of which most are broken don't end the run
    "BREAKER_FAILURES": 1000,  # nor all those that fail
    "RETRY_TIMES": 1,
    "RETRY_AFTER_LONGEST": 0.05,
    "ESN_LISTING_PAGES_LIMIT": 20,
    "MEMUSAGE_CHECK_INTERVAL_SECONDS": 0.5,
    "BROWSER_PATH": "/nonexistent",
}


@dataclass
class Outcome:
    """The server, the database, and what stands in it.

    :ivar logs: one a spider.
    :ivar folder: where the runs may put files.
    :ivar failures: reasons, by address.
    :ivar errors: messages of ``validation_errors``, by address and field.
    :ivar linked: pairs of event slug and accounts slug.
    """

    site: Hostile
    conninfo: str
    logs: list[str]
    folder: Path
    failures: dict[str, str]
    errors: dict[tuple[str, str | None], str]
    activities: dict[str, Row]
    sections: dict[str, Row]
    statistics: dict[str, Row]
    linked: set[tuple[str, str]]

    def failure(self, site: str, path: str) -> str:
        """Return why a page failed, whatever its query; '' when it did not."""
        address = self.site.urls[site] + path
        failed = (why for url, why in self.failures.items() if url.split("?")[0] == address)
        return next(failed, "")

    def error(self, site: str, path: str, field: str) -> str:
        """Return what is wrong with a field of the record on a page; '' when nothing is."""
        return self.errors.get((self.site.urls[site] + path, field), "")


@contextmanager
def crawled(conninfo: str, crawl: Crawl, folder: Path) -> Iterator[Outcome]:
    """Crawl the bad network into a database, and serve it until the end of the block."""
    with serving(Sites(network()), twists()) as site:
        with psycopg.connect(conninfo) as connection:
            names = [[f"tr-section-{name}"] for name in DEAD_ENDS]
            connection.cursor().executemany(_BEFORE_ACCOUNTS, names)
        logs = [_crawl(site, conninfo, crawl, folder, "accounts")]
        with psycopg.connect(conninfo) as connection:
            connection.execute(_BEFORE_ACTIVITIES)
        logs += [_crawl(site, conninfo, crawl, folder, "activities")]
        errors = rows(conninfo, "SELECT url, field_name, error_message FROM validation_errors")
        statistics = table(conninfo, "section_overall_statistics")
        yield Outcome(
            site,
            conninfo,
            logs,
            folder,
            dict(rows(conninfo, "SELECT url, error_message FROM failed_scrapes")),
            {(url, field): message for url, field, message in errors},
            {row["event_slug"]: row for row in table(conninfo, "activities")},
            {row["accounts_platform_slug"]: row for row in table(conninfo, "sections")},
            {row["accounts_platform_slug"]: row for row in statistics},
            junction(conninfo, "activity_section_organisers"),
        )


def _crawl(site: Hostile, conninfo: str, crawl: Crawl, folder: Path, spider: str) -> str:
    settings = _SETTINGS | {"PULSE_DIR": folder}
    finished = crawl(
        "crawl",
        spider,
        *(part for name, value in settings.items() for part in ("-s", f"{name}={value}")),
        DATABASE_URL=conninfo,
        ESN_ACCOUNTS_URL=site.urls["accounts"],
        ESN_ACTIVITIES_URL=site.urls["activities"],
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stderr
