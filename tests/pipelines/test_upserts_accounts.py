from decimal import Decimal
from typing import Any

import psycopg
import pytest

from esn_pulse.items import NationalOrganisationItem, SectionItem
from esn_pulse.pipelines.upserts import SaveOutcome
from tests.pipelines.factories import (
    ACCOUNTS,
    ACTIVITIES,
    checked,
    country,
    national,
    row,
    rows,
    save,
    section,
    values,
)

DETAILS = {
    "name": "ESN METU",
    "city": "Ankara",
    "address": "Üniversiteler Mh., 06800",
    "email": "board@metu.example",
    "website": "https://metu.example",
    "university_name": "Orta Doğu Teknik Üniversitesi",
    "university_website": "https://www.metu.example",
    "longitude": "32.7767449",
    "latitude": "39.8914120",
    "logo_url": f"{ACCOUNTS}/logos/TR-ANKA-MET.png?itok=x",
    "social_media": {"facebook": "https://facebook.com/esnmetu"},
}
STORED = DETAILS | {"longitude": Decimal("32.776745"), "latitude": Decimal("39.891412")}
NOTHING = dict.fromkeys(DETAILS, None) | {"name": "ESN METU"}


def metu(**changes: object) -> SectionItem:
    return section("tr-anka-met", **DETAILS | changes)


def details(connection: psycopg.Connection) -> dict[str, object]:
    stored = row(connection, "SELECT * FROM sections")
    return {column: stored[column] for column in DETAILS}


def without_source(country: dict[str, object]) -> dict[str, object]:
    """Leave out who has said it, and when, and what is of the activities site."""
    of_visits = {"last_scraped", "listing_read_at", "listing_digest", "alias_since"}
    without = {"said_by_page", "page_read_at", "last_validated_activities_slug"} | of_visits
    return {column: value for column, value in country.items() if column not in without}


async def test_a_country_is_stored_and_updated(
    database: str, connection: psycopg.Connection
) -> None:
    page = {"email": "board@esn.example", "website": "https://esn.example"}
    social = {"instagram": "https://instagram.com/esnturkiye"}
    assert await save(database, country("TR", **page, social_media=social)) == [SaveOutcome.STORED]
    stored = without_source(row(connection, "SELECT * FROM countries"))
    assert stored == page | {
        "country_code": "TR",
        "name": "Türkiye",
        "slug": "türkiye",
        "url": f"{ACCOUNTS}/country/tr",
        "section_count": 3,
        "social_media": social,
        "activities_platform_slug": None,
        "activities_url": None,
        "can_scrape_activities": None,
    }

    await save(database, country("TR", name="Turkey", slug="turkey", section_count=0))

    changed = {"name": "Turkey", "slug": "turkey", "section_count": 0}
    gone = {"email": None, "website": None, "social_media": None}
    after = without_source(row(connection, "SELECT * FROM countries"))
    assert after == stored | changed | gone


async def test_a_country_whose_page_failed_keeps_what_was_known(
    database: str, connection: psycopg.Connection
) -> None:
    await save(
        database, country("TR", email="board@esn.example", social_media={"x": "https://x.com/esn"})
    )
    known = row(connection, "SELECT * FROM countries")

    failed = {"section_count": None}
    await save(database, country("TR", **failed), country("IT", **failed))

    assert row(connection, "SELECT * FROM countries WHERE country_code = 'TR'") == known
    assert values(connection, "SELECT section_count FROM countries WHERE country_code = 'IT'") == [
        None
    ]


async def test_a_section_is_stored_with_all_that_its_page_says(
    database: str, connection: psycopg.Connection
) -> None:
    assert await save(database, country("TR"), metu()) == [SaveOutcome.STORED] * 2

    assert details(connection) == STORED
    stored = row(connection, "SELECT * FROM sections")
    assert stored["country_code"] == "TR"
    assert stored["accounts_platform_slug"] == "tr-anka-met"
    assert stored["accounts_url"] == f"{ACCOUNTS}/section/tr-anka-met"
    assert stored["first_seen"] == stored["last_seen"]
    assert stored["last_scraped"] is None


