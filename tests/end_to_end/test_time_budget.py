"""A run whose time is spent finishes what it began, and leaves the rest to the next one."""

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences, without_aliases
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

LAST_RUN = """
    SELECT status, finish_reason, sections_processed, sections_failed, error_message
    FROM scraper_status ORDER BY id DESC LIMIT 1
"""
ORGANISATIONS = """
    SELECT activities_platform_slug FROM (
        SELECT activities_platform_slug, can_scrape_activities, last_scraped FROM sections
        UNION ALL
        SELECT activities_platform_slug, can_scrape_activities, last_scraped FROM countries
    ) AS organisations
"""
READ = f"{ORGANISATIONS} WHERE last_scraped IS NOT NULL"
UNREAD = f"{ORGANISATIONS} WHERE can_scrape_activities AND last_scraped IS NULL"
NO_TIME = 0.001


def visited(village: Village) -> set[str]:
    return {path.split("/")[2] for path in village.asked("^/organisation/")}


def test_sections_that_were_begun_are_finished_and_the_others_come_first_next_time(
    village: Village, database: str, village_content: Content
) -> None:
    assert village.crawl(database, "accounts").returncode == 0
    village.site.forget_requests()
    # The first two sections take longer than the run has.
    slow = Fault(kind="slow", path="/statistics$", seconds=4.5)
    village.site.add_fault(slow)
    few_at_a_time = ("-s", "ESN_SECTIONS_AT_ONCE=2")

    run = village.crawl(database, "activities", "-s", "ACTIVITIES_TIME_BUDGET=4", *few_at_a_time)

    assert run.returncode == 0, run.stderr
    village.site.clear_faults()
    begun = visited(village)
    left = {slug for (slug,) in rows(database, UNREAD)}
    assert begun
    assert left
    assert {slug for (slug,) in rows(database, READ)} == begun
    reason = f"time budget spent: {len(left)} section(s) left for the next run"
    assert rows(database, LAST_RUN) == [("completed", reason, len(begun), 0, None)]

    village.site.forget_requests()
    village.crawl(database, "activities", "-a", f"limit={len(left)}")

    assert visited(village) == left
    assert differences(content(database), village_content) == []


def test_without_time_no_section_is_begun(
    village: Village, database: str, village_content: Content
) -> None:
    run = village.crawl(database, "accounts", "-s", f"ACCOUNTS_TIME_BUDGET={NO_TIME}")

    assert run.returncode == 0, run.stderr
    sections = len(village_content["sections"])
    reason = f"time budget spent: {sections} section(s) left for the next run"
    assert rows(database, LAST_RUN) == [("completed", reason, 0, 0, None)]
    assert without_aliases(content(database)["countries"]) == without_aliases(
        village_content["countries"]
    )
    assert village.asked("^/section/") == []
    # They did not fail.
    assert rows(database, "SELECT * FROM failed_scrapes") == []
