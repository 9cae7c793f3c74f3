"""What can be searched for, and by which words."""

from typing import Any

import pytest

from tests.bi.network import Network


async def words(network: Network, **where: Any) -> set[str]:
    [found] = await network.rows("search", "words", **where)
    return {word.strip("'") for word in found.split(" ")}


async def test_there_is_a_row_for_everything(national: Network) -> None:
    await national.activity("trip", "ESN Brno", "Committee", city="Brno", country_code="CZ")
    await national.activity("gone", "ESN Brno", is_valid=False)
    await national.refreshed()

    found = await national.rows("search", "kind", "key", "title", "detail", "country_code")
    brno = "Brno, the Czech Republic · Committee; ESN Brno"
    assert [row for row in found if row[0] == "activity"] == [
        ("activity", "trip", "Trip", brno, None)
    ]
    assert ("country", "TR", "Türkiye", "ESN Türkiye", "TR") in found
    assert ("organisation", "Committee", "Committee", None, None) in found
    assert ("section", "ESN Brno", "ESN Brno", "the Czech Republic", "CZ") in found
    assert len(found) == 1 + 3 + 4 + 3


async def test_a_section_s_own_organisation_is_not_there_twice(two_countries: Network) -> None:
    brno = two_countries.sections["ESN Brno"]
    await two_countries.insert("organisations", slug="esn-brno", section_id=brno)
    await two_countries.refreshed()

    assert await two_countries.rows("search", "key", kind="organisation") == []


async def test_words_are_those_of_title_place_organisers_and_partners(
    two_countries: Network,
) -> None:
    where: dict[str, Any] = {"city": "Łódź", "country_name": "Poland"}
    await two_countries.activity("boat-1", "ESN Brno", title="Boat!", partners=["Škoda"], **where)
    await two_countries.refreshed()

    expected = {"boat", "lodz", "poland", "esn", "brno", "skoda"}
    assert await words(two_countries, kind="activity") == expected
    assert await two_countries.rows("search", "name", kind="activity") == ["boat"]


async def test_a_section_is_found_by_its_university_and_aliases(network: Network) -> None:
    names: dict[str, Any] = {"university_name": "Ege", "activities_platform_slug": "esn-ege"}
    await network.section("ESN Izmir", accounts_platform_slug="tr-izmi", **names)
    await network.refreshed()

    assert await words(network, kind="section") == {"esn", "izmir", "ege", "tr", "izmi"}


async def test_what_lists_are_filtered_by_is_that_of_the_activity(national: Network) -> None:
    alias = "UPDATE sections SET activities_platform_slug = 'esn-brno' WHERE name = 'ESN Brno'"
    await national.connection.execute(alias)
    trip = await national.activity("trip", "ESN Brno", "ESN Türkiye", "Committee", participants=4)
    await national.tag("cause", trip, "Culture")
    await national.tag("type", trip, "Trip")
    await national.tag("sdg", trip, "SDG 3")
    await national.refreshed()

    expected = {
        "activity_id": trip,
        "is_future": False,
        "participants": 4,
        "countries": ["CZ", "TR"],
        "section_ids": [national.sections["ESN Brno"]],
        "organisation_slugs": ["Committee", "ESN Türkiye", "esn-brno"],
        "causes": ["Culture"],
        "sdgs": ["SDG 3"],
        "types": ["Trip"],
    }
    assert await national.row("search", *expected, kind="activity") == expected
    expected = dict.fromkeys(expected)
    assert await national.row("search", *expected, key="TR") == expected


@pytest.mark.parametrize("title", ["x" * 255, "㌖" * 255, "\ufdfa" * 255, "!" * 255, "𝐁" * 255])
async def test_no_title_keeps_the_views_from_being_refreshed(network: Network, title: str) -> None:
    await network.activity("odd", title=title, partners=[title] * 50)
    await network.refreshed()

    assert await network.rows("search", "title") == [title]
