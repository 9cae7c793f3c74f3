"""A database that goes away or refuses rows; a run that is interrupted."""

import psycopg
from psycopg import sql

from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.faults import refusing_connections, terminate_connections
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, forget_visits

METU = ("activities", "-a", "section=esn-metu")
UNHURRIED = ("-s", "DOWNLOAD_DELAY=0.01")


def test_connections_lost_again_and_again_lose_no_row(
    village: Village, server: str, village_crawled: str, village_content: Content
) -> None:
    forget_visits(village_crawled)

    run = village.start(village_crawled, "activities", *UNHURRIED, "-s", "POSTGRES_BATCH_SIZE=1")
    terminated = 0
    for times in range(10, 100, 15):
        village.wait_until_asked(times=times)
        terminated += terminate_connections(server, village_crawled)
    _, log = run.communicate(timeout=60)

    assert terminated
    assert "The database went away, trying again" in log
    assert run.returncode == 0, log
    assert differences(content(village_crawled), village_content) == []


def test_a_database_that_stays_away_ends_the_run(
    village: Village, server: str, village_crawled: str, village_content: Content
) -> None:
    run = village.start(village_crawled, *METU, *UNHURRIED, "-s", "DATABASE_PATIENCE=0.5")
    village.wait_until_asked("^/organisation/")

    with refusing_connections(server, village_crawled):
        _, log = run.communicate(timeout=60)

    assert run.returncode == 1, log
    assert "PostgreSQL stayed away for 0.5 s" in log.splitlines()[-1]
    assert differences(content(village_crawled), village_content) == []


def test_a_refused_row_is_recorded_and_its_neighbours_land(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    refused = "adventure-trip-lofoten-551"
    forget_visits(village_crawled)
    with psycopg.connect(village_crawled) as connection:
        connection.execute(
            sql.SQL("ALTER TABLE activities ADD CHECK (event_slug <> {})").format(refused)
        )

    assert village.crawl(village_crawled, "activities").returncode == 0

    stored = content(village_crawled)["activities"]
    expected = village_content["activities"]
    assert stored == {key: row for key, row in expected.items() if key != (refused,)}
    [(slug, message)] = rows(
        village_crawled,
        "SELECT activity_event_slug, error_message FROM validation_errors WHERE field_name IS NULL",
    )
    assert slug == refused
    assert "refused" in message
