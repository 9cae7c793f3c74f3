"""``scrapy revalidate``: what is valid by today's rules is stored, the rest is read again."""

from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.types.json import Jsonb

from esn_pulse.items import ActivityItem, CountryItem, PulseItem, SectionItem, StatisticsItem
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

STORED = """
    SELECT c.email, s.website, a.title, t.total_coordinators
    FROM sections s JOIN countries c USING (country_code), activities a,
        section_overall_statistics t
    WHERE s.accounts_platform_slug = 'tr-anka-met' AND t.section_id = s.id
        AND a.event_slug = 'welcome-week-505' AND a.is_valid
"""
OPEN = "SELECT url, field_name FROM validation_errors WHERE resolved_at IS NULL ORDER BY 1, 2"


def records(village: Village, conninfo: str, **values: Any) -> dict[str, PulseItem]:
    """Return a record of each kind, by the field that was found broken when it was read."""
    accounts, activities = village.site.accounts_url, village.site.activities_url
    [(metu,)] = rows(
        conninfo, "SELECT id FROM sections WHERE accounts_platform_slug = 'tr-anka-met'"
    )
    return {
        "email": CountryItem(
            f"{accounts}/country/tr",
            country_code="TR",
            name="Türkiye",
            slug="turkiye",
            section_count=6,
            email=values["email"],
        ),
        "website": SectionItem(
            f"{accounts}/section/tr-anka-met",
            "TR",
            "tr-anka-met",
            name="ESN METU",
            website=values["website"],
        ),
        "title": ActivityItem(
            f"{activities}/activity/welcome-week-505",
            metu,
            [metu],
            types=[],
            partners=[],
            event_slug="welcome-week-505",
            title=values["title"],
            description="We met & we laughed.",
            start_date="01/02/2025",
        ),
        "total_coordinators": StatisticsItem(
            f"{activities}/organisation/esn-metu/statistics",
            metu,
            total_coordinators=values["total_coordinators"],
        ),
    }


def leave_errors(conninfo: str, broken: dict[str, PulseItem]) -> None:
    """Leave open errors, as an earlier run under other rules would have done."""
    with psycopg.connect(conninfo) as connection:
        for field, item in broken.items():
            raw = vars(item)
            connection.execute(
                "INSERT INTO validation_errors"
                " (url, section_id, field_name, error_message, item, raw_data)"
                " VALUES (%s, %s, %s, 'was found broken', %s, %s)",
                [item.url, raw.get("section_id"), field, type(item).__name__, Jsonb(raw)],
            )


def test_what_is_valid_by_now_is_stored_without_asking_for_its_page(
    village: Village, village_crawled: str
) -> None:
    values = {
        "email": "board@tr.example",
        "website": "https://metu.example/new",
        "title": "Welcome, Week!",
        "total_coordinators": "4711",
    }
    still_broken = rows(village_crawled, OPEN)
    valid = records(village, village_crawled, **values)
    leave_errors(village_crawled, valid)

    finished = village.scrapy(village_crawled, "revalidate")

    assert finished.returncode == 0, finished.stderr
    assert rows(village_crawled, STORED) == [
        ("board@tr.example", "https://metu.example/new", "Welcome, Week!", 4711)
    ]
    assert rows(village_crawled, OPEN) == still_broken
    assert not {urlsplit(item.url).path for item in valid.values()} & set(village.asked())


def test_what_is_still_broken_is_read_again_and_resolved_if_the_page_is_right(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    values = {
        "email": "board(at)tr.example",
        "website": "htp:/",
        "title": None,
        "total_coordinators": "many",
    }
    pages = {url for (url,) in rows(village_crawled, "SELECT url FROM validation_errors")}
    broken = records(village, village_crawled, **values)
    leave_errors(village_crawled, broken)
    with psycopg.connect(village_crawled) as connection:
        connection.execute("UPDATE countries SET email = NULL WHERE country_code = 'TR'")
        connection.execute("UPDATE sections SET website = NULL WHERE name = 'ESN METU'")
        connection.execute("UPDATE activities SET is_valid = FALSE WHERE event_slug ~ '-505$'")
        connection.execute(
            "UPDATE section_overall_statistics SET total_coordinators = 0 FROM sections s"
            " WHERE s.id = section_id AND name = 'ESN METU'"
        )

    finished = village.scrapy(village_crawled, "revalidate")

    assert finished.returncode == 0, finished.stderr
    assert differences(content(village_crawled), village_content) == []
    pages |= {item.url for item in broken.values()}
    asked = village.asked("^/(country|section|activity)/|/statistics$")
    assert sorted(asked) == sorted(urlsplit(url).path for url in pages)


def test_without_a_broken_record_there_is_nothing_to_do(
    village: Village, village_crawled: str
) -> None:
    with psycopg.connect(village_crawled) as connection:
        connection.execute("UPDATE validation_errors SET resolved_at = now()")

    finished = village.scrapy(village_crawled, "revalidate")

    assert finished.returncode == 0
    assert finished.stdout == "No broken record is on file.\n"
    assert village.asked() == []
