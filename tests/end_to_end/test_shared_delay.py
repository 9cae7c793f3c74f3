"""The delay between requests is kept by all runs together."""

import psycopg

from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.faults import refusing_connections
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, forget_visits, wait_until

WAITING = """
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event = 'transactionid'
"""
SECONDS = """
    SELECT extract(epoch FROM max(completed_at) - min(started_at))::float
    FROM scraper_status WHERE id > 2
"""


def test_three_runs_ask_no_more_often_than_one_would(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    delay = 0.06
    pace = ("-s", f"DOWNLOAD_DELAY={delay}")
    forget_visits(village_crawled)

    runs = [
        village.start(village_crawled, "activities", "-a", f"country={country}", *pace)
        for country in ("gr", "ie", "no")
    ]
    logs = [run.communicate(timeout=60)[1] for run in runs]

    assert [run.returncode for run in runs] == [0, 0, 0], logs
    [(seconds,)] = rows(village_crawled, SECONDS)
    assert len(village.asked("robots.txt")) == 3
    assert seconds >= (len(village.asked()) - 1) * delay
    of_turkey = village.crawl(village_crawled, "activities", "-a", "country=tr")
    assert of_turkey.returncode == 0
    assert differences(content(village_crawled), village_content) == []


def test_no_section_is_begun_while_others_wait_for_their_turn(
    village: Village, village_crawled: str
) -> None:
    one_at_a_time = ("-s", "ESN_SECTIONS_AT_ONCE=1", "-s", "DOWNLOAD_DELAY=0.01")
    with psycopg.connect(village_crawled) as connection:
        connection.execute("INSERT INTO site_turns VALUES ('127.0.0.1', now())")
        village.start(village_crawled, "activities", *one_at_a_time)
        wait_until(lambda: rows(village_crawled, WAITING))
        connection.execute("UPDATE site_turns SET next_at = clock_timestamp() + interval '0.5 s'")

    village.wait_until_asked("/activities.page=")
    begun = village.asked("^/organisation/.*(statistics$|page=0$)")
    # One more is begun at the very start, while robots.txt is asked for.
    assert [path.rpartition("/")[2] for path in begun[:3]].count("statistics") <= 2


def test_a_database_that_stays_away_ends_a_run_that_waits_for_its_turn(
    village: Village, server: str, village_crawled: str
) -> None:
    quickly = ("-s", "DATABASE_PATIENCE=0.5", "-s", "BREAKER_FAILURES=1")
    run = village.start(village_crawled, "activities", "-s", "DOWNLOAD_DELAY=0.1", *quickly)
    village.wait_until_asked("/statistics$")

    with refusing_connections(server, village_crawled):
        _, log = run.communicate(timeout=60)

    assert run.returncode == 1, log
    assert "The run failed: PostgreSQL stayed away for 0.5 s" in log.splitlines()[-1]
    for told in "Traceback", "Failed to scrape", "in a row":
        assert told not in log
