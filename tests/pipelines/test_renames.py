"""An activity that has been renamed."""

import psycopg

from esn_pulse.items import ActivityMovedItem
from tests.pipelines.factories import (
    ACTIVITIES,
    SaveOwners,
    activity,
    of_both_kinds,
    rows,
    save,
    save_sections,
    visit,
)

LISTED = """
    SELECT section_id::text AS owner, event_slug FROM section_listings
    UNION ALL
    SELECT country_code, event_slug FROM country_listings
    ORDER BY 1, 2
"""
REMOVED = "SELECT event_slug, removed_at IS NOT NULL AS removed FROM activities ORDER BY 1"
LINKS = """
    SELECT event_slug, section_id, is_named, is_listed
    FROM activity_section_organisers JOIN activities AS a ON a.id = activity_id ORDER BY 1, 2
"""


def renamed(former: str, present: str) -> ActivityMovedItem:
    return ActivityMovedItem(f"{ACTIVITIES}/activity/{present}", former, present)


def link(slug: str, section_id: int, *, is_named: bool, is_listed: bool) -> dict[str, object]:
    return {
        "event_slug": slug,
        "section_id": section_id,
        "is_named": is_named,
        "is_listed": is_listed,
    }


async def test_it_stands_where_it_stood_under_its_former_slug(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await save(database, activity(metu, "boat-1", organisers=["esn-metu"]))
    await save(database, visit(metu, "boat-1"), visit(ege, "boat-1"))

    ship = activity(metu, "ship-1", organisers=["esn-metu"])
    await save(database, ship, renamed("boat-1", "ship-1"))

    assert rows(connection, LISTED) == [
        {"owner": one, "event_slug": "ship-1"} for one in sorted(map(str, (metu, ege)))
    ]
    assert rows(connection, REMOVED) == [
        {"event_slug": "boat-1", "removed": True},
        {"event_slug": "ship-1", "removed": False},
    ]
    assert rows(connection, LINKS) == [
        link("boat-1", metu, is_named=True, is_listed=False),
        link("ship-1", ege, is_named=False, is_listed=True),
        link("ship-1", metu, is_named=True, is_listed=True),
    ]


@of_both_kinds
async def test_as_long_as_the_present_one_is_not_stored_the_former_stays(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, activity(metu, "boat-1"), visit(metu, "boat-1"))

    await save(database, renamed("boat-1", "ship-1"), renamed("boat-1", "boat-1"))

    assert rows(connection, LISTED) == [{"owner": str(metu), "event_slug": "boat-1"}]
    assert rows(connection, REMOVED) == [{"event_slug": "boat-1", "removed": False}]


@of_both_kinds
async def test_one_that_was_only_listed_is_listed_under_its_present_slug(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    await save(database, visit(metu, "boat-1", "ship-1"), visit(ege, "boat-1"))

    await save(database, activity(metu, "ship-1"), renamed("boat-1", "ship-1"))

    assert rows(connection, LISTED) == [
        {"owner": one, "event_slug": "ship-1"} for one in sorted(map(str, (metu, ege)))
    ]


async def test_it_stands_in_the_listings_of_both_kinds(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, "boat-1", listed_by_countries=["TR"]))
    await save(database, visit(metu, "boat-1"), visit("TR", "boat-1"), visit("IT", "boat-1"))

    await save(database, activity("TR", "ship-1"), renamed("boat-1", "ship-1"))

    assert rows(connection, LISTED) == [
        {"owner": one, "event_slug": "ship-1"} for one in sorted([str(metu), "TR", "IT"])
    ]
    assert rows(connection, LINKS) == [link("ship-1", metu, is_named=False, is_listed=True)]
