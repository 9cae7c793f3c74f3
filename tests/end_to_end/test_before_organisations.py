"""A database of an older version, which knew sections and first types only, after a run of both."""

from typing import Any

import psycopg
import pytest

from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows

# That version took an alias that exists for the section's: what was read of Ostravská stood under
# the section whose name makes Ostravská's alias.
RIGHTFUL, WRONG = "cz-ostr-vsb", "cz-ostr-tuo"
OWNED = (
    "section_listings",
    "section_overall_statistics",
    "section_cause_statistics",
    "section_type_statistics",
    "section_participant_statistics",
    "section_snapshots",
    "activity_section_organisers",
)
ALIAS = "activities_platform_slug, activities_url, can_scrape_activities, last_scraped"
FORGET = """
    DELETE FROM activity_organisers;
    UPDATE activities SET partners = NULL;
    DELETE FROM activity_to_type;
    DELETE FROM activity_types;
    DELETE FROM organisation_former_slugs;
    DELETE FROM country_listings;
    DELETE FROM country_overall_statistics;
    DELETE FROM country_cause_statistics;
    DELETE FROM country_type_statistics;
    DELETE FROM country_participant_statistics;
    DELETE FROM country_snapshots;
    DELETE FROM validation_errors WHERE section_id IS NULL AND country_code IS NOT NULL;
    DELETE FROM failed_scrapes WHERE section_id IS NULL AND country_code IS NOT NULL;
    DELETE FROM activities AS a WHERE NOT EXISTS (
        SELECT FROM section_listings AS l WHERE l.event_slug = a.event_slug
    );
    UPDATE countries SET activities_platform_slug = NULL, activities_url = NULL,
        can_scrape_activities = NULL, last_validated_activities_slug = NULL, alias_since = NULL,
        last_scraped = NULL, listing_read_at = NULL, listing_digest = NULL;
    UPDATE sections SET alias_since = NULL;
    DELETE FROM organisations;
    INSERT INTO organisations (slug, section_id)
    SELECT activities_platform_slug, id FROM sections WHERE activities_platform_slug IS NOT NULL;
"""
WAITING = "SELECT count(*) FROM activities WHERE partners IS NULL"


@pytest.fixture
def before(crawled: str) -> str:
    """A database as an older version would have left it."""
    ids = "SELECT accounts_platform_slug, id FROM sections"
    with psycopg.connect(crawled) as connection:
        sections: dict[str, int] = dict(connection.execute(ids).fetchall())
        for table in OWNED:
            connection.execute(
                f"UPDATE {table} SET section_id = %s WHERE section_id = %s",
                [sections[WRONG], sections[RIGHTFUL]],
            )
        connection.execute(
            f"UPDATE sections AS s SET ({ALIAS}) = (SELECT {ALIAS} FROM sections WHERE id = %s)"
            " WHERE id = %s",
            [sections[RIGHTFUL], sections[WRONG]],
        )
        connection.execute(
            "UPDATE sections SET activities_platform_slug = NULL, activities_url = NULL,"
            " can_scrape_activities = FALSE, last_scraped = NULL, listing_read_at = NULL,"
            " listing_digest = NULL WHERE id = %s",
            [sections[RIGHTFUL]],
        )
        connection.execute(FORGET)
    return crawled


def told(conninfo: str) -> Content:
    """Return what is stored, but for since when a section has its alias, which nobody knows.

    Nor for what a first search for aliases has met without any use for it.
    """
    found = content(conninfo)
    met = found["organisations"]
    found["organisations"] = {
        key: row for key, row in met.items() if row["name"] or row["section"] or row["country_code"]
    }
    for row in found["sections"].values():
        row.pop("alias_since", None)
    return found


def without_waiting(found: Content) -> Content:
    """Leave out what is learnt page by page: who organises an activity, and all of its types."""
    waiting = {
        *("activity_organisers", "organisations", "organisation_former_slugs"),
        *("activity_types", "activity_to_type"),
    }
    found = {table: stored for table, stored in found.items() if table not in waiting}
    activities = found["activities"].items()
    return found | {"activities": {key: row | {"partners": None} for key, row in activities}}


def test_one_run_brings_it_right_and_says_what_waits(
    before: str, crawled_template: str, crawl_sample: Any
) -> None:
    for spider in "accounts", "activities":
        finished = crawl_sample(before, spider)
        assert finished.returncode == 0, finished.stderr
    [(waiting,)] = rows(before, WAITING)

    expected, found = told(crawled_template), told(before)
    assert differences(without_waiting(found), without_waiting(expected)) == []
    assert f"{waiting} activities were last read by an older version" in finished.stderr
    assert waiting

    finished = crawl_sample(before, "activities", "-a", "full=1")
    assert "an older version" not in finished.stderr
    crawl_sample(before, "accounts")  # asks for aliases that pages name, but nobody has

    assert differences(told(before), expected) == []
