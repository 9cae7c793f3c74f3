from datetime import date
from typing import Any

import pytest

from tests.bi.network import Network

LONG_FORMS = [
    *("activity_types", "activity_causes", "activity_sdgs", "activity_objectives"),
    "activity_organisers",
]


async def test_names_are_there_as_arrays_and_as_text(two_countries: Network) -> None:
    partners: dict[str, Any] = {"partners": ["Zoo", "Łódka"]}
    trip = await two_countries.activity("trip", "ESN Izmir", "ESN Brno", "ESN Ankara", **partners)
    await two_countries.tag("type", trip, "Trip", "Game")
    await two_countries.tag("cause", trip, "Social Inclusion", "Culture")
    await two_countries.tag("sdg", trip, "SDG 13", "SDG 4")
    await two_countries.tag("objective", trip, "Integration; really")
    await two_countries.refreshed()

    columns = ("types", "causes", "sdgs", "objectives", "organisers", "partners", "countries")
    assert await two_countries.row("activities", *columns) == {
        "types": ["Game", "Trip"],
        "causes": ["Culture", "Social Inclusion"],
        "sdgs": ["SDG 4", "SDG 13"],  # by number
        "objectives": ["Integration; really"],
        "organisers": ["ESN Ankara", "ESN Brno", "ESN Izmir"],
        "partners": ["Zoo", "Łódka"],  # as on the page
        "countries": ["CZ", "TR"],
    }
    texts = await two_countries.row("activities", *(f"{column}_text" for column in columns))
    assert list(texts.values()) == [
        "Game; Trip",
        "Culture; Social Inclusion",
        "SDG 4; SDG 13",
        "Integration; really",
        "ESN Ankara; ESN Brno; ESN Izmir",
        "Zoo; Łódka",
        "CZ; TR",
    ]
    assert await two_countries.rows("activities", "organiser_count") == [3]


async def test_an_activity_without_any_is_there_all_the_same(network: Network) -> None:
    await network.activity("lonely")
    await network.refreshed()

    columns = ("causes", "causes_text", "organisers", "organisers_text", "organiser_count")
    assert await network.rows("activities", *columns) == [([], None, [], None, 0)]
    noted = ("types", "types_text", "partners", "partners_text")
    assert await network.rows("activities", *noted) == [([], None, [], None)]


async def test_types_and_partners_that_no_version_has_noted_yet_are_not_known(
    network: Network,
) -> None:
    await network.activity("old", activity_type="Trip", partners=None)
    await network.refreshed()

    columns = ("activity_type", "types", "types_text", "partners", "partners_text")
    assert await network.rows("activities", *columns) == [("Trip", None, None, None, None)]
    assert await network.rows("activity_types", "activity_id") == []


async def test_the_long_forms_have_a_row_each(two_countries: Network) -> None:
    trip = await two_countries.activity("trip", "ESN Izmir", "ESN Brno")
    await two_countries.tag("type", trip, "Trip", "Game")
    await two_countries.tag("cause", trip, "Culture", "Social Inclusion")
    await two_countries.tag("sdg", trip, "SDG 3")
    await two_countries.tag("objective", trip, "Integration")
    await two_countries.refreshed()

    assert await two_countries.rows("activity_types", "type") == ["Game", "Trip"]
    assert await two_countries.rows("activity_causes", "cause") == ["Culture", "Social Inclusion"]
    goals = await two_countries.rows("activity_sdgs", "sdg_number", "sdg", "sdg_name")
    assert goals == [(3, "SDG 3", "Good health and well-being")]
    assert await two_countries.rows("activity_objectives", "objective") == ["Integration"]
    organisers = await two_countries.rows("activity_organisers", "section", "country")
    assert organisers == [("ESN Brno", "the Czech Republic"), ("ESN Izmir", "Türkiye")]
    for view in LONG_FORMS:
        assert set(await two_countries.rows(view, "activity_id")) == {trip}


@pytest.mark.parametrize("column", ["is_valid", "removed_at"])
async def test_what_does_not_count_is_in_no_view(two_countries: Network, column: str) -> None:
    broken: dict[str, Any] = {column: False if column == "is_valid" else date(2026, 1, 1)}
    bad = await two_countries.activity("bad", "ESN Brno", participants=9, **broken)
    for kind in ("type", "cause", "sdg", "objective"):
        await two_countries.tag(kind, bad, "SDG 3")
    await two_countries.refreshed()

    for view in ["activities", *LONG_FORMS]:
        assert await two_countries.rows(view, "activity_id") == []
    for view in ["section_months", "country_months", "network_months"]:
        assert await two_countries.rows(view, "activities") == []
    for view in ["sections", "countries", "section_figures"]:
        assert set(await two_countries.rows(view, "activities")) == {0}
        assert set(await two_countries.rows(view, "participants")) == {0}


async def test_the_place_is_not_the_organisers_country(two_countries: Network) -> None:
    await two_countries.activity("abroad", "ESN Brno", country_code="TR", city="Izmir")
    await two_countries.activity("farther", "ESN Brno", country_name="Morocco", city="Fez")
    await two_countries.activity("online", "ESN Brno", is_online=True, online_platform="Zoom")
    await two_countries.refreshed()

    columns = ("title", "format", "city", "place_country_code", "place_country", "countries_text")
    assert await two_countries.rows("activities", *columns) == [
        ("Abroad", "physical", "Izmir", "TR", "Türkiye", "CZ"),
        ("Farther", "physical", "Fez", None, "Morocco", "CZ"),
        ("Online", "online", None, None, None, "CZ"),
    ]


async def test_days_and_months(network: Network) -> None:
    await network.activity("one", start=date(2026, 1, 31), end_date=date(2026, 1, 31))
    await network.activity("three", start=date(2024, 2, 28), end_date=date(2024, 3, 1))
    await network.activity("unknown", start=date(2026, 12, 1))
    await network.refreshed()

    assert await network.rows("activities", "title", "days", "month") == [
        ("One", 1, date(2026, 1, 1)),
        ("Three", 3, date(2024, 2, 1)),
        ("Unknown", 1, date(2026, 12, 1)),
    ]


async def test_only_what_starts_after_today_is_in_the_future(network: Network) -> None:
    for day in (-1, 0, 1):
        await network.activity(f"day {day}", day=day)
    await network.refreshed()

    future = await network.rows("activities", "event_slug", is_future=True)
    assert future == ["day 1"]


async def test_the_long_texts_are_there(network: Network) -> None:
    words: dict[str, Any] = {"description": "long", "activity_goal": "aim", "outcomes": "came"}
    await network.activity("told", **words)
    await network.refreshed()

    assert await network.rows("activities", "description", "goal", "outcomes") == [
        ("long", "aim", "came")
    ]
