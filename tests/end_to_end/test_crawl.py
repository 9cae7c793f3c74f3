"""One crawl by both spiders stores the whole sample network, every column right."""

from collections import Counter
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

import pytest

from sample.truth import Truth
from tests.end_to_end.tables import junction, rows, table

TABLES = (
    "countries",
    "sections",
    "organisations",
    "activities",
    "activity_organisers",
    "activity_causes",
    "activity_types",
    "objectives",
    "section_overall_statistics",
    "section_cause_statistics",
    "section_type_statistics",
    "section_participant_statistics",
    "section_listings",
    "country_overall_statistics",
    "country_cause_statistics",
    "country_type_statistics",
    "country_participant_statistics",
    "country_snapshots",
    "country_listings",
)
JUNCTIONS = (
    "activity_section_organisers",
    "activity_to_type",
    "activity_to_cause",
    "activity_to_sdg",
    "activity_to_objective",
)


def in_order(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(listed, key=lambda row: [str(value) for value in row.values()])


@pytest.mark.parametrize("name", TABLES)
def test_every_row_and_column_is_as_on_the_site(
    name: str, crawled_template: str, truth: Truth
) -> None:
    expected = truth.tables()[name]
    columns = list(expected[0])

    stored = [{c: row[c] for c in columns} for row in table(crawled_template, name)]

    assert in_order(stored) == in_order(expected)


@pytest.mark.parametrize("name", JUNCTIONS)
def test_every_relation_is_as_on_the_site(name: str, crawled_template: str, truth: Truth) -> None:
    assert junction(crawled_template, name) == truth.junctions()[name]


def test_what_is_broken_is_recorded_with_the_record(crawled_template: str, truth: Truth) -> None:
    errors = rows(
        crawled_template,
        "SELECT url, field_name, error_message, raw_data, resolved_at FROM validation_errors",
    )

    assert {(url, field) for url, field, *_ in errors} == truth.validation_errors()
    assert len(errors) == len(truth.validation_errors())
    for url, field, message, raw, resolved in errors:
        assert raw["url"] == url
        assert field in raw
        assert message
        assert resolved is None


def test_what_could_not_be_had_is_recorded(crawled_template: str, truth: Truth) -> None:
    failures = rows(
        crawled_template,
        "SELECT url, http_status_code, coalesce(section_id::text, country_code)"
        " FROM failed_scrapes",
    )

    assert {url for url, *_ in failures} == truth.failed_scrapes()
    assert {status for _, status, _ in failures} == {404, 500}
    assert all(met_by for *_, met_by in failures)


def test_failures_and_errors_name_the_country_in_whose_listing_alone_they_were_met(
    crawled_template: str,
) -> None:
    where = "section_id, country_code FROM {} WHERE url ~ '{}'"
    failed = "SELECT " + where.format("failed_scrapes", "closed-session-584$")
    broken = "SELECT " + where.format("validation_errors", "summit-presidents-583$")

    assert rows(crawled_template, failed) == [(None, "PL")]
    assert rows(crawled_template, broken) == [(None, "PL")]


def test_old_aliases_are_remembered(crawled_template: str) -> None:
    former = rows(crawled_template, "SELECT former_slug, slug FROM organisation_former_slugs")

    assert {*former} == {("esn-maynooth", "esn-kildare-students"), ("esn-italy", "esn-italia")}


@pytest.mark.parametrize("name", ["sections", "countries"])
def test_sections_and_countries_are_dated_when_they_were_read_completely(
    name: str, crawled_template: str
) -> None:
    undated = rows(
        crawled_template,
        f"SELECT name FROM {name} WHERE can_scrape_activities <> (last_scraped IS NOT NULL)",
    )

    assert undated == []


def test_both_runs_are_on_record(crawled_template: str, truth: Truth) -> None:
    runs = rows(
        crawled_template,
        "SELECT scraper_module, status, sections_processed, sections_failed, error_message,"
        " completed_at > started_at FROM scraper_status ORDER BY id",
    )
    visited = [*truth.sections(), *truth.countries()]
    known = [one for one in visited if one["can_scrape_activities"]]
    failed = sum(section.page_status != 200 for section in truth.network.sections)

    assert runs == [
        ("AccountsScraper", "completed", len(truth.sections()) - failed, failed, None, True),
        ("ActivitiesAndStatisticsScraper", "completed", len(known), 0, None, True),
    ]


def test_each_page_is_asked_for_once_and_robots_txt_first(
    requests_of_a_crawl: list[tuple[str, str, str]], truth: Truth
) -> None:
    asked = [(site, path) for site, method, path in requests_of_a_crawl if method == "GET"]
    failing = {urlsplit(url).path for url in truth.failed_scrapes()}
    times = Counter(path for _, path in asked if "/activity/" in path or "/section/" in path)

    assert len(times) > len(truth.activities())
    assert {path for path, count in times.items() if count > 1} <= failing
    for name in ("accounts", "activities"):
        assert next(path for site, path in asked if site == name) == "/robots.txt"


def test_a_future_activity_is_marked(crawled_template: str, truth: Truth) -> None:
    marked = rows(crawled_template, "SELECT event_slug FROM activities WHERE is_future_event")
    later = {a["event_slug"] for a in truth.activities() if a["is_future_event"]}

    assert set(map(itemgetter(0), marked)) == later
    assert later
