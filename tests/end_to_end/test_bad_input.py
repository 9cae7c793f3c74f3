"""Hostile and broken sites: whatever they answer, a run ends by itself and stores what is right."""

import dataclasses
import re
from collections.abc import Iterator

import pytest

from sample.truth import Truth
from tests.conftest import Crawl, create_database, database_name, drop_database
from tests.end_to_end.bad_network import (
    FAR,
    FAR_OFF,
    FARTHER,
    INJECTED_ACTIVITY,
    INJECTED_SECTION,
    network,
    page_of,
)
from tests.end_to_end.bad_outcome import Outcome, crawled
from tests.end_to_end.bad_values import (
    COUNTS,
    MEGABYTE,
    NO_ROW,
    OF_ACTIVITIES,
    OF_SECTIONS,
)
from tests.end_to_end.oddities import (
    ALIASES,
    DEAD_ENDS,
    LISTINGS,
    PAGES,
    STATISTICS,
    STORED,
)
from tests.end_to_end.tables import junction, rows, table


@pytest.fixture(scope="module")
def outcome(
    server: str, migrated_template: str, crawl: Crawl, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outcome]:
    conninfo = create_database(server, database_name(migrated_template))
    with crawled(conninfo, crawl, tmp_path_factory.mktemp("pulse")) as outcome:
        yield outcome
    drop_database(server, conninfo)


def test_both_runs_end_by_themselves(outcome: Outcome) -> None:
    ends = rows(
        outcome.conninfo,
        "SELECT status, finish_reason, sections_processed + sections_failed ="
        " (stats ->> 'pulse/sections/known')::int FROM scraper_status",
    )
    assert ends == [("completed", "finished", True)] * 2


def test_nothing_is_too_much_for_the_program_or_the_database(outcome: Outcome) -> None:
    assert not [why for why in outcome.failures.values() if "in the program" in why]
    assert not [log for log in outcome.logs if "Traceback" in log]
    assert not [url for url, field in outcome.errors if field is None]


def test_neither_time_memory_disk_nor_log_runs_out(outcome: Outcome) -> None:
    figures = rows(
        outcome.conninfo,
        "SELECT (stats ->> 'memusage/max')::bigint, (stats ->> 'elapsed_time_seconds')::float,"
        " pg_database_size(current_database()) FROM scraper_status",
    )
    for memory, seconds, database in figures:
        assert memory < 600 * MEGABYTE
        assert seconds < 60
        assert database < 50 * MEGABYTE
    assert sum(file.stat().st_size for file in outcome.folder.rglob("*")) < 5 * MEGABYTE
    assert all(len(line) < 10_000 for log in outcome.logs for line in log.splitlines())


def test_nobody_else_than_the_two_sites_is_asked(outcome: Outcome) -> None:
    assert {site for site, _, _ in outcome.site.asked} == {"accounts", "activities"}


def test_what_several_listings_show_is_asked_for_once(outcome: Outcome) -> None:
    assert [path for *_, path in outcome.site.asked].count("/activity/shared") == 1


def test_what_robots_txt_forbids_is_not_asked_for(outcome: Outcome) -> None:
    asked = {path for *_, path in outcome.site.asked}
    assert not asked & {"/activity/forbidden", "/user/login"}


def test_what_is_told_of_failures_is_plain_text(outcome: Outcome) -> None:
    told = [*outcome.failures.values(), *outcome.errors.values(), *outcome.logs]
    assert not [text for text in told if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)]


# --- Texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", Truth(network(), "", "").tables())
def test_injected_text_is_stored_as_it_is(name: str, outcome: Outcome) -> None:
    alone = dataclasses.replace(
        network(), sections=(INJECTED_SECTION,), activities=(INJECTED_ACTIVITY,)
    )
    truth = Truth(alone, outcome.site.urls["accounts"], outcome.site.urls["activities"])
    others = {"section_count": len(network().sections)} if name == "countries" else {}

    stored = table(outcome.conninfo, name)

    for row in truth.tables()[name]:
        assert row | others in [{column: one[column] for column in row} for one in stored]


def test_injected_names_are_linked(outcome: Outcome) -> None:
    slug = INJECTED_ACTIVITY.event_slug
    assert (slug, INJECTED_SECTION.slug) in outcome.linked
    causes = junction(outcome.conninfo, "activity_to_cause")
    assert {(slug, cause) for cause in INJECTED_ACTIVITY.causes} < causes
    types = junction(outcome.conninfo, "activity_to_type")
    assert {(slug, name) for name in INJECTED_ACTIVITY.types} < types


def test_what_can_not_be_stored_is_left_out_of_a_text(outcome: Outcome) -> None:
    title = outcome.activities["entities"]["title"]
    assert re.sub("[\ufffd\uffff]", "", title) == "ABCDEFGH😀IJ&nosuch;"


def test_bytes_that_are_no_text_become_replacement_characters(outcome: Outcome) -> None:
    assert set(outcome.activities["no-utf-8"]["description"]) == set("\ufffd(")


def test_a_megabyte_of_text_is_cut_or_kept(outcome: Outcome) -> None:
    row = outcome.activities["long"]
    lengths = {name: len(row[name]) for name in ("title", "city", "activity_type", "description")}
    assert list(lengths.values()) == [255, 100, 100, MEGABYTE]
    assert [len(name) for name in row["partners"]] == [255]
    broken = {field for url, field in outcome.errors if url.endswith("/activity/long")}
    assert broken == {"title", "city", "types", "partners", "causes", "objectives"}


