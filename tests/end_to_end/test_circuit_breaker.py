"""A site that is down: the run leaves it alone, says so, and concludes nothing from it."""

from urllib.parse import urlsplit

import pytest

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences, without_aliases
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

LIMITS = {
    "BREAKER_FAILURES": 3,
    "RETRY_TIMES": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "ESN_SECTIONS_AT_ONCE": 2,
}
QUICKLY = [part for name, value in LIMITS.items() for part in ("-s", f"{name}={value}")]
# Three that failed, and two sections' two pages that were on their way.
AT_MOST = 3 + 2 * 2
VISITED = """
    SELECT activities_platform_slug, last_scraped FROM sections
    UNION ALL SELECT activities_platform_slug, last_scraped FROM countries ORDER BY 1
"""
BUT_ROBOTS = "^/(?!robots.txt)"
DOWN = [
    Fault(kind="status", site="activities", path=BUT_ROBOTS, status=503),
    Fault(kind="drop", site="activities", path=BUT_ROBOTS),
]

LAST_RUN = """
    SELECT status, finish_reason, error_message, requests_failed FROM scraper_status
    ORDER BY id DESC LIMIT 1
"""


def assert_that_the_last_run_gave_up(conninfo: str, village: Village) -> None:
    [(status, finish_reason, error, requests_failed)] = rows(conninfo, LAST_RUN)
    assert status == "failed"
    assert finish_reason == f"failed: {error}"
    assert f"{urlsplit(village.site.activities_url).netloc} failed 3 times in a row" in error
    assert requests_failed >= 3


def asked_of_the_activities_site(village: Village) -> list[str]:
    requests = village.site.requests()
    return [path for site, _, path in requests if site == "activities" and path != "/robots.txt"]


@pytest.mark.parametrize("fault", DOWN, ids=["it answers 503", "it does not answer"])
def test_sections_are_stored_without_a_word_on_their_aliases(
    fault: Fault, village: Village, database: str, village_content: Content
) -> None:
    village.site.add_fault(fault)

    finished = village.crawl(database, "accounts", *QUICKLY)

    assert finished.returncode == 1
    assert "failed 3 times in a row" in finished.stderr.splitlines()[-1]
    assert_that_the_last_run_gave_up(database, village)
    assert len(asked_of_the_activities_site(village)) <= AT_MOST
    stored = content(database)
    for table in "countries", "sections":
        assert stored[table] == without_aliases(village_content[table])
    # Those that were asked for have failed; the others are no failures.
    failed = {urlsplit(url).path for (url,) in rows(database, "SELECT url FROM failed_scrapes")}
    assert failed - {"/section/tr-kony-sel"} <= set(asked_of_the_activities_site(village))


def test_known_aliases_stay(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    village.site.add_fault(DOWN[0])

    finished = village.crawl(village_crawled, "accounts", *QUICKLY, "-s", "ESN_ALIAS_DAYS=0")

    assert finished.returncode == 1
    assert_that_the_last_run_gave_up(village_crawled, village)
    assert differences(content(village_crawled), village_content) == []


@pytest.mark.parametrize("fault", DOWN, ids=["it answers 503", "it does not answer"])
def test_no_section_is_begun_after_the_site_was_given_up(
    fault: Fault, village: Village, village_crawled: str, village_content: Content
) -> None:
    before = rows(village_crawled, VISITED)
    village.site.add_fault(fault)

    finished = village.crawl(village_crawled, "activities", *QUICKLY)

    assert finished.returncode == 1
    assert_that_the_last_run_gave_up(village_crawled, village)
    asked = asked_of_the_activities_site(village)
    assert len(asked) <= AT_MOST
    [(processed, failed, left)] = rows(
        village_crawled,
        "SELECT sections_processed, sections_failed, (stats ->> 'pulse/sections/left')::int"
        " FROM scraper_status ORDER BY id DESC LIMIT 1",
    )
    assert (processed, failed + left) == (0, sum(when is not None for _, when in before))
    assert left
    assert differences(content(village_crawled), village_content) == []
    assert rows(village_crawled, VISITED) == before


def test_the_next_run_brings_in_what_is_missing(
    village: Village, database: str, village_content: Content
) -> None:
    village.site.add_fault(DOWN[0])
    village.crawl(database, "accounts", *QUICKLY)
    village.site.clear_faults()

    for spider in "accounts", "activities":
        assert village.crawl(database, spider).returncode == 0

    assert differences(content(database), village_content) == []
