"""Signals: the first ends a run in good order, a second one at once."""

import signal
import subprocess
import sys
import time

import psycopg
import pytest

from esn_pulse.database.locks import VIEWS
from sample.sites.faults import Fault
from tests.conftest import PROJECT, crawl_environment, quick_settings
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.faults import refusing_connections
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, addresses, wait_until
from tests.extensions.terminal import crawl_on_terminal

METU = ("activities", "-a", "section=esn-metu")
UNHURRIED = ("-s", "DOWNLOAD_DELAY=0.03")
HANGING = 60  # seconds
AT_ONCE = 15  # seconds, on a busy machine
WAITS = """
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
LAST_RUN = """
    SELECT status, error_message, sections_failed FROM scraper_status ORDER BY id DESC LIMIT 1
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_is_on_record(
    village: Village, village_crawled: str, number: signal.Signals
) -> None:
    run = village.start(village_crawled, *METU, *UNHURRIED)
    village.wait_until_asked("^/organisation/")

    run.send_signal(number)
    _, log = run.communicate(timeout=60)

    assert run.returncode == 1
    assert f"{number.name} came: ending in good order" in log
    assert "The run failed: interrupted by a signal" in log.splitlines()[-1]
    assert rows(village_crawled, LAST_RUN) == [("failed", "interrupted by a signal", 1)]


def test_a_run_goes_on_when_its_terminal_is_closed_if_it_shall(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    command = [sys.executable, "-m", "scrapy", "crawl", *quick_settings(), *METU, *UNHURRIED]
    environment = crawl_environment(**addresses(village_crawled, village.site))
    with subprocess.Popen(["nohup", *command], env=environment, cwd=PROJECT) as run:
        village.wait_until_asked("^/organisation/")
        run.send_signal(signal.SIGHUP)
        assert run.wait(60) == 0

    assert differences(content(village_crawled), village_content) == []


def test_without_its_terminal_a_run_can_still_record_its_end(
    village: Village, village_crawled: str
) -> None:
    with crawl_on_terminal(village_crawled, village.site, *METU, *UNHURRIED) as terminal:
        village.wait_until_asked("^/organisation/")
        terminal.close()
        terminal.crawl.send_signal(signal.SIGHUP)
        # Python's own is 120, when it can't write what is left to be written.
        assert terminal.crawl.wait(60) in {1, 120}

    assert rows(village_crawled, LAST_RUN) == [("failed", "interrupted by a signal", 1)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (signal.SIGINT, signal.SIGINT),
        (signal.SIGTERM, signal.SIGTERM),
        (signal.SIGHUP, signal.SIGTERM),
    ],
)
def test_a_second_signal_ends_a_run_at_once(
    village: Village,
    village_crawled: str,
    village_content: Content,
    first: signal.Signals,
    second: signal.Signals,
) -> None:
    village.site.add_fault(Fault(kind="slow", path="/activity/", seconds=HANGING))
    run = village.start(village_crawled, *METU, "-a", "full=1", "-s", f"DOWNLOAD_TIMEOUT={HANGING}")
    village.wait_until_asked("^/activity/")
    log = iter(run.stderr)

    run.send_signal(first)
    assert any(f"{first.name} came: ending in good order" in line for line in log)
    run.send_signal(signal.SIGHUP)  # is no second one
    run.send_signal(second)
    began = time.monotonic()
    run.wait(HANGING)

    assert time.monotonic() - began < AT_ONCE
    assert run.returncode == 1
    why = f"ended at once, as {second.name} came while it was stopping"
    rest = list(log)
    assert f"The run failed: {why}" in rest[-1]
    assert "Traceback" not in "".join(rest)
    assert rows(village_crawled, LAST_RUN)[0][:2] == ("failed", why)
    village.site.clear_faults()
    assert village.crawl(village_crawled, "activities").returncode == 0
    assert differences(content(village_crawled), village_content) == []


def test_a_second_signal_does_not_wait_for_the_database(
    village: Village, server: str, village_crawled: str
) -> None:
    run = village.start(village_crawled, *METU, *UNHURRIED, "-a", "full=1")
    village.wait_until_asked("^/organisation/")
    with refusing_connections(server, village_crawled):
        log = iter(run.stderr)
        assert any("The database went away, trying again" in line for line in log)
        run.send_signal(signal.SIGINT)
        assert any("SIGINT came" in line for line in log)
        run.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert run.wait(HANGING) == 1

    assert time.monotonic() - began < AT_ONCE
    assert "could not be recorded" in "".join(log)


HOLD = {
    "record": "SELECT FROM scraper_status ORDER BY id DESC LIMIT 1 FOR UPDATE",
    "views": f"SELECT pg_advisory_xact_lock({VIEWS}, 0)",
}


@pytest.mark.parametrize("what", HOLD)
def test_a_run_that_is_ending_is_let_to_its_end(
    village: Village, village_crawled: str, village_content: Content, what: str
) -> None:
    with psycopg.connect(village_crawled) as holder:
        run = village.start(village_crawled, *METU)
        village.wait_until_asked("^/organisation/")
        holder.execute(HOLD[what])
        log = iter(run.stderr)
        assert any("Closing spider" in line for line in log)
        wait_until(lambda: rows(village_crawled, WAITS))
        run.send_signal(signal.SIGTERM)
        assert any("SIGTERM came: ending in good order" in line for line in log)
        holder.rollback()
        rest = "".join(log)

    assert run.wait(60) == 0, rest
    assert rows(village_crawled, LAST_RUN)[0][:2] == ("completed", None)
    assert differences(content(village_crawled), village_content) == []


def test_a_second_signal_while_it_is_ending_fails_it(
    village: Village, village_crawled: str
) -> None:
    with psycopg.connect(village_crawled) as holder:
        run = village.start(village_crawled, *METU)
        village.wait_until_asked("^/organisation/")
        holder.execute(HOLD["views"])
        log = iter(run.stderr)
        assert any("Closing spider" in line for line in log)
        wait_until(lambda: rows(village_crawled, WAITS))
        run.send_signal(signal.SIGTERM)
        assert any("SIGTERM came: ending in good order" in line for line in log)
        run.send_signal(signal.SIGTERM)
        assert run.wait(HANGING) == 1

    assert rows(village_crawled, LAST_RUN)[0][:2] == ("completed", None)  # it was on record


def test_a_wait_for_another_try_ends_with_the_run(village: Village, village_crawled: str) -> None:
    village.site.add_fault(Fault(kind="status", path="robots", status=503, retry_after=HANGING))
    run = village.start(village_crawled, *METU)
    log = iter(run.stderr)
    assert any("Asking again in" in line for line in log)

    run.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert run.wait(HANGING) == 1

    assert time.monotonic() - began < AT_ONCE
    assert rows(village_crawled, LAST_RUN)[0][:2] == ("failed", "interrupted by a signal")


@pytest.mark.parametrize("times", [1, 2])
def test_no_other_spider_is_run_then(village: Village, database: str, times: int) -> None:
    seconds = 1 if times == 1 else HANGING  # the first signal lets it come to its end
    village.site.add_fault(Fault(kind="slow", path="^/section/", seconds=seconds))
    run = village.start_scrapy(database, "pulse")
    village.wait_until_asked("^/section/")
    log = iter(run.stderr)

    for line in ("SIGTERM came: ending in good order", "SIGTERM came: ending at once")[:times]:
        run.send_signal(signal.SIGTERM)
        assert any(line in told for told in log)

    assert run.wait(HANGING) == 1
    assert rows(database, "SELECT scraper_module, status FROM scraper_status") == [
        ("AccountsScraper", "failed")
    ]
