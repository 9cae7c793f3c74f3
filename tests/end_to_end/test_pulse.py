"""``scrapy pulse``: which spiders it runs, and when it stops."""

import psycopg

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

ACCOUNTS, ACTIVITIES = "AccountsScraper", "ActivitiesAndStatisticsScraper"
# Both spiders begin, and end at once.
BRIEFLY = ("-s", "ACCOUNTS_TIME_BUDGET=0.001", "-s", "ACTIVITIES_TIME_BUDGET=0.001")


def runs(conninfo: str) -> list[tuple[str, str]]:
    return rows(conninfo, "SELECT scraper_module, status FROM scraper_status ORDER BY id")


def runs_since_the_crawl(conninfo: str) -> list[tuple[str, str]]:
    return runs(conninfo)[2:]


def test_an_empty_database_is_filled_by_both_spiders(
    village: Village, empty_database: str, village_content: Content
) -> None:
    finished = village.scrapy(empty_database, "pulse")

    assert finished.returncode == 0, finished.stderr
    assert runs(empty_database) == [(ACCOUNTS, "completed"), (ACTIVITIES, "completed")]
    assert differences(content(empty_database), village_content) == []


def test_as_long_as_the_sections_are_fresh_only_activities_are_read(
    village: Village, village_crawled: str
) -> None:
    assert village.scrapy(village_crawled, "pulse", *BRIEFLY).returncode == 0

    assert runs_since_the_crawl(village_crawled) == [(ACTIVITIES, "completed")]


def test_after_thirty_days_the_sections_are_read_again(
    village: Village, village_crawled: str
) -> None:
    with psycopg.connect(village_crawled) as connection:
        connection.execute(
            "UPDATE scraper_status SET completed_at = now() - interval '720 hours 1 minute'"
        )

    assert village.scrapy(village_crawled, "pulse", *BRIEFLY).returncode == 0

    both = [(ACCOUNTS, "completed"), (ACTIVITIES, "completed")]
    assert runs_since_the_crawl(village_crawled) == both
    # That run left sections out, so the next one begins with them again.
    assert village.scrapy(village_crawled, "pulse", *BRIEFLY).returncode == 0
    assert runs_since_the_crawl(village_crawled) == both * 2


def test_a_run_of_one_country_does_not_count_as_one_of_the_network(
    village: Village, village_crawled: str
) -> None:
    with psycopg.connect(village_crawled) as connection:
        connection.execute("""UPDATE scraper_status SET arguments = '{"country": "no"}'""")

    assert village.scrapy(village_crawled, "pulse", *BRIEFLY).returncode == 0

    assert [module for module, _ in runs_since_the_crawl(village_crawled)] == [ACCOUNTS, ACTIVITIES]


def test_when_accounts_fails_activities_is_not_begun(village: Village, database: str) -> None:
    village.site.add_fault(Fault(kind="status", site="accounts", path="^/$"))

    finished = village.scrapy(database, "pulse", "-s", "RETRY_TIMES=0")

    assert finished.returncode == 1
    assert "The run failed: the start page could not be read" in finished.stderr.splitlines()[-1]
    assert runs(database) == [(ACCOUNTS, "failed")]
    assert [path for _, _, path in village.site.requests()] == [
        "/robots.txt",
        "/api/v2/countries",
        "/",
    ]


def test_when_activities_fails_so_does_the_command(village: Village, village_crawled: str) -> None:
    village.site.add_fault(Fault(kind="status", site="activities"))

    finished = village.scrapy(
        village_crawled, "pulse", "-s", "RETRY_TIMES=0", "-s", "BREAKER_FAILURES=2"
    )

    assert finished.returncode == 1
    assert runs_since_the_crawl(village_crawled) == [(ACTIVITIES, "failed")]
