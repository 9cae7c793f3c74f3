from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sample.truth import Truth

OSTRAVA = {"cz-ostr-vsb": "esn-vsb-tu-ostrava"}


def section(truth: Truth, slug: str) -> dict[str, Any]:
    return next(row for row in truth.sections() if row["accounts_platform_slug"] == slug)


def activity(truth: Truth, event_slug: str) -> dict[str, Any]:
    return next(row for row in truth.activities() if row["event_slug"] == event_slug)


def test_every_reference_has_its_row(truth: Truth) -> None:
    tables, junctions = truth.tables(), truth.junctions()
    codes = {row["country_code"] for row in tables["countries"]}
    slugs = {row["accounts_platform_slug"] for row in tables["sections"]}
    events = {row["event_slug"] for row in tables["activities"]}
    assert {row["country_code"] for row in tables["sections"]} == codes
    assert {row["country_code"] for row in tables["activities"]} <= codes | {None}
    assert {event for pairs in junctions.values() for event, _ in pairs} == events
    assert {slug for _, slug in junctions["activity_section_organisers"]} <= slugs
    statistics = [rows for name, rows in tables.items() if name.endswith("_statistics")]
    assert {row["accounts_platform_slug"] for rows in statistics for row in rows} <= slugs


def test_every_activity_has_an_organiser(truth: Truth) -> None:
    organised = {event for event, _ in truth.activity_section_organisers()}
    assert organised == {row["event_slug"] for row in truth.activities()}


def test_rows_fit_their_columns(truth: Truth) -> None:
    widths = {"title": 255, "activity_type": 100, "city": 100, "event_slug": 255, "name": 255}
    for rows in truth.tables().values():
        for row in rows:
            assert all(len(row.get(column) or "") <= width for column, width in widths.items())


def test_counts_the_links_whatever_the_page_states(truth: Truth) -> None:
    counts = {row["country_code"]: row["section_count"] for row in truth.countries()}
    assert sum(counts.values()) == len(truth.sections())
    assert counts["IT"] > 0


def test_section(truth: Truth) -> None:
    row = section(truth, "tr-anka-met")
    assert row["activities_url"] == "http://activities.test/organisation/esn-metu/activities"
    assert row["social_media"]["twitter"] == "https://x.com/metu_example"
    assert row["latitude"] == Decimal("39.891749")


def test_rounds_half_away_from_zero(truth: Truth) -> None:
    assert section(truth, "ie-galw-uni")["longitude"] == Decimal("-9.056813")


def test_section_whose_page_fails_has_what_others_knew(truth: Truth) -> None:
    row = section(truth, "tr-kony-sel")
    assert row["latitude"] is not None
    assert row["can_scrape_activities"] is True
    assert row["city"] is row["email"] is row["social_media"] is row["logo_url"] is None


@pytest.mark.parametrize(
    ("slug", "column"),
    [
        ("gb-bath-uni", "email"),
        ("pl-toru-umk", "website"),
        ("gr-rhod-aeg", "latitude"),
        ("gr-rhod-aeg", "longitude"),
    ],
)
def test_broken_column_of_a_section(truth: Truth, slug: str, column: str) -> None:
    assert section(truth, slug)[column] is None
    assert (f"http://accounts.test/section/{slug}", column) in truth.validation_errors()


@pytest.mark.parametrize(
    ("event_slug", "column", "stored"),
    [
        ("silent-disco-601", "description", ""),
        ("lost-ankara-602", "participants", None),
        ("open-air-cinema-603", "participants", None),
        ("back-future-night-604", "end_date", None),
        ("escape-room-606", "registration_url", None),
    ],
)
def test_broken_column_of_an_activity(
    truth: Truth, event_slug: str, column: str, stored: object
) -> None:
    row = activity(truth, event_slug)
    assert row[column] == stored
    assert row["is_valid"] is False
    assert (row["url"], column) in truth.validation_errors()


def test_long_texts_are_cut(truth: Truth) -> None:
    assert len(activity(truth, "erasmus-games-608")["title"]) == 255
    assert len(activity(truth, "all-once-609")["activity_type"]) == 100


def test_unknown_sdg_is_left_out(truth: Truth) -> None:
    pairs = truth.activity_to_sdg()
    assert {name for slug, name in pairs if slug == "nineteenth-hole-golf-605"} == {"SDG 3"}


@pytest.mark.parametrize(
    ("event_slug", "column"),
    [("nameless-gathering-610", "title"), ("some-day-picnic-611", "start_date")],
)
def test_what_cannot_be_stored(truth: Truth, event_slug: str, column: str) -> None:
    assert event_slug not in {row["event_slug"] for row in truth.activities()}
    assert (f"http://activities.test/activity/{event_slug}", column) in truth.validation_errors()


def test_failed_scrapes(truth: Truth) -> None:
    assert truth.failed_scrapes() == {
        "http://accounts.test/section/tr-kony-sel",
        "http://activities.test/activity/power-cut-party-651",
        "http://activities.test/activity/deleted-scenes-652",
    }


def test_abroad_the_country_has_a_name_only(truth: Truth) -> None:
    row = activity(truth, "skiing-andorra-502")
    assert (row["country_code"], row["country_name"]) == (None, "Andorra")


def test_activity(truth: Truth) -> None:
    row = activity(truth, "adventure-trip-lofoten-551")
    assert (row["start_date"], row["end_date"]) == (date(2026, 3, 30), date(2026, 4, 3))
    assert (row["country_code"], row["country_name"]) == ("NO", None)
    assert row["activity_goal"] == "See the midnight sun together.\nLeave no trace."
    assert row["activity_type"] == "Trip"
    organisers = {
        slug for event, slug in truth.activity_section_organisers() if event == row["event_slug"]
    }
    assert organisers == {"no-trom-uit", "tr-anka-met"}


def test_listing_links_a_section_that_the_organisers_omit(truth: Truth) -> None:
    pairs = truth.activity_section_organisers()
    assert ("rhine-flames-552", "de-bonn-uni") in pairs


def test_override_brings_a_section_and_its_activities(truth: Truth) -> None:
    pinned = Truth(truth.network, truth.accounts_url, truth.activities_url, OSTRAVA)
    assert section(truth, "cz-ostr-vsb")["activities_platform_slug"] is None
    assert section(pinned, "cz-ostr-vsb")["activities_platform_slug"] == "esn-vsb-tu-ostrava"
    pair = ("speaking-czech-irish-553", "cz-ostr-vsb")
    assert pair not in truth.activity_section_organisers()
    assert pair in pinned.activity_section_organisers()
    assert len(pinned.activities()) > len(truth.activities())


def test_section_without_activities_has_zeros(truth: Truth) -> None:
    overall = {row["accounts_platform_slug"]: row for row in truth.section_overall_statistics()}
    row = overall["de-mann-uni"]
    assert {value for column, value in row.items() if column != "accounts_platform_slug"} == {0}
    causes = truth.section_cause_statistics()
    assert "de-mann-uni" not in {row["accounts_platform_slug"] for row in causes}


def test_cause_statistics_add_up(truth: Truth) -> None:
    for row in truth.section_cause_statistics():
        assert row["total_count"] == row["physical_count"] + row["online_count"] > 0