def test_an_address_that_is_too_long_is_told(outcome: Outcome) -> None:
    pages = f"{outcome.site.urls['activities']}/activity/"
    assert not {FAR, FARTHER, FAR_OFF} & outcome.activities.keys()
    for slug in FAR, FARTHER:
        assert "longer than 255" in outcome.errors[f"{pages}{slug}"[:500], "url"]
    assert outcome.failures[f"{pages}{FAR_OFF}"[:500]] == "the site answered 500"


def test_ten_thousand_names_are_none(outcome: Outcome) -> None:
    assert outcome.activities["crowded"]["is_valid"] is False
    assert not [
        slug for slug, _ in junction(outcome.conninfo, "activity_to_cause") if slug == "crowded"
    ]
    assert outcome.activities["crowded"]["partners"] == []
    for field in ("organisers", "partners", "types", "causes", "objectives"):
        assert "more than 1000 entries" in outcome.error("activities", "/activity/crowded", field)


# --- Pages, by their kind --------------------------------------------------------------------


def assert_came_of_it(expected: str, failure: str, *, stored: bool) -> None:
    if expected == STORED:
        assert (stored, failure) == (True, "")
    else:
        assert re.search(expected, failure), failure
        assert not stored


@pytest.mark.parametrize("name", PAGES)
def test_the_page_of_an_activity(name: str, outcome: Outcome) -> None:
    failure = outcome.failure("activities", f"/activity/{name}")
    row = outcome.activities.get(name, {})
    assert_came_of_it(PAGES[name][1], failure, stored=bool(row))
    assert row.get("title", f"Party {name}") == f"Party {name}"


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing(name: str, outcome: Outcome) -> None:
    slug, expected = f"tr-listing-{name}", LISTINGS[name][1]
    failure = outcome.failure("activities", page_of("listing", name, "activities"))
    dated = outcome.sections[slug]["last_scraped"] is not None
    assert_came_of_it(expected, failure, stored=dated)
    assert (("before", slug) in outcome.linked) is (expected != STORED)
    assert ("shared", slug) in outcome.linked or expected != STORED


@pytest.mark.parametrize("name", STATISTICS)
def test_statistics(name: str, outcome: Outcome) -> None:
    slug, expected = f"tr-statistics-{name}", STATISTICS[name][1]
    failure = outcome.failure("activities", page_of("statistics", name, "statistics"))
    row = outcome.statistics[slug]
    dated = outcome.sections[slug]["last_scraped"] is not None
    assert_came_of_it(expected, failure, stored=dated)
    known = (2, 3) if expected == STORED else (70, 70)
    assert (row["physical_activities"], row["online_activities"]) == known


@pytest.mark.parametrize("name", DEAD_ENDS)
def test_the_page_of_a_section(name: str, outcome: Outcome) -> None:
    row = outcome.sections[f"tr-section-{name}"]
    failure = outcome.failure("accounts", f"/section/tr-section-{name}")
    changed = (row["name"], row["city"]) != ("Before", "Before")
    assert_came_of_it(DEAD_ENDS[name][1], failure, stored=changed)


@pytest.mark.parametrize("name", ALIASES)
def test_the_search_for_an_alias(name: str, outcome: Outcome) -> None:
    row = outcome.sections[f"tr-alias-{name}"]
    failure = outcome.failure("activities", page_of("alias", name, "activities"))
    assert_came_of_it(ALIASES[name][1], failure, stored=row["can_scrape_activities"] is not None)
    assert row["name"] == f"ESN alias-{name}"


def test_countries_that_are_none(outcome: Outcome) -> None:
    """Their own rows can't be stored, but those of their sections can."""
    assert [row["country_code"] for row in table(outcome.conninfo, "countries")] == ["TR"]
    assert outcome.error("accounts", "/country/zz", "name") == "is missing"
    assert "should match" in outcome.error("accounts", "/country/x'", "country_code")
    for slug in "zz-lonely", "x-quote":
        assert outcome.sections[slug]["country_code"] is None
    assert len(outcome.sections) == len(network().sections) + 2


# --- Values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "field", "shown", "stored"), OF_ACTIVITIES)
def test_a_value_of_an_activity(
    slug: str, field: str, shown: str, stored: object, outcome: Outcome
) -> None:
    is_odd = slug.startswith("odd")
    row = outcome.activities.get(slug, {field: NO_ROW, "is_valid": False})
    assert (row[field], row["is_valid"]) == (stored, is_odd)
    assert is_odd is not bool(outcome.error("activities", f"/activity/{slug}", field))


@pytest.mark.parametrize(("slug", "field", "shown", "stored"), OF_SECTIONS)
def test_a_value_of_a_section(
    slug: str, field: str, shown: str, stored: object, outcome: Outcome
) -> None:
    is_odd = slug.startswith("odd")
    assert outcome.sections[f"tr-{slug}"][field] == stored
    assert is_odd is not bool(outcome.error("accounts", f"/section/tr-{slug}", field))


@pytest.mark.parametrize("count", COUNTS, ids=lambda count: count[:20])
def test_a_count(count: str, outcome: Outcome) -> None:
    causes = table(outcome.conninfo, "section_cause_statistics")
    [total] = [row["total_count"] for row in causes if row["cause_name"] == f"as {count}"[:99]]
    assert total == COUNTS[count]
