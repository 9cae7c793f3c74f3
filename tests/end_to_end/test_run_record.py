"""What ``scraper_status`` says of a run is what the site saw and the database got."""

from pathlib import Path

import psycopg

from sample.sites.faults import Fault
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

LAST_RUN = """
    SELECT status, finish_reason, sections_processed, sections_failed, requests, requests_failed,
        items_stored, items_unchanged, items_invalid, pages_drifted, quality_score::float
    FROM scraper_status ORDER BY id DESC LIMIT 1
"""
STATS = "SELECT stats FROM scraper_status ORDER BY id DESC LIMIT 1"
METU = ("activities", "-a", "section=esn-metu", "-a", "full=1")

# The listing shows 54 activities. Two of them can't be had (404, 500), eleven are broken, two of
# these so much that they are not stored.
LISTED, GONE, FAILING, BROKEN = 56, 1, 1, 11


def last_run(conninfo: str) -> dict[str, object]:
    with psycopg.connect(conninfo, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(LAST_RUN).fetchone() or {}


def test_a_run_that_brings_news_and_meets_faults(
    tmp_path: Path, village: Village, village_crawled: str
) -> None:
    with psycopg.connect(village_crawled) as connection:
        connection.execute("DELETE FROM activities WHERE event_slug = 'welcome-week-505'")
        connection.execute("UPDATE activities SET title = 'old' WHERE event_slug ~ '-503$'")
        connection.execute("UPDATE section_overall_statistics SET online_activities = 99999")
    village.site.add_fault(Fault(kind="other_markup", path="^/activity/.*-501$"))
    village.site.add_fault(Fault(kind="status", path="^/activity/.*-502$", status=503, times=1))
    village.site.add_fault(Fault(kind="truncate", path="^/activity/.*-506$"))

    finished = village.crawl(
        village_crawled, *METU, "-s", "RETRY_TIMES=1", "-s", f"PULSE_DIR={tmp_path}"
    )

    assert finished.returncode == 0, finished.stderr
    records = LISTED - GONE - FAILING - 2 + 1  # and the statistics
    assert last_run(village_crawled) == {
        "status": "completed",
        "finish_reason": "finished",
        "sections_processed": 1,
        "sections_failed": 0,
        "requests": len(village.asked()),
        "requests_failed": FAILING + 1,
        "items_stored": 3,
        "items_unchanged": records - 3 - 2,
        "items_invalid": BROKEN,
        "pages_drifted": 1,
        "quality_score": round(100 * (records - BROKEN) / (records + FAILING + 2), 2),
    }


def test_all_of_scrapy_s_figures_are_kept(village: Village, village_crawled: str) -> None:
    village.crawl(village_crawled, *METU)

    [(stats,)] = rows(village_crawled, STATS)
    assert stats["downloader/request_count"] == len(village.asked())
    assert stats["downloader/response_status_count/404"] == GONE
    assert stats["finish_reason"] == "finished"
    assert stats["start_time"] < stats["finish_time"]
    assert stats["pulse/pages/gone"] == GONE
    assert stats["pulse/items/rejected"] == 2


def test_requests_are_counted_with_those_for_aliases_and_robots_txt(
    village: Village, village_crawled: str
) -> None:
    village.crawl(village_crawled, "accounts", "-a", "country=ie")

    run = last_run(village_crawled)
    sections = len(village.asked("^/section/"))
    assert run["requests"] == len(village.asked())
    assert run["sections_processed"] == sections
    assert run["items_unchanged"] == sections + 1
    assert (run["items_stored"], run["items_invalid"], run["quality_score"]) == (0, 0, 100)
