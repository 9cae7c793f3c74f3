"""What later runs do to what is stored: nothing, unless the site says something new."""

from functools import partial
from operator import itemgetter
from typing import Any

import psycopg

from sample.process import SampleSite
from sample.sites.faults import Fault
from tests.end_to_end.tables import Row, activities_of, dump, rows

METU = "tr-anka-met"


def without_counters(dumped: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Leave out what counts runs: their own rows, how far they came, and how often a URL failed.

    By which of those that list it a failed activity was met is left to chance. Of snapshots there
    is one a day, and midnight may have passed: the last one of each section and country stays.
    """
    del dumped["scraper_status"], dumped["run_progress"]
    for table, key in ("section_snapshots", "section_id"), ("country_snapshots", "country_code"):
        snapshots = sorted(dumped[table], key=itemgetter("day"))
        latest = {row[key]: {**row, "day": None} for row in snapshots}
        dumped[table] = [latest[identity] for identity in sorted(latest)]
    for row in dumped["failed_scrapes"]:
        del row["retry_count"], row["section_id"], row["country_code"]
    return dumped


def section(conninfo: str, slug: str) -> Row:
    return next(s for s in dump(conninfo)["sections"] if s["accounts_platform_slug"] == slug)


def last_scraped(conninfo: str, slug: str = METU) -> Any:
    query = f"SELECT last_scraped FROM sections WHERE accounts_platform_slug = '{slug}'"
    return rows(conninfo, query)[0][0]


def test_the_same_crawl_again_changes_nothing_but_timestamps(
    site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    before = without_counters(dump(crawled))
    changed_before = rows(crawled, "SELECT event_slug, updated_at FROM activities ORDER BY 1")

    for spider in "accounts", "activities":
        assert crawl_sample(crawled, spider).returncode == 0

    assert without_counters(dump(crawled)) == before
    after = rows(crawled, "SELECT event_slug, updated_at FROM activities ORDER BY 1")
    assert after == changed_before


def test_a_section_whose_page_fails_keeps_what_was_known(
    site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    before = section(crawled, METU)
    site.add_fault(Fault(kind="status", path=f"/section/{METU}$", status=503))

    crawl_sample(crawled, "accounts", "-a", "country=tr")

    assert section(crawled, METU) == before
    failed = rows(crawled, f"SELECT http_status_code FROM failed_scrapes WHERE url ~ '{METU}$'")
    assert failed == [(503,)]


def test_a_failed_statistics_page_holds_the_section_back_until_it_succeeds(
    site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    before = last_scraped(crawled)
    still_open = "SELECT count(*) FROM failed_scrapes WHERE url ~ 'esn-metu' AND will_retry"

    site.add_fault(Fault(kind="drop", path="esn-metu/statistics"))
    crawl_sample(crawled, "activities", "-a", "section=esn-metu")
    assert last_scraped(crawled) == before
    assert rows(crawled, still_open) == [(1,)]

    site.clear_faults()
    crawl_sample(crawled, "activities", "-a", "section=esn-metu")
    assert last_scraped(crawled) > before
    assert rows(crawled, still_open) == [(0,)]


def test_an_alias_check_that_proves_nothing_leaves_the_alias(
    site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    aliases = "SELECT accounts_platform_slug, can_scrape_activities, activities_platform_slug,"
    aliases += " activities_url, last_validated_activities_slug FROM sections ORDER BY 1"
    before = rows(crawled, aliases)
    site.add_fault(Fault(kind="status", path="^/organisation/", site="activities", status=503))

    crawl_sample(crawled, "accounts", "-a", "country=no")

    assert rows(crawled, aliases) == before


def test_a_pinned_alias_wins_and_stale_future_marks_are_corrected(
    site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    stale = (
        "SELECT count(*) FROM activities"
        " WHERE is_future_event <> (start_date > (now() AT TIME ZONE 'UTC')::date)"
    )
    with psycopg.connect(crawled) as connection:
        connection.execute("UPDATE activities SET is_future_event = NOT is_future_event")
        connection.execute(
            "INSERT INTO section_slug_overrides VALUES ('cz-pard-upc', 'esn-isc-pardubice')"
        )
    assert section(crawled, "cz-pard-upc")["can_scrape_activities"] is False

    crawl_sample(crawled, "accounts", "-a", "country=cz")

    found = section(crawled, "cz-pard-upc")
    assert found["can_scrape_activities"] is True
    assert found["activities_platform_slug"] == "esn-isc-pardubice"
    assert rows(crawled, stale) == [(0,)]


def test_a_failed_listing_page_holds_the_section_back_but_not_the_others(
    site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    before = last_scraped(crawled)
    site.add_fault(Fault(kind="status", path=r"esn-metu/activities\?page=2", status=500))

    crawl_sample(crawled, "activities", "-a", "section=esn-metu", "-a", "full=1")

    assert last_scraped(crawled) == before
    listing = [path for _, _, path in site.requests() if "/esn-metu/activities" in path]
    assert {int(path.rpartition("=")[2]) for path in listing} == set(range(6))
    run = "SELECT sections_processed, sections_failed FROM scraper_status ORDER BY id DESC LIMIT 1"
    assert rows(crawled, run) == [(0, 1)]


def test_faults_that_pass_lose_nothing(site: SampleSite, crawled: str, crawl_sample: Any) -> None:
    before = activities_of(crawled, "esn-metu")
    with psycopg.connect(crawled) as connection:
        connection.execute("TRUNCATE activities, section_overall_statistics CASCADE")
    passing = partial(Fault, site="activities", path="^/(activity|organisation)/", share=0.3)
    site.add_fault(passing(kind="status", status=429, retry_after=0, times=20))
    site.add_fault(passing(kind="drop", times=10))
    site.add_fault(passing(kind="truncate", times=10))

    crawl_sample(crawled, "activities", "-a", "section=esn-metu", "-s", "RETRY_TIMES=9")

    assert activities_of(crawled, "esn-metu") == before
