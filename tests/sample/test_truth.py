from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sample.network.model import Network
from sample.truth import Truth

PARDUBICE = {"cz-pard-upc": "esn-isc-pardubice"}


def section(truth: Truth, slug: str) -> dict[str, Any]:
    return next(row for row in truth.sections() if row["accounts_platform_slug"] == slug)


def activity(truth: Truth, event_slug: str) -> dict[str, Any]:
    return next(row for row in truth.activities() if row["event_slug"] == event_slug)


def organisation(truth: Truth, slug: str) -> dict[str, Any] | None:
    return next((row for row in truth.organisations() if row["slug"] == slug), None)


def organisers(truth: Truth, event_slug: str) -> list[str]:
    found = [row for row in truth.activity_organisers() if row["event_slug"] == event_slug]
    assert [row["position"] for row in found] == list(range(1, len(found) + 1))
    return [row["organisation_slug"] for row in found]


def types(truth: Truth, event_slug: str) -> set[str]:
    return {name for slug, name in truth.activity_to_type() if slug == event_slug}


def test_every_reference_has_its_row(truth: Truth) -> None:
    tables, junctions = truth.tables(), truth.junctions()
    codes = {row["country_code"] for row in tables["countries"]}
    slugs = {row["accounts_platform_slug"] for row in tables["sections"]}
    events = {row["event_slug"] for row in tables["activities"]}
    assert {row["country_code"] for row in tables["sections"]} == codes
    assert {row["country_code"] for row in tables["activities"]} <= codes | {None}
    assert {event for pairs in junctions.values() for event, _ in pairs} <= events
    assert {row["event_slug"] for row in tables["activity_organisers"]} == events
    known = {row["slug"] for row in tables["organisations"]}
    assert {row["organisation_slug"] for row in tables["activity_organisers"]} <= known
    assert {row["country_code"] for row in tables["organisations"]} <= codes | {None}
    assert {row["accounts_platform_slug"] for row in tables["organisations"]} <= slugs | {None}
    assert {slug for _, slug in junctions["activity_section_organisers"]} <= slugs
    for name, rows in tables.items():
        if name.startswith("section_"):
            assert {row["accounts_platform_slug"] for row in rows} <= slugs
        if name.startswith("country_"):
            assert {row["country_code"] for row in rows} <= codes


def test_every_activity_is_some_sections_or_some_countrys(truth: Truth) -> None:
    local = {event for event, _ in truth.activity_section_organisers()}
    national = {row["event_slug"] for row in truth.country_listings()}
    stored = {row["event_slug"] for row in truth.activities()}
    assert stored <= local | national
    assert len(stored - local) > 10
    assert len(local & national) > 10


def test_rows_fit_their_columns(truth: Truth) -> None:
    widths = {"title": 255, "city": 100, "event_slug": 255, "name": 255}
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
        ("summit-presidents-583", "participants", None),
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
    long_type = activity(truth, "all-once-609")["activity_type"]
    assert len(long_type) == 100
    assert types(truth, "all-once-609") == {long_type}


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
        "http://activities.test/activity/closed-session-584",
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
    assert types(truth, row["event_slug"]) == {"Trip", "Sport Activity"}
    organisers = {
        slug for event, slug in truth.activity_section_organisers() if event == row["event_slug"]
    }
    assert organisers == {"no-trom-uit", "tr-anka-met"}


def test_listing_links_a_section_that_the_organisers_omit(truth: Truth) -> None:
    pairs = truth.activity_section_organisers()
    assert ("rhine-flames-552", "de-bonn-uni") in pairs


def test_override_brings_a_section_and_its_activities(truth: Truth) -> None:
    pinned = Truth(truth.network, truth.accounts_url, truth.activities_url, PARDUBICE)
    assert section(truth, "cz-pard-upc")["activities_platform_slug"] is None
    assert section(pinned, "cz-pard-upc")["activities_platform_slug"] == "esn-isc-pardubice"
    pair = ("gingerbread-baking-596", "cz-pard-upc")
    assert pair not in truth.activity_section_organisers()
    assert pair in pinned.activity_section_organisers()
    assert len(pinned.activities()) == len(truth.activities()) + 1
    assert organisation(truth, "esn-isc-pardubice") is None
    assert organisation(pinned, "esn-isc-pardubice")


def test_override_takes_an_alias_from_the_section_that_bears_its_name(truth: Truth) -> None:
    overrides = {"cz-ostr-tuo": "esn-vsb-tu-ostrava"}
    pinned = Truth(truth.network, truth.accounts_url, truth.activities_url, overrides)
    assert section(pinned, "cz-ostr-tuo")["activities_platform_slug"] == "esn-vsb-tu-ostrava"
    assert section(pinned, "cz-ostr-vsb")["activities_platform_slug"] is None

    def of(truth: Truth, slug: str) -> list[dict[str, Any]]:
        tables = truth.statistics()["section_overall_statistics"], truth.section_listings()
        found = [row for rows in tables for row in rows if row["accounts_platform_slug"] == slug]
        return [row | {"accounts_platform_slug": None} for row in found]

    assert of(pinned, "cz-ostr-tuo") == of(truth, "cz-ostr-vsb") != []
    assert of(pinned, "cz-ostr-vsb") == []


@pytest.mark.parametrize(
    ("slug", "alias"),
    [
        ("cz-ostr-vsb", "esn-vsb-tu-ostrava"),
        ("cz-brno-vut", "esn-isc-brno"),
        ("pl-lubl-umc", "esn-lublin-0"),
        ("mt-msid-uom", "esn-malta"),
        ("cz-ostr-tuo", None),
    ],
)
def test_a_section_has_the_alias_that_bears_its_name(
    truth: Truth, slug: str, alias: str | None
) -> None:
    row = section(truth, slug)
    assert row["activities_platform_slug"] == alias
    assert row["can_scrape_activities"] == (alias is not None)
    owners = [one["slug"] for one in truth.organisations() if one["accounts_platform_slug"] == slug]
    assert owners == ([alias] if alias else [])


