from typing import Any

import psycopg

from esn_pulse.pipelines.upserts import SaveOutcome
from tests.pipelines.factories import (
    activity,
    checked,
    moved,
    relations,
    rows,
    save,
    save_sections,
    section,
    values,
    visit,
)

RELATIONS: dict[str, Any] = {
    "types": ["Trip", "Game or Social Activity"],
    "causes": ["Culture", "Health & Well-Being"],
    "sdgs": ["SDG 3", "Goal 4: Quality education"],
    "objectives": ["Mobility"],
}


async def test_organisers_are_linked_by_alias_and_the_listing_section_always(
    database: str, connection: psycopg.Connection
) -> None:
    metu, *_ = await save_sections(database, "esn-metu", "esn-ege", "esn-bilkent")

    await save(database, activity(metu, organisers=["esn-ege", "esn-turkiye"]))

    assert relations(connection)["organisers"] == ["esn-ege", "esn-metu"]
    assert len(values(connection, "SELECT id FROM sections")) == 3


async def test_an_alias_learnt_in_the_same_batch_links_its_section(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")

    new = checked(section("tr-izmi-ege"), "esn-ege")
    await save(database, activity(metu, organisers=["esn-ege"]), new)

    assert relations(connection)["organisers"] == ["esn-ege", "esn-metu"]


async def test_the_end_of_a_visit_links_all_that_the_listing_showed(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await save(database, activity(metu), activity(metu, "other-2"))

    await save(database, visit(ege, "boat-party-1", "not-stored-3"))

    assert relations(connection)["organisers"] == ["esn-ege", "esn-metu"]
    assert relations(connection, "other-2")["organisers"] == ["esn-metu"]


async def test_the_end_of_a_visit_is_dated_for_that_section_only(
    database: str, connection: psycopg.Connection
) -> None:
    _, ege = await save_sections(database, "esn-metu", "esn-ege")

    await save(database, visit(ege))

    visited = "SELECT activities_platform_slug FROM sections WHERE last_scraped IS NOT NULL"
    assert values(connection, visited) == ["esn-ege"]


async def test_a_name_met_for_the_first_time_gets_its_row(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, "a-1", **RELATIONS), activity(metu, "b-2", **RELATIONS))
    assert relations(connection, "a-1") == relations(connection, "b-2")
    assert relations(connection, "a-1") == {
        "organisers": ["esn-metu"],
        "types": ["Game or Social Activity", "Trip"],
        "causes": ["Culture", "Health & Well-Being"],
        "sdgs": ["SDG 3", "SDG 4"],
        "objectives": ["Mobility"],
    }
    causes = "SELECT id, name FROM activity_causes ORDER BY id"
    known = rows(connection, causes)

    await save(database, activity(metu, "c-3", causes=["Culture", "Peace", "Culture"]))

    assert rows(connection, causes)[:2] == known
    assert [cause["name"] for cause in rows(connection, causes)] == [
        "Culture",
        "Health & Well-Being",
        "Peace",
    ]
    assert values(connection, "SELECT name FROM objectives") == ["Mobility"]
    assert values(connection, "SELECT count(*) FROM sdgs") == [17]


async def test_relations_are_replaced_for_the_activities_of_the_batch_only(
    database: str, connection: psycopg.Connection
) -> None:
    metu, *_ = await save_sections(database, "esn-metu", "esn-ege", "esn-bilkent")
    first = {"organisers": ["esn-ege"]} | RELATIONS
    await save(database, activity(metu, **first), activity(metu, "other-2", **first))
    other = relations(connection, "other-2")

    second: dict[str, Any] = {
        "organisers": ["esn-bilkent"],
        "types": ["Trip", "Buddy Programme"],
        "causes": ["Culture", "Peace"],
        "sdgs": ["SDG 17"],
    }
    await save(database, activity(metu, **second))

    assert relations(connection) == {
        "organisers": ["esn-bilkent", "esn-metu"],
        "types": ["Buddy Programme", "Trip"],
        "causes": ["Culture", "Peace"],
        "sdgs": ["SDG 17"],
        "objectives": [],
    }
    assert relations(connection, "other-2") == other


async def test_a_section_loses_its_link_when_neither_page_nor_listing_shows_it(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await save(database, activity(metu, organisers=["esn-ege"]))
    await save(database, visit(ege, "boat-party-1"))

    await save(database, activity(metu))
    assert relations(connection)["organisers"] == ["esn-ege", "esn-metu"]

    await save(database, visit(ege, left=["boat-party-1"]))
    assert relations(connection)["organisers"] == ["esn-metu"]


async def test_an_organiser_on_the_page_stays_when_its_listing_is_silent(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await save(database, activity(metu, organisers=["esn-ege"]), visit(ege, "boat-party-1"))

    await save(database, visit(ege, left=["boat-party-1"]))
    assert relations(connection)["organisers"] == ["esn-ege", "esn-metu"]

    await save(database, activity(metu))
    assert relations(connection)["organisers"] == ["esn-metu"]


async def test_an_activity_is_linked_to_all_that_listed_it_before_it_was_read(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await save(database, visit(ege, "boat-party-1"))

    await save(database, activity(metu, listed_by=[metu, ege]))

    assert relations(connection)["organisers"] == ["esn-ege", "esn-metu"]


async def test_an_incomplete_visit_links_what_it_saw_but_takes_nothing_away(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await save(database, activity(metu), activity(metu, "other-2"), visit(ege, "boat-party-1"))
    [dated] = values(connection, f"SELECT last_scraped FROM sections WHERE id = {ege}")

    await save(database, visit(ege, "other-2", complete=False))

    assert relations(connection)["organisers"] == ["esn-ege", "esn-metu"]
    assert relations(connection, "other-2")["organisers"] == ["esn-ege", "esn-metu"]
    assert values(connection, f"SELECT last_scraped FROM sections WHERE id = {ege}") == [dated]


async def test_an_organisation_that_moves_is_known_by_its_present_alias_at_once(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-odtu")

    await save(database, activity(metu, organisers=["esn-metu"]), moved("esn-odtu", "esn-metu"))

    assert values(connection, "SELECT is_named FROM activity_section_organisers") == [True]


ORGANISERS = """
    SELECT event_slug, array_agg(organisation_slug ORDER BY position) AS organisers
    FROM activity_organisers JOIN activities AS a ON a.id = activity_id GROUP BY event_slug
"""
POSITIONS = "SELECT position FROM activity_organisers ORDER BY 1"


def organisers(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Return what each activity's page links to, in page order."""
    return {one["event_slug"]: one["organisers"] for one in rows(connection, ORGANISERS)}


async def test_all_organisers_of_a_page_are_kept_in_its_order(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    named = ["esn-turkiye", "esn-metu", "esn-committee"]

    await save(database, activity(metu, organisers=named))

    assert organisers(connection) == {"boat-party-1": named}
    assert values(connection, POSITIONS) == [1, 2, 3]
    known = "SELECT slug, name, section_id, country_code FROM organisations ORDER BY slug"
    assert rows(connection, known) == [
        {"slug": slug, "name": None, "section_id": None, "country_code": None}
        for slug in sorted(named)
    ]


async def test_organisers_are_replaced_for_the_activities_of_the_batch_only(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    named = ["esn-turkiye", "esn-metu", "esn-ege"]
    before = [activity(metu, slug, organisers=named) for slug in ("boat-1", "other-2")]
    await save(database, *before)

    reordered = activity(metu, "boat-1", organisers=["esn-ege", "esn-koc", "esn-turkiye"])
    assert await save(database, reordered) == [SaveOutcome.STORED]
    assert await save(database, reordered) == [SaveOutcome.UNCHANGED]

    assert organisers(connection) == {"boat-1": reordered.organisers, "other-2": named}
    await save(database, activity(metu, "boat-1"))
    assert organisers(connection) == {"other-2": named}


async def test_a_broken_page_leaves_the_organisers_of_a_valid_row(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, organisers=["esn-metu", "esn-turkiye"]))

    await save(database, activity(metu, organisers=["esn-ege"], participants="many"))

    assert organisers(connection) == {"boat-party-1": ["esn-metu", "esn-turkiye"]}


async def test_a_former_alias_on_a_page_means_the_present_one(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, moved("esn-odtu", "esn-metu"))

    named = ["esn-turkiye", "esn-odtu", "esn-metu"]
    await save(database, activity(metu, organisers=named))

    assert organisers(connection) == {"boat-party-1": ["esn-turkiye", "esn-metu"]}
    assert relations(connection)["organisers"] == ["esn-metu"]
    assert "esn-odtu" not in values(connection, "SELECT slug FROM organisations")