async def test_a_page_that_was_read_replaces_every_column(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"), metu())
    first = row(connection, "SELECT * FROM sections")

    await save(database, section("tr-anka-met", name="ESN METU"))

    assert details(connection) == NOTHING
    second = row(connection, "SELECT * FROM sections")
    assert (second["id"], second["first_seen"]) == (first["id"], first["first_seen"])
    assert second["last_seen"] > first["last_seen"]


async def test_a_page_that_failed_only_fills_what_was_not_known(
    database: str, connection: psycopg.Connection
) -> None:
    partial = section("tr-anka-met", name="METU", complete=False, latitude="1", longitude="2")
    await save(database, country("TR"), section("tr-anka-met", name="ESN METU", city="Ankara"))
    first = row(connection, "SELECT * FROM sections")

    await save(database, partial)

    place = {"latitude": Decimal(1), "longitude": Decimal(2)}
    assert details(connection) == NOTHING | {"city": "Ankara"} | place
    assert row(connection, "SELECT * FROM sections")["last_seen"] > first["last_seen"]

    await save(database, metu())
    await save(database, partial)
    assert details(connection) == STORED


async def test_a_new_section_whose_page_failed_is_stored_with_what_is_known(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"), section("tr-anka-met", name="ESN METU", complete=False))

    assert details(connection) == NOTHING


async def test_a_broken_column_is_null_and_its_neighbours_are_not(
    database: str, connection: psycopg.Connection
) -> None:
    broken = {"email": "no address", "website": "htp://x", "latitude": "91", "longitude": "east"}
    await save(database, country("TR"), metu(**broken))

    assert details(connection) == STORED | dict.fromkeys(broken, None)
    [section_id] = values(connection, "SELECT id FROM sections")
    errors = rows(connection, "SELECT section_id, field_name FROM validation_errors")
    assert {error["field_name"] for error in errors} == set(broken)
    assert {error["section_id"] for error in errors} == {section_id}


ALIAS = """
    SELECT can_scrape_activities, activities_platform_slug, activities_url,
        last_validated_activities_slug
    FROM sections
"""
NATIONAL_ALIAS = ALIAS.replace("sections", "countries")
Searched = SectionItem | NationalOrganisationItem
DATE = "last_validated_activities_slug"


@pytest.fixture(params=["page", "no page", "country"])
def searched(request: pytest.FixtureRequest) -> Searched:
    """Whose alias is looked for: a section, whose own page failed or not, or a country."""
    return national() if request.param == "country" else metu(complete=request.param == "page")


def alias_of(connection: psycopg.Connection, searched: Searched) -> dict[str, Any]:
    return row(connection, ALIAS if isinstance(searched, SectionItem) else NATIONAL_ALIAS)


async def test_an_alias_that_was_found_is_stored(
    database: str, connection: psycopg.Connection, searched: Searched
) -> None:
    await save(database, country("TR"), checked(searched, "esn-metu"))
    first = alias_of(connection, searched)
    assert first.pop(DATE) is not None
    assert first == {
        "can_scrape_activities": True,
        "activities_platform_slug": "esn-metu",
        "activities_url": f"{ACTIVITIES}/organisation/esn-metu/activities",
    }

    await save(database, checked(searched, "esn-metu-0"))
    assert alias_of(connection, searched)["activities_platform_slug"] == "esn-metu-0"


async def test_each_answer_dates_the_alias(
    database: str, connection: psycopg.Connection, searched: Searched
) -> None:
    validated = []
    for alias in "esn-metu", "esn-metu", None:
        await save(database, country("TR"), checked(searched, alias))
        validated.append(alias_of(connection, searched)[DATE])

    assert validated == sorted({*validated})


async def test_an_alias_that_is_proven_absent_is_removed(
    database: str, connection: psycopg.Connection, searched: Searched
) -> None:
    await save(database, country("TR"), checked(searched, "esn-metu"))

    await save(database, checked(searched, None))

    absent = alias_of(connection, searched)
    assert absent.pop(DATE) is not None
    assert absent == {
        "can_scrape_activities": False,
        "activities_platform_slug": None,
        "activities_url": None,
    }


@pytest.mark.parametrize("alias", ["esn-metu", None])
async def test_without_proof_the_earlier_answer_stands(
    database: str, connection: psycopg.Connection, searched: Searched, alias: str | None
) -> None:
    await save(database, country("TR"), checked(searched, alias))
    first = alias_of(connection, searched)

    await save(database, country("TR"), searched)
    await save(database, country("TR", section_count=None))

    assert alias_of(connection, searched) == first


async def test_one_s_alias_leaves_the_other_s_alone(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"), checked(metu(), "esn-metu"), checked(national(), None))

    assert row(connection, ALIAS)["activities_platform_slug"] == "esn-metu"
    assert row(connection, NATIONAL_ALIAS)["can_scrape_activities"] is False


async def test_a_new_section_without_proof_has_no_answer(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"), metu())

    assert set(row(connection, ALIAS).values()) == {None}


async def test_of_two_with_one_key_in_a_batch_the_later_is_stored(
    database: str, connection: psycopg.Connection
) -> None:
    stored = await save(
        database,
        country("TR", name="Turkey"),
        country("TR"),
        metu(city="Istanbul"),
        metu(),
    )

    assert stored == [SaveOutcome.STORED] * 4
    assert values(connection, "SELECT name FROM countries") == ["Türkiye"]
    assert details(connection) == STORED


async def test_a_large_mixed_batch_is_stored_whole(
    database: str, connection: psycopg.Connection
) -> None:
    slugs = [f"tr-city-{number}" for number in range(120)]
    batch = [section(slug, complete=number % 2 == 0) for number, slug in enumerate(slugs)]

    stored = await save(database, *batch[:60], country("TR"), *batch[60:])

    assert stored == [SaveOutcome.STORED] * 121

    known = values(connection, "SELECT accounts_platform_slug FROM sections")
    assert sorted(known) == sorted(slugs)


async def test_an_empty_batch_does_nothing(database: str) -> None:
    assert await save(database) == []