def test_no_alias_is_found_by_name_where_no_card_that_is_read_bears_it(network: Network) -> None:
    without = replace(
        network,
        activities=tuple(
            one for one in network.activities if one.listed_by[0] != "esn-vsb-tu-ostrava"
        ),
    )
    unnamed = replace(
        without,
        activities=tuple(
            replace(one, organisers=tuple(o for o in one.organisers if o.label != "ESN Ostravská"))
            for one in without.activities
        ),
    )
    for found, alias in (without, "esn-vsb-tu-ostrava"), (unnamed, None):
        truth = Truth(found, "http://accounts.test", "http://activities.test")
        assert section(truth, "cz-ostr-vsb")["activities_platform_slug"] == alias


@pytest.mark.parametrize(
    ("code", "alias"),
    [
        ("TR", "esn-turkiye"),
        ("NL", "esn-netherlands"),
        ("CZ", "esn-czech-republic"),
        ("IT", "esn-italia"),
        ("MT", "esn-malta-0"),
        ("NO", "esn-norway"),
        ("LU", None),
        ("GB", None),
    ],
)
def test_a_country_has_the_alias_of_its_national_organisation(
    truth: Truth, code: str, alias: str | None
) -> None:
    row = next(row for row in truth.countries() if row["country_code"] == code)
    assert row["activities_platform_slug"] == alias
    assert row["can_scrape_activities"] == (alias is not None)
    owned = [one["slug"] for one in truth.organisations() if one["country_code"] == code]
    assert owned == ([alias] if alias else [])


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("esn-metu", "ESN METU"),  # although activity 551 calls it otherwise
        ("esn-czech-republic", "ESN Czechia"),
        ("esn-mannheim", None),  # it is on no card
        ("esn-norway", None),
    ],
)
def test_an_organisation_bears_the_name_on_its_cards(
    truth: Truth, slug: str, name: str | None
) -> None:
    row = organisation(truth, slug)
    assert row
    assert row["name"] == name


def test_an_organisation_may_be_neither_a_section_nor_a_country(truth: Truth) -> None:
    for alias, name in ("esn-alumni", "ESN Alumni"), ("esn-lublin", None):  # nothing links to it
        row = organisation(truth, alias)
        assert row
        assert row["name"] == name
        assert row["accounts_platform_slug"] is row["country_code"] is None


def test_organisers_are_those_with_a_link_each_once_in_page_order(truth: Truth) -> None:
    assert organisers(truth, "lake-eymir-clean-598") == ["esn-metu", "esn-alumni"]
    assert organisers(truth, "old-friends-reunion-599") == ["esn-alumni", "esn-metu"]
    assert organisers(truth, "national-erasmus-games-581") == ["esn-turkiye"]


def test_partners_are_those_without_a_page_each_once_and_clean(truth: Truth) -> None:
    partners = {one["event_slug"]: one["partners"] for one in truth.activities()}
    assert partners["lake-eymir-clean-598"] == ["Friends of the Lake"]
    assert partners["old-friends-reunion-599"] == [
        "Σύλλογος Αποφοίτων & Φίλων",
        "Çankaya Kütüphanesi 📚",
    ]
    assert partners["silent-disco-601"] == []
    assert {len(names) for names in partners.values()} == {0, 1, 2}


def test_links_to_a_former_alias_lead_to_the_present_one(truth: Truth) -> None:
    assert organisers(truth, "gnocchi-contest-593") == ["esn-laquila", "esn-italia"]
    present = ["esn-kildare-students", "esn-university-galway"]
    assert organisers(truth, "greyhound-derby-591") == present
    assert ("greyhound-derby-591", "ie-mayn-uni") in truth.activity_section_organisers()


def test_a_country_has_statistics_of_its_own(truth: Truth) -> None:
    overall = {row["country_code"]: row for row in truth.tables()["country_overall_statistics"]}
    assert overall.keys() == truth.network.national.keys()
    listed = Counter(row["country_code"] for row in truth.country_listings())
    for code, row in overall.items():
        assert row["physical_activities"] + row["online_activities"] == listed[code]
    assert listed["NO"] == 0
    assert truth.tables()["country_snapshots"] == [*overall.values()]


def test_listings_show_what_cannot_be_read_too(truth: Truth) -> None:
    assert {"country_code": "PL", "event_slug": "closed-session-584"} in truth.country_listings()
    metu = {
        row["event_slug"]
        for row in truth.section_listings()
        if row["accounts_platform_slug"] == "tr-anka-met"
    }
    assert metu == {one.event_slug for one in truth.network.listing("esn-metu")}
    assert "deleted-scenes-652" in metu


def test_section_without_activities_has_zeros(truth: Truth) -> None:
    overall = {
        row["accounts_platform_slug"]: row
        for row in truth.statistics()["section_overall_statistics"]
    }
    row = overall["de-mann-uni"]
    assert {value for column, value in row.items() if column != "accounts_platform_slug"} == {0}
    causes = truth.statistics()["section_cause_statistics"]
    assert "de-mann-uni" not in {row["accounts_platform_slug"] for row in causes}


def test_cause_statistics_add_up(truth: Truth) -> None:
    for row in truth.statistics()["section_cause_statistics"]:
        assert row["total_count"] == row["physical_count"] + row["online_count"] > 0
