"""What BI tools see after a run is what the run has stored."""

import psycopg

from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

COUNTED = "SELECT count(*) FROM activities WHERE is_valid AND removed_at IS NULL"
SNAPSHOTS = """
    SELECT section_id, physical_activities, online_activities, total_local_students,
        total_international_students, total_coordinators
    FROM {} ORDER BY section_id
"""
IS_DAY_OF_READING = """
    SELECT DISTINCT p.day = (t.scraped_at AT TIME ZONE 'UTC')::date
    FROM section_snapshots AS p JOIN section_overall_statistics AS t USING (section_id)
"""
IS_AS_LAST_READ = """
    SELECT DISTINCT s.country_code = 'TR', p.total_coordinators = t.total_coordinators
    FROM section_snapshots AS p JOIN section_overall_statistics AS t
        ON t.section_id = p.section_id AND (t.scraped_at AT TIME ZONE 'UTC')::date = p.day
    JOIN sections AS s ON s.id = p.section_id
"""
LAST_RUN = "SELECT status, error_message FROM scraper_status ORDER BY id DESC LIMIT 1"


def test_a_run_ends_with_views_that_are_up_to_date(village_crawled: str) -> None:
    assert rows(village_crawled, COUNTED) == rows(
        village_crawled, "SELECT count(*) FROM bi.activities"
    )
    assert rows(village_crawled, COUNTED) == rows(
        village_crawled, "SELECT sum(activities) FROM bi.network_months"
    )
    busiest = "SELECT section FROM bi.section_figures ORDER BY activities DESC LIMIT 1"
    assert rows(village_crawled, busiest) == [("ESN METU",)]


def test_a_run_keeps_the_totals_of_its_day(village: Village, village_crawled: str) -> None:
    totals = SNAPSHOTS.format("section_overall_statistics")
    snapshots = SNAPSHOTS.format("section_snapshots")
    assert rows(village_crawled, snapshots) == rows(village_crawled, totals)
    assert rows(village_crawled, IS_DAY_OF_READING) == [(True,)]
    with psycopg.connect(village_crawled) as connection:
        connection.execute("UPDATE section_snapshots SET total_coordinators = 99999")

    village.crawl(village_crawled, "activities", "-a", "country=tr")

    assert sorted(rows(village_crawled, IS_AS_LAST_READ)) == [(False, False), (True, True)]


def test_a_run_says_that_the_views_could_not_be_refreshed(
    village: Village, village_crawled: str
) -> None:
    with psycopg.connect(village_crawled) as connection:
        connection.execute("ALTER MATERIALIZED VIEW bi_cache.section_quality RENAME TO lost")

    finished = village.crawl(village_crawled, "activities", "-a", "section=esn-metu")

    assert finished.returncode == 1
    [(status, error)] = rows(village_crawled, LAST_RUN)
    assert status == "failed"
    assert "all that was read is stored, but the views" in error
    assert 'relation "bi_cache.section_quality" does not exist' in error
