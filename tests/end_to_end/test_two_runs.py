"""Two runs at once: never the same section at the same time, and each says who else is at work."""

import socket
from collections import Counter

import psycopg

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences, wrong
from tests.end_to_end.faults import terminate_connections
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, forget_visits, wait_until

RUNS = "SELECT status, sections_processed FROM scraper_status ORDER BY id"
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE relation = 'section_listings'::regclass AND NOT granted"
)
# A run that has asked for this waits, and holds what it holds.
ENDLESS = 60


def test_no_section_is_read_by_both(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    forget_visits(village_crawled)
    unhurried = ("-s", "ESN_SECTIONS_AT_ONCE=1", "-s", "DOWNLOAD_DELAY=0.02")

    with psycopg.connect(village_crawled) as connection:
        # Both choose their sections before either has read one.
        connection.execute("LOCK section_listings")
        both = [village.start(village_crawled, "activities", *unhurried) for _ in range(2)]
        wait_until(lambda: rows(village_crawled, WAITING) == [(2,)])
    logs = [run.communicate(timeout=60)[1] for run in both]

    assert [run.returncode for run in both] == [0, 0], logs
    assert differences(content(village_crawled), village_content) == []
    begun = Counter(village.asked("/statistics$"))
    [*_, (one, processed), (other, processed_by_other)] = rows(village_crawled, RUNS)
    assert (one, other) == ("completed", "completed")
    assert processed
    assert processed_by_other
    assert processed + processed_by_other == len(begun)
    assert set(begun.values()) == {1}


def test_a_second_run_of_a_section_says_who_is_reading_it(
    village: Village, village_crawled: str
) -> None:
    village.site.add_fault(Fault(kind="slow", path="/statistics$", seconds=ENDLESS))
    first = village.start(village_crawled, "activities", "-a", "section=esn-metu")
    village.wait_until_asked("/statistics$")

    second = village.crawl(village_crawled, "activities", "-a", "section=esn-metu")

    assert second.returncode == 1
    assert first.poll() is None
    who = f"esn-metu is being read by run 3 (process {first.pid} on {socket.gethostname()}"
    assert f"nothing is left to do: {who}" in second.stderr.splitlines()[-1]
    assert len(village.asked("/statistics$")) == 1


def test_a_run_that_lost_its_connection_still_has_its_section(
    village: Village, server: str, village_crawled: str
) -> None:
    village.site.add_fault(Fault(kind="slow", path="/activity/welcome-week", seconds=ENDLESS))
    village.start(village_crawled, "activities", "-a", "section=esn-metu", "-a", "full=1")
    village.wait_until_asked("/activity/welcome-week")
    assert terminate_connections(server, village_crawled)
    [(lost,)] = rows(village_crawled, "SELECT clock_timestamp()")
    new_work = f"SELECT FROM activities WHERE last_seen > '{lost}'"
    wait_until(lambda: rows(village_crawled, new_work))

    second = village.crawl(village_crawled, "activities", "-a", "section=esn-metu")

    assert second.returncode == 1
    assert "is being read by run 3" in second.stderr.splitlines()[-1]


def test_a_section_that_one_run_has_read_is_free_for_another(
    village: Village, village_crawled: str
) -> None:
    slow = "^/organisation/esn-metu/statistics$"
    village.site.add_fault(Fault(kind="slow", path=slow, seconds=ENDLESS))
    [(before,)] = rows(village_crawled, "SELECT clock_timestamp()")
    first = village.start(village_crawled, "activities", "-a", "country=tr")
    done = f"SELECT FROM sections WHERE name = 'ESN Yıldız' AND last_scraped > '{before}'"
    wait_until(lambda: rows(village_crawled, done))

    second = village.crawl(village_crawled, "activities", "-a", "section=esn-yildiz")

    assert second.returncode == 0, second.stderr
    assert first.poll() is None


def test_a_second_run_of_accounts_says_who_is_running_and_ends(
    village: Village, village_crawled: str
) -> None:
    village.site.add_fault(Fault(kind="slow", path="^/$", seconds=ENDLESS))
    first = village.start(village_crawled, "accounts")
    village.wait_until_asked("^/$")

    second = village.crawl(village_crawled, "accounts", "-a", "country=no")

    assert second.returncode == 1
    assert first.poll() is None
    who = f"run 3 (process {first.pid} on {socket.gethostname()}, since "
    message = f"countries and sections are being read by {who}"
    assert f"The run failed: {message}" in second.stderr.splitlines()[-1]
    assert village.asked("^/$") == ["/"]
    [(status, error)] = rows(
        village_crawled,
        "SELECT status, error_message FROM scraper_status ORDER BY id DESC LIMIT 1",
    )
    assert status == "failed"
    assert error.startswith(message)


def test_connections_lost_by_both_cost_no_row(
    village: Village, server: str, village_crawled: str, village_content: Content
) -> None:
    forget_visits(village_crawled)
    unhurried = ("-s", "ESN_SECTIONS_AT_ONCE=1", "-s", "DOWNLOAD_DELAY=0.01")
    both = [village.start(village_crawled, "activities", *unhurried) for _ in range(2)]

    for times in range(20, 100, 20):
        village.wait_until_asked(times=times)
        terminate_connections(server, village_crawled)
    logs = [run.communicate(timeout=60)[1] for run in both]

    assert any("The database went away, trying again" in log for log in logs)
    # The one that comes back too late finds its sections taken.
    assert 0 in [run.returncode for run in both], logs
    for run, log in zip(both, logs, strict=True):
        assert run.returncode == 0 or "another run took over" in log.splitlines()[-1], log
    assert wrong(content(village_crawled), village_content) == []
    if any(run.returncode for run in both):
        assert village.crawl(village_crawled, "activities").returncode == 0
    assert differences(content(village_crawled), village_content) == []
