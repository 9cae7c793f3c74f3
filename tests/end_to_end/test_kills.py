"""Killed at any moment: what was stored is whole, and the next run goes on from there."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from esn_pulse.database import embedded
from tests.end_to_end.content import Content, content, differences, torn, wrong
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

RUNS = """
    SELECT status, finish_reason, completed_at IS NOT NULL FROM scraper_status
    WHERE scraper_module = {} ORDER BY id
"""
ACCOUNTS = RUNS.format("'AccountsScraper'")
ACTIVITIES = RUNS.format("'ActivitiesAndStatisticsScraper'")
INTERRUPTED = ("failed", "failed: interrupted", True)
COMPLETED = ("completed", "finished", True)

# So that a run is still far from its end when it is found to be there.
UNHURRIED = ("-s", "DOWNLOAD_DELAY=0.01")


def kill_after(requests: int, village: Village, conninfo: str, spider: str) -> None:
    """Start a run and kill it when it has sent so many requests."""
    village.site.forget_requests()
    run = village.start(conninfo, spider, *UNHURRIED)
    village.wait_until_asked(times=requests)
    run.kill()
    assert run.wait(timeout=60) == -9


def test_twenty_kills_at_random_moments_change_nothing(
    village: Village, empty_database: str, village_content: Content
) -> None:
    rng = Random(20)
    # Of 42 requests, and of 106; without any it dies while it starts.
    for requests in [0, *rng.sample(range(1, 25), 5)]:
        kill_after(requests, village, empty_database, "accounts")
    stored = content(empty_database)
    assert wrong(stored, village_content) + torn(stored, village_content) == []
    assert village.crawl(empty_database, "accounts").returncode == 0
    for requests in [0, *rng.sample(range(1, 70), 13)]:
        kill_after(requests, village, empty_database, "activities")
    stored = content(empty_database)
    assert wrong(stored, village_content) + torn(stored, village_content) == []
    assert village.crawl(empty_database, "activities").returncode == 0

    assert differences(content(empty_database), village_content) == []
    for query, kills in (ACCOUNTS, 5), (ACTIVITIES, 13):
        *killed, last = rows(empty_database, query)
        assert last == COMPLETED
        assert set(killed) == {INTERRUPTED}
        assert kills <= len(killed) <= kills + 1


@pytest.fixture
def own_server() -> Iterator[Path]:
    """The data folder of a server that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="pulse-"))  # short: a socket's path may not be long
    yield folder / "postgres"
    embedded.stop(folder / "postgres")
    shutil.rmtree(folder)


def test_a_restart_of_the_server_in_mid_run_loses_nothing(
    village: Village, own_server: Path, village_content: Content
) -> None:
    conninfo = embedded.start(own_server)

    for spider in "accounts", "activities":
        village.site.forget_requests()
        run = village.start(conninfo, spider, *UNHURRIED)
        village.wait_until_asked(times=20)
        assert embedded.stop(own_server)
        assert embedded.start(own_server) == conninfo
        _, log = run.communicate(timeout=60)
        assert run.returncode == 0, log
        assert "The database went away, trying again" in log

    assert differences(content(conninfo), village_content) == []
    assert rows(conninfo, ACCOUNTS) + rows(conninfo, ACTIVITIES) == [COMPLETED] * 2
