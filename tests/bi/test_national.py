"""What national organisations organise counts for their country, and for no section."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.bi.network import Network

LEVEL = ("event_slug", "level", "is_national", "section_count", "organiser_count")


async def listed(network: Network, country: str, slug: str) -> None:
    await network.insert("country_listings", country_code=country, event_slug=slug)


async def test_what_is_local_and_what_is_national(national: Network) -> None:
    await national.activity("a both", "ESN Türkiye", "ESN Ankara", "ESN Izmir")
    await national.activity("b local", "ESN Ankara", "Committee")
    await national.activity("c national", "ESN Türkiye", "ESN Czechia")
    await national.activity("d neither", "Committee")
    await national.activity("e unknown")
    await national.refreshed()

    assert await national.rows("activities", *LEVEL) == [
        ("a both", "local and national", True, 2, 3),
        ("b local", "local", False, 1, 2),
        ("c national", "national", True, 0, 2),
        ("d neither", None, False, 0, 1),
        ("e unknown", None, False, 0, 0),
    ]


async def test_organisers_of_all_kinds_are_named(national: Network) -> None:
    await national.activity("trip", "ESN Türkiye", "ESN Izmir", "ESN Brno", "Committee")
    await national.refreshed()

    columns = ("organisers_text", "countries_text", "national_countries_text")
    assert await national.rows("activities", *columns) == [
        ("Committee; ESN Brno; ESN Izmir; ESN Türkiye", "CZ; TR", "TR")
    ]
    organiser = ("kind", "organiser", "section", "country_code", "country", "organisation_slug")
    assert await national.rows("activity_organisers", *organiser) == [
        ("national organisation", "ESN Türkiye", None, "TR", "Türkiye", "ESN Türkiye"),
        ("other", "Committee", None, None, None, "Committee"),
        ("section", "ESN Brno", "ESN Brno", "CZ", "the Czech Republic", None),
        ("section", "ESN Izmir", "ESN Izmir", "TR", "Türkiye", None),
    ]


async def test_a_section_is_one_organiser_whatever_its_page_says(national: Network) -> None:
    brno = {"section_id": national.sections["ESN Brno"]}
    await national.insert("organisations", slug="esn-brno", name="ESN Brno e. V.", **brno)
    trip = await national.activity("trip", "ESN Brno", "esn-brno")
    await national.refreshed()

    found = await national.rows("activity_organisers", "activity_id", "kind", "organiser")
    assert found == [(trip, "section", "ESN Brno")]
    assert await national.rows("activities", "organisers") == [["ESN Brno"]]


async def test_a_country_and_its_section_of_one_name_are_two(national: Network) -> None:
    await national.country("MT", "Malta")
    await national.section("ESN Malta", "MT")
    await national.insert("organisations", slug="esn-malta-0", name="ESN Malta", country_code="MT")
    await national.activity("joint", "ESN Malta", "esn-malta-0")
    await national.refreshed()

    columns = ("organisers", "organiser_count", "section_count", "countries")
    assert await national.rows("activities", *columns) == [
        (["ESN Malta", "ESN Malta"], 2, 1, ["MT"])
    ]
    assert await national.rows("activity_organisers", "kind", "organisation_slug") == [
        ("national organisation", "esn-malta-0"),
        ("section", None),
    ]


async def test_an_activity_that_only_its_listing_tells_of_is_the_national_organisation_s(
    national: Network,
) -> None:
    await national.activity("alone")
    await national.activity("named", "ESN Türkiye")
    await national.activity("with a section", "ESN Izmir")
    for slug in "alone", "named", "with a section", "not stored":
        await listed(national, "TR", slug)
    await national.refreshed()

    assert await national.rows("activities", *LEVEL, "countries") == [
        ("alone", "national", True, 0, 1, ["TR"]),
        ("named", "national", True, 0, 1, ["TR"]),
        ("with a section", "local and national", True, 1, 2, ["TR"]),
    ]


async def test_a_listing_counts_before_the_organisation_s_name_was_seen(network: Network) -> None:
    await network.country("NL", "the Netherlands")
    alias = "UPDATE countries SET activities_platform_slug = 'esn-netherlands'"
    await network.connection.execute(alias)
    await network.activity("a")
    await listed(network, "NL", "a")
    await network.refreshed()

    assert await network.rows("activity_organisers", "organiser", "organisation_slug") == [
        ("ESN the Netherlands", "esn-netherlands")
    ]
    assert await network.rows("countries", "national_activities") == [1]


async def test_an_alias_that_is_named_as_nobody_s_and_listed_as_a_country_s_is_one_organiser(
    network: Network,
) -> None:
    """As between two runs, while it is not settled whose it is."""
    await network.country("IT", "Italy", activities_platform_slug="esn-italy")
    await network.insert("organisations", slug="esn-italy", name="ESN Italia")
    await network.activity("a", "esn-italy")
    await listed(network, "IT", "a")
    await network.refreshed()

    columns = ("organiser", "organisation_slug", "country_code")
    assert await network.rows("activity_organisers", *columns) == [("ESN Italy", "esn-italy", "IT")]
    assert await network.rows("activities", *LEVEL) == [("a", "national", True, 0, 1)]


async def test_an_alias_that_two_countries_have_is_one_organiser(network: Network) -> None:
    """As when an operator has pinned it to both."""
    for code in "IT", "SM":
        await network.country(code, code, activities_platform_slug="esn-italy")
        await listed(network, code, "a")
    await network.activity("a")
    await network.refreshed()

    assert await network.rows("activity_organisers", "country_code") == ["IT"]


async def test_a_country_counts_both_and_each_once(national: Network) -> None:
    await national.activity("both", "ESN Türkiye", "ESN Ankara", participants=10)
    await national.activity("national", "ESN Türkiye", participants=20)
    await national.activity("long ago", "ESN Türkiye", day=-500, participants=40)
    await national.activity("local", "ESN Ankara", participants=80)
    await national.activity("abroad", "ESN Türkiye", "ESN Brno", participants=160)
    await national.activity("without a section", "ESN LI", participants=320)
    await national.refreshed()

    columns = ("country_code", "activities", "participants", "activities_365_days")
    own = ("national_activities", "national_activities_365_days", "active_sections")
    assert await national.rows("countries", *columns, *own) == [
        ("CZ", 1, 160, 1, 0, 0, 1),
        ("LI", 1, 320, 1, 1, 1, 0),
        ("TR", 5, 310, 4, 4, 3, 1),
    ]


async def test_what_is_only_national_is_no_section_s(national: Network) -> None:
    await national.activity("national", "ESN Türkiye", participants=20)
    await national.activity("neither", "Committee", participants=20)
    await national.refreshed()

    for view in "sections", "section_figures":
        assert set(await national.rows(view, "activities")) == {0}
    assert set(await national.rows("data_quality", "activities_stored")) == {0}
    assert await national.rows("section_months", "section") == []
    assert set(await national.rows("activity_organisers", "section_id")) == {None}


async def test_months_in_which_only_a_national_organisation_was_active_are_there(
    national: Network,
) -> None:
    may, june = date(2024, 5, 9), date(2024, 6, 9)
    await national.activity("national", "ESN Türkiye", start=may, participants=5, is_online=True)
    both = ("ESN Türkiye", "ESN Izmir", "ESN Brno")
    await national.activity("both", *both, start=june, participants=3)
    await national.activity("local", "ESN Brno", start=june, participants=2)
    await national.activity("neither", "Committee", start=june)
    await national.refreshed()

    counts = ("activities", "online_activities", "national_activities", "participants")
    columns = ("month", *counts, "active_sections")
    [first, second] = [day.replace(day=1) for day in (may, june)]
    assert await national.rows("country_months", "country_code", *columns) == [
        ("CZ", second, 2, 0, 0, 5, 1),
        ("TR", first, 1, 1, 1, 5, 0),
        ("TR", second, 1, 0, 1, 3, 1),
    ]
    assert await national.rows("network_months", *columns, "active_countries") == [
        (first, 1, 1, 1, 5, 0, 1),
        (second, 3, 0, 1, 5, 2, 2),
    ]


async def test_causes_of_national_activities_count_for_the_country(national: Network) -> None:
    key = await national.activity("national", "ESN LI")
    await national.tag("cause", key, "Culture")
    await national.refreshed()

    columns = ("country_code", "activities", "share", "network_share")
    assert await national.rows("country_causes", *columns) == [
        ("CZ", 0, None, Decimal(1)),
        ("LI", 1, Decimal(1), Decimal(1)),
        ("TR", 0, None, Decimal(1)),
    ]


async def test_a_database_from_before_knows_of_nothing_national(two_countries: Network) -> None:
    await two_countries.activity("joint", "ESN Ankara", "ESN Brno")
    await two_countries.refreshed()

    assert await two_countries.rows("activities", *LEVEL) == [("joint", "local", False, 2, 2)]
    columns = ("country_code", "activities", "national_activities", "has_activities_page")
    assert await two_countries.rows("countries", *columns) == [
        ("CZ", 1, 0, None),
        ("TR", 1, 0, None),
    ]


@pytest.mark.parametrize("column", ["is_valid", "removed_at"])
async def test_what_does_not_count_is_nobody_s(national: Network, column: str) -> None:
    broken: Any = False if column == "is_valid" else date(2026, 1, 1)
    await national.activity("bad", "ESN Türkiye", participants=9, **{column: broken})
    await listed(national, "TR", "bad")
    await national.refreshed()

    for view in "activities", "activity_organisers":
        assert await national.rows(view, "activity_id") == []
    assert await national.rows("country_months", "activities") == []
    assert set(await national.rows("countries", "activities")) == {0}


async def test_the_ranks_of_countries_count_what_is_national(national: Network) -> None:
    for number in range(2):
        await national.activity(f"n{number}", "ESN LI")
    await national.activity("local", "ESN Brno")
    await national.activity("old", "ESN Türkiye", day=-500)
    await national.refreshed()

    ranks = await national.rows("countries", "country_code", "rank_in_network")
    assert ranks == [("CZ", 2), ("LI", 1), ("TR", 3)]
