"""Organisations by their names, and what becomes of one that gets another alias."""

import psycopg
import pytest

from tests.pipelines.factories import (
    ACTIVITIES,
    SaveOwners,
    activity,
    checked,
    moved,
    of_both_kinds,
    organisation,
    owner,
    row,
    rows,
    save,
    save_sections,
    section,
    values,
)

NAMES = "SELECT slug, name FROM organisations ORDER BY slug"
FORMER = "SELECT former_slug, slug FROM organisation_former_slugs ORDER BY 1"
LINKS = """
    SELECT event_slug, organisation_slug, position
    FROM activity_organisers JOIN activities AS a ON a.id = activity_id ORDER BY 1, 3
"""
ALIASES = """
    SELECT activities_platform_slug, activities_url, can_scrape_activities FROM (
        SELECT id::text AS owner, activities_platform_slug, activities_url, can_scrape_activities
        FROM sections
        UNION ALL
        SELECT country_code, activities_platform_slug, activities_url, can_scrape_activities
        FROM countries
    ) AS both_kinds WHERE owner = %s
"""


def names(connection: psycopg.Connection) -> dict[str, str | None]:
    return {one["slug"]: one["name"] for one in rows(connection, NAMES)}


def former(connection: psycopg.Connection) -> dict[str, str]:
    return {one["former_slug"]: one["slug"] for one in rows(connection, FORMER)}


def links(connection: psycopg.Connection) -> list[tuple[str, str, int]]:
    return [tuple(link.values()) for link in rows(connection, LINKS)]


def own(connection: psycopg.Connection, slug: str, key: int | str) -> None:
    """Let an organisation be known as a section's or country's."""
    connection.execute(
        "INSERT INTO organisations (slug, section_id, country_code) VALUES (%s, %s, %s)"
        " ON CONFLICT (slug) DO UPDATE SET"
        " section_id = EXCLUDED.section_id, country_code = EXCLUDED.country_code",
        [slug, *owner(key)],
    )


async def test_an_organisation_is_stored_with_its_name_and_seen_again(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, organisation("esn-metu", "ESN METU"), organisation("esn-ege", None))
    first = row(connection, "SELECT * FROM organisations WHERE slug = 'esn-metu'")
    assert names(connection) == {"esn-metu": "ESN METU", "esn-ege": None}

    await save(database, organisation("esn-metu", None), organisation("esn-ege", "ESN Ege"))

    assert names(connection) == {"esn-metu": "ESN METU", "esn-ege": "ESN Ege"}
    second = row(connection, "SELECT * FROM organisations WHERE slug = 'esn-metu'")
    assert second["first_seen"] == first["first_seen"]
    assert second["last_seen"] > first["last_seen"]


