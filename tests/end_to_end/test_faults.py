"""A database that goes away, refuses rows or is used by two runs; a run that is interrupted."""

import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql

from esn_pulse.sample.process import SampleSite
from tests.conftest import PROJECT, crawl_environment, database_name, quick_settings
from tests.end_to_end.tables import activities_of, rows

METU = "esn-metu"


def start_crawl(conninfo: str, site: SampleSite, *words: str) -> subprocess.Popen[str]:
    """Start a crawl without waiting for its end."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "scrapy", "crawl", *quick_settings(), *words],
        env=crawl_environment(
            DATABASE_URL=conninfo,
            ESN_ACCOUNTS_URL=site.accounts_url,
            ESN_ACTIVITIES_URL=site.activities_url,
        ),
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        text=True,
    )


def forget_activities(conninfo: str) -> None:
    """Empty the tables that a visit of a section fills."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("TRUNCATE activities, section_overall_statistics CASCADE")


def terminate_connections(server: str, conninfo: str) -> int:
    """Terminate everybody's connections to a database; returns how many there were."""
    with psycopg.connect(server, autocommit=True) as connection:
        return len(
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                [database_name(conninfo)],
            ).fetchall()
        )


def test_connections_lost_again_and_again_lose_no_row(
    site: SampleSite, server: str, crawled: str
) -> None:
    before = activities_of(crawled, METU)
    forget_activities(crawled)
    crawl = start_crawl(
        crawled, site, "activities", "-a", f"section={METU}", "-s", "POSTGRES_BATCH_SIZE=1"
    )
    assert crawl.stderr
    next(line for line in crawl.stderr if "Visiting" in line)
    terminated = 0
    while crawl.poll() is None and terminated < 5:
        terminated += terminate_connections(server, crawled)
        with suppress(subprocess.TimeoutExpired):
            crawl.wait(timeout=0.2)
    _, log = crawl.communicate(timeout=100)

    assert terminated
    assert "The database went away, trying again" in log
    assert crawl.returncode == 0, log
    assert activities_of(crawled, METU) == before


def test_a_database_that_stays_away_ends_the_run(
    site: SampleSite, server: str, crawled: str
) -> None:
    refuse = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    name = sql.Identifier(database_name(crawled))
    crawl = start_crawl(
        crawled, site, "activities", "-s", "DATABASE_PATIENCE=1", "-s", "DOWNLOAD_DELAY=0.2"
    )
    assert crawl.stderr
    next(line for line in crawl.stderr if "Visiting" in line)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(refuse.format(name, sql.SQL("false")))
    terminate_connections(server, crawled)

    _, log = crawl.communicate(timeout=60)

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(refuse.format(name, sql.SQL("true")))
    assert crawl.returncode == 1, log
    assert "PostgreSQL stayed away for 1 s" in log.splitlines()[-1]


def test_a_refused_row_is_recorded_and_its_neighbours_land(
    site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    slugs = {slug for slug, *_ in activities_of(crawled, METU)["activities"]}
    slug = min(slugs)
    forget_activities(crawled)
    with psycopg.connect(crawled) as connection:
        connection.execute(
            sql.SQL("ALTER TABLE activities ADD CHECK (event_slug <> {})").format(slug)
        )

    finished = crawl_sample(crawled, "activities", "-a", f"section={METU}")

    assert finished.returncode == 0
    stored = {found for found, *_ in activities_of(crawled, METU)["activities"]}
    assert stored == slugs - {slug}
    refused = rows(
        crawled,
        "SELECT activity_event_slug, error_message FROM validation_errors WHERE field_name IS NULL",
    )
    assert [name for name, _ in refused] == [slug]
    assert "refused" in refused[0][1]


def test_two_runs_at_once_store_the_same_as_one(site: SampleSite, crawled: str) -> None:
    before = activities_of(crawled, METU)
    forget_activities(crawled)
    both = [start_crawl(crawled, site, "activities", "-a", f"section={METU}") for _ in range(2)]

    logs = [crawl.communicate(timeout=100)[1] for crawl in both]

    assert [crawl.returncode for crawl in both] == [0, 0], logs
    assert activities_of(crawled, METU) == before


def test_an_interrupted_run_is_on_record(site: SampleSite, crawled: str) -> None:
    crawl = start_crawl(crawled, site, "activities", "-s", "DOWNLOAD_DELAY=0.2")
    assert crawl.stderr
    next(line for line in crawl.stderr if "Visiting" in line)

    crawl.send_signal(signal.SIGINT)
    _, log = crawl.communicate(timeout=60)

    assert crawl.returncode == 1
    assert "The run failed: interrupted by a signal" in log.splitlines()[-1]
    [(status, message, unfinished)] = rows(
        crawled,
        "SELECT status, error_message, sections_failed FROM scraper_status"
        " ORDER BY id DESC LIMIT 1",
    )
    assert (status, message) == ("failed", "interrupted by a signal")
    assert unfinished
