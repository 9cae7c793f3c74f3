"""Interrupted at any moment and by any means: one ordinary run later nothing is missing."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import psycopg
import pytest

from sample.ageing import grow_older
from sample.sites.faults import Fault
from tests.conftest import Crawl, create_database, database_name, drop_database
from tests.end_to_end.content import Content, differences
from tests.end_to_end.interruptions import MOMENTS, missing_of_visited, what_matters
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, serve_here, small_network
from tests.forked import ForkServer

WEEK = timedelta(weeks=1)
# So that the moment at which a run is stopped is not long over when it is noticed.
UNHURRIED = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "ESN_MAX_AGE_DAYS=100000")
# Whose turn it is depends on the day; that turns come is tested where they are computed.
NO_TURNS = ("-s", "ESN_MAX_AGE_DAYS=100000")


@dataclass
class Course:
    """A crawl that can be interrupted.

    :ivar site: what it crawls, and how to run it.
    :ivar start: address of a database as it is before.
    :ivar end: what an undisturbed crawl makes of it.
    :ivar requests: how many that takes.
    """

    site: Village
    start: str
    end: Content
    requests: int


Interruption = Callable[[Village, str, int], None]


def by_signals(*numbers: signal.Signals) -> Interruption:
    """Send signals after the n-th request, one right after the other."""

    def interrupt(site: Village, conninfo: str, requests: int) -> None:
        run = site.start(conninfo, "activities", *UNHURRIED)
        site.wait_until_asked(times=requests)
        for number in numbers:
            run.send_signal(number)
        run.wait(timeout=60)

    return interrupt


def by_the_breaker(site: Village, conninfo: str, requests: int) -> None:
    """Let the site answer nothing but errors from the n-th request on."""
    run = site.start(
        conninfo, "activities", *UNHURRIED, "-s", "BREAKER_FAILURES=3", "-s", "RETRY_TIMES=0"
    )
    site.wait_until_asked(times=requests)
    site.site.add_fault(Fault(kind="status", status=500, site="activities"))
    run.wait(timeout=60)
    site.site.clear_faults()


def by_its_time(site: Village, conninfo: str, requests: int) -> None:
    """Let the time budget be spent at about the n-th request."""
    budget = ("-s", f"ACTIVITIES_TIME_BUDGET={0.015 * requests}")
    assert site.crawl(conninfo, "activities", *UNHURRIED, *budget).returncode == 0


def by_a_lost_database(site: Village, conninfo: str, requests: int) -> None:
    """Let the database be gone from the n-th request on."""
    run = site.start(conninfo, "activities", *UNHURRIED, "-s", "DATABASE_PATIENCE=0.1")
    site.wait_until_asked(times=requests)
    with without_connections(conninfo):
        assert run.wait(timeout=60) != 0


@contextmanager
def without_connections(conninfo: str) -> Iterator[None]:
    """Let nobody connect to a database, and break those connections that there are."""
    name = database_name(conninfo)
    allow = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
    elsewhere = psycopg.conninfo.make_conninfo(conninfo, dbname="postgres")
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(allow.format(name, "false"))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        connection.execute(allow.format(name, "true"))


INTERRUPTIONS: dict[str, Interruption] = {
    "SIGINT": by_signals(signal.SIGINT),
    "SIGINT twice": by_signals(signal.SIGINT, signal.SIGINT),
    "SIGTERM": by_signals(signal.SIGTERM),
    "SIGKILL": by_signals(signal.SIGKILL),
    "SIGINT and SIGKILL": by_signals(signal.SIGINT, signal.SIGKILL),
    "breaker": by_the_breaker,
    "time budget": by_its_time,
    "lost database": by_a_lost_database,
}


@pytest.fixture(scope="module", params=["first crawl", "refresh"])
def course(
    request: pytest.FixtureRequest, server: str, crawl: Crawl, fork_server: ForkServer
) -> Iterator[Course]:
    """The first crawl of a small network's activities, or the refresh a week later."""
    before = small_network(datetime.now(UTC).date() - WEEK)
    with serve_here(before) as site, Village(site, crawl, fork_server) as village:
        start = create_database(server, "template0")
        assert village.crawl(start, "accounts").returncode == 0
        if request.param == "refresh":
            assert village.crawl(start, "activities").returncode == 0
            grow_older(start, WEEK)
            site.pass_week()
        site.forget_requests()
        end = create_database(server, database_name(start))
        assert village.crawl(end, "activities", *NO_TURNS).returncode == 0
        yield Course(village, start, what_matters(end), len(site.requests()))
        drop_database(server, start)
        drop_database(server, end)


@pytest.mark.parametrize("means", INTERRUPTIONS)
def test_an_ordinary_run_completes_what_an_interrupted_one_left(
    course: Course, means: str, server: str
) -> None:
    rng = Random(means)
    for requests in sorted(rng.sample(range(1, course.requests), MOMENTS)):
        conninfo = create_database(server, database_name(course.start))
        course.site.site.forget_requests()
        [(began,)] = rows(conninfo, "SELECT now()")
        INTERRUPTIONS[means](course.site, conninfo, requests)
        moment = f"{means} after request {requests}"
        assert missing_of_visited(conninfo, course.end, began) == [], moment

        finished = course.site.crawl(conninfo, "activities", *NO_TURNS)

        assert finished.returncode == 0, finished.stderr
        assert differences(what_matters(conninfo), course.end) == [], moment
        drop_database(server, conninfo)