@of_both_kinds
async def test_of_one_that_is_visited_its_own_listing_s_name_wins(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    own(connection, "esn-metu", metu)

    for name, is_own, now in [
        ("ESN Somebody", False, "ESN Somebody"),  # until its own listing was read
        ("ESN METU", True, "ESN METU"),
        ("ESN Old", False, "ESN METU"),
        ("ESN ODTÜ", True, "ESN ODTÜ"),
        (None, True, "ESN ODTÜ"),
    ]:
        await save(database, organisation("esn-metu", name, is_own=is_own))
        assert names(connection)["esn-metu"] == now


async def test_of_one_that_nobody_visits_a_single_label_is_no_other_name(
    database: str, connection: psycopg.Connection
) -> None:
    for name, is_repeated, known in (
        ("ESN Committee", False, "ESN Committee"),
        ("ESN Board", False, "ESN Committee"),
        ("ESN Board", True, "ESN Board"),
    ):
        await save(database, organisation("esn-committee", name, is_repeated=is_repeated))
        assert names(connection) == {"esn-committee": known}


@pytest.mark.parametrize("met_at", ["a-page", "z-page"])
async def test_in_a_batch_its_own_listing_s_name_wins_wherever_else_it_was_met(
    database: str, connection: psycopg.Connection, met_at: str
) -> None:
    """A name that its own listing has shown is not told again in the run."""
    [metu] = await save_sections(database, "esn-metu")
    own(connection, "esn-metu", metu)

    await save(
        database,
        organisation("esn-metu", "ESN Old", met_at=met_at),
        organisation("esn-metu", "ESN METU", is_own=True),
    )

    assert names(connection)["esn-metu"] == "ESN METU"


async def test_a_former_alias_is_no_organisation_of_its_own(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, organisation("esn-odtu", "ESN METU"))
    await save(database, moved("esn-odtu", "esn-metu"))

    await save(database, organisation("esn-odtu", "ESN Old"))

    assert names(connection) == {"esn-metu": "ESN METU"}


@of_both_kinds
async def test_one_that_moves_keeps_its_links_its_name_and_its_owner(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-odtu")
    await save(
        database,
        activity(metu, "boat-1", organisers=["esn-ege", "esn-odtu"]),
        organisation("esn-odtu", "ESN METU", is_own=True),
    )
    own(connection, "esn-odtu", metu)

    await save(database, moved("esn-odtu", "esn-metu"))

    assert links(connection) == [("boat-1", "esn-ege", 1), ("boat-1", "esn-metu", 2)]
    assert former(connection) == {"esn-odtu": "esn-metu"}
    found = row(connection, "SELECT * FROM organisations WHERE slug = 'esn-metu'")
    assert found["name"] == "ESN METU"
    assert (found["section_id"], found["country_code"]) == owner(metu)
    assert rows(connection, ALIASES, str(metu)) == [
        {
            "activities_platform_slug": "esn-metu",
            "activities_url": f"{ACTIVITIES}/organisation/esn-metu/activities",
            "can_scrape_activities": True,
        }
    ]


async def test_links_to_either_alias_are_links_to_the_present_one_once(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, "boat-1", organisers=["esn-odtu", "esn-metu"]))
    await save(database, activity(metu, "quiz-2", organisers=["esn-odtu"]))
    own(connection, "esn-metu", metu)

    await save(database, moved("esn-odtu", "esn-metu"))

    assert [link[:2] for link in links(connection)] == [
        ("boat-1", "esn-metu"),
        ("quiz-2", "esn-metu"),
    ]
    found = row(connection, "SELECT section_id FROM organisations WHERE slug = 'esn-metu'")
    assert found == {"section_id": metu}


async def test_every_former_alias_leads_to_the_present_one(
    database: str, connection: psycopg.Connection
) -> None:
    for one, another in [("a", "b"), ("b", "c"), ("x", "c")]:
        await save(database, moved(one, another))

    assert former(connection) == {"a": "c", "b": "c", "x": "c"}
    assert [*names(connection)] == ["c"]


async def test_one_that_is_renamed_back_has_its_first_alias_again(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, "boat-1", organisers=["esn-metu"]))

    await save(database, moved("esn-metu", "esn-odtu"))
    await save(database, moved("esn-odtu", "esn-metu"))

    assert former(connection) == {"esn-odtu": "esn-metu"}
    assert links(connection) == [("boat-1", "esn-metu", 1)]
    known = "SELECT activities_platform_slug FROM sections"
    assert values(connection, known) == ["esn-metu"]


async def test_moving_again_changes_nothing(database: str, connection: psycopg.Connection) -> None:
    [metu] = await save_sections(database, "esn-odtu")
    await save(database, activity(metu, "boat-1", organisers=["esn-odtu"]))
    await save(database, moved("esn-odtu", "esn-metu"))
    before = links(connection), former(connection), names(connection)

    await save(database, moved("esn-odtu", "esn-metu"))

    assert (links(connection), former(connection), names(connection)) == before


async def test_an_alias_that_was_found_as_a_page_of_its_own_is_nobody_s_former_one(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-odtu")
    await save(database, moved("esn-odtu", "esn-metu"))

    await save(database, checked(section("tr-izmi-ege"), "esn-odtu"))

    assert former(connection) == {}
    await save(database, activity(metu, "boat-1", organisers=["esn-odtu"]))
    assert links(connection) == [("boat-1", "esn-odtu", 1)]
