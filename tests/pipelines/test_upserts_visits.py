"""What an organisation's listing shows, also of activities whose page could not be read yet."""

from dataclasses import replace

import psycopg
import pytest

from tests.pipelines.factories import (
    ACTIVITIES,
    Key,
    SaveOwners,
    activity,
    failure,
    listed,
    of_both_kinds,
    owner,
    rows,
    save,
    save_nationals,
    save_sections,
    values,
    visit,
)

SHOWN = """
    SELECT event_slug FROM (
        SELECT section_id::text AS owner, event_slug FROM section_listings
        UNION ALL
        SELECT country_code, event_slug FROM country_listings
    ) AS both_kinds WHERE owner = %s ORDER BY 1
"""
LINKS = """
    SELECT activities_platform_slug AS alias, is_named, is_listed
    FROM activity_section_organisers AS l JOIN sections AS s ON s.id = l.section_id ORDER BY 1
"""


def shown(connection: psycopg.Connection, of: Key) -> list[str]:
    return values(connection, SHOWN, str(of))


def link(alias: str, *, is_named: bool, is_listed: bool) -> dict[str, object]:
    return {"alias": alias, "is_named": is_named, "is_listed": is_listed}


@of_both_kinds
async def test_a_visit_tells_what_its_owner_does_not_show_any_more(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    await save(database, visit(metu, "a-1", "b-2"), visit(ege, "a-1", "c-3"))

    await save(database, visit(metu, "d-4", gone=["a-1"], left=["c-3"]))

    assert shown(connection, metu) == ["b-2", "d-4"]
    assert shown(connection, ege) == ["a-1", "c-3"]


@of_both_kinds
async def test_an_incomplete_visit_only_adds(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, visit(metu, "a-1", "b-2"))

    await save(database, visit(metu, "b-2", "c-3", complete=False))

    assert shown(connection, metu) == ["a-1", "b-2", "c-3"]


async def test_an_activity_read_later_is_linked_to_all_whose_listing_shows_it(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege, _ = await save_sections(database, "esn-metu", "esn-ege", "esn-koc")
    for section_id in metu, ege:
        await save(database, visit(section_id, "boat-party-1", complete=section_id == metu))

    await save(database, activity(metu, organisers=["esn-ege", "esn-koc"]))

    assert rows(connection, LINKS) == [
        link("esn-ege", is_named=True, is_listed=True),
        link("esn-koc", is_named=True, is_listed=False),
        link("esn-metu", is_named=False, is_listed=True),
    ]


async def test_what_no_listing_shows_any_more_is_not_linked(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await save(database, visit(ege, "boat-party-1"))
    await save(database, visit(ege, left=["boat-party-1"]))

    await save(database, activity(metu))

    assert rows(connection, LINKS) == [link("esn-metu", is_named=False, is_listed=True)]


@of_both_kinds
async def test_a_slug_too_long_to_be_an_activity_s_is_left_out(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")

    await save(database, visit(metu, "a-1", "x" * 256))

    assert shown(connection, metu) == ["a-1"]


CARDS = """
    SELECT event_slug, url, card FROM section_listings
    UNION ALL
    SELECT event_slug, url, card FROM country_listings
"""
REMOVED = "SELECT removed_at IS NOT NULL FROM activities"


@of_both_kinds
async def test_what_a_card_shows_is_stored(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")

    for place in "Ankara", "Bursa":
        shown = listed("a-1", f"Boat Party | 08/11/2023 | {place} | , TR")
        await save(database, replace(visit(metu), cards=[shown]))

        assert rows(connection, CARDS) == [shown]


@of_both_kinds
async def test_pages_that_were_not_needed_take_nothing_away(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, activity(metu), visit(metu, "boat-party-1", "b-2"))

    await save(database, visit(metu, "b-2", "c-3", whole_listing=False))

    assert shown(connection, metu) == ["b-2", "boat-party-1", "c-3"]
    assert values(connection, REMOVED) == [False]


@of_both_kinds
async def test_what_no_listing_shows_any_more_is_marked_and_comes_back(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    await save(database, activity(metu), visit(metu, "boat-party-1"), visit(ege, "boat-party-1"))

    await save(database, visit(metu, gone=["boat-party-1"]))
    assert values(connection, REMOVED) == [False]  # the other one's listing shows it

    await save(database, visit(ege, gone=["boat-party-1"]))
    assert values(connection, REMOVED) == [True]

    await save(database, visit(ege, "boat-party-1", complete=False))
    assert values(connection, REMOVED) == [False]


@of_both_kinds
async def test_a_mark_keeps_the_day_on_which_an_activity_was_missed(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    missing = visit(metu, gone=["boat-party-1"])
    await save(database, activity(metu), visit(metu, "boat-party-1"))
    await save(database, missing)
    [missed] = values(connection, "SELECT removed_at FROM activities")

    await save(database, visit(ege))
    await save(database, missing)

    assert values(connection, "SELECT removed_at FROM activities") == [missed]


DATES = """
    SELECT last_scraped, listing_read_at, listing_digest FROM (
        SELECT id::text AS owner, last_scraped, listing_read_at, listing_digest FROM sections
        UNION ALL
        SELECT country_code, last_scraped, listing_read_at, listing_digest FROM countries
    ) AS both_kinds WHERE owner = %s
"""


@of_both_kinds
async def test_a_complete_visit_dates_its_owner_and_a_whole_listing_that(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, replace(visit(metu, complete=False), digest="none"))
    assert rows(connection, DATES, str(metu)) == [
        {"last_scraped": None, "listing_read_at": None, "listing_digest": None}
    ]
    await save(database, replace(visit(metu), digest="first"))
    [first] = rows(connection, DATES, str(metu))
    assert first["last_scraped"] == first["listing_read_at"] is not None
    assert first["listing_digest"] == "first"
    await save(database, replace(visit(metu, whole_listing=False), digest="second"))
    [second] = rows(connection, DATES, str(metu))
    assert second["last_scraped"] > first["last_scraped"]
    assert (second["listing_read_at"], second["listing_digest"]) == (
        first["listing_read_at"],
        "second",
    )


@of_both_kinds
async def test_what_a_killed_run_had_stored_is_marked_when_its_listing_lacks_it(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, activity(metu))  # and the run never came to the visit's end
    assert shown(connection, metu) == ["boat-party-1"]

    await save(database, visit(metu, gone=["boat-party-1"]))

    assert values(connection, REMOVED) == [True]


@of_both_kinds
async def test_a_complete_visit_ends_the_failures_of_its_owner_s_own_pages(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    module = "ActivitiesAndStatisticsScraper"
    pages = ["organisation/an-old-alias/activities?page=3", "activity/boat-1"]
    for page in pages:
        whose = owner(metu)._asdict()
        failed = failure(f"{ACTIVITIES}/{page}", scraper_module=module, **whose)
        await save(database, failed)
    open_ones = "SELECT url FROM failed_scrapes WHERE will_retry AND resolved_at IS NULL"

    await save(database, visit(metu, complete=False))
    assert len(values(connection, open_ones)) == 2
    await save(database, visit(metu))
    assert values(connection, open_ones) == [f"{ACTIVITIES}/activity/boat-1"]


async def test_what_is_gone_is_marked_whoever_its_page_named(
    database: str, connection: psycopg.Connection
) -> None:
    [metu, _] = await save_sections(database, "esn-metu", "esn-ege")
    named = activity(metu, organisers=["esn-metu", "esn-ege"])
    await save(database, named, visit(metu, "boat-party-1"))

    await save(database, visit(metu, gone=["boat-party-1"]))

    assert values(connection, REMOVED) == [True]


async def test_what_is_there_only_changes_its_links(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await save(database, activity(metu, organisers=["esn-ege"]), visit(metu, "boat-party-1"))
    await save(database, visit(ege, "boat-party-1"))

    for section in metu, ege:
        await save(database, visit(section, left=["boat-party-1"]))

    assert values(connection, REMOVED) == [False]
    assert rows(connection, LINKS) == [link("esn-ege", is_named=True, is_listed=False)]


@of_both_kinds
async def test_a_card_moves_last_seen(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, activity(metu))
    [before] = values(connection, "SELECT last_seen FROM activities")

    await save(database, visit(metu, "boat-party-1", whole_listing=False))

    [(after, read)] = connection.execute("SELECT last_seen, last_read FROM activities").fetchall()
    assert after > before == read


@pytest.mark.parametrize("order", [1, -1])
async def test_what_is_gone_stays_as_long_as_a_listing_of_either_kind_shows_it(
    database: str, connection: psycopg.Connection, order: int
) -> None:
    keys: list[Key] = [*await save_sections(database, "esn-metu"), "TR"]
    metu, turkiye = keys[::order]
    await save(database, activity(metu), visit(metu, "boat-party-1"))
    await save(database, visit(turkiye, "boat-party-1"))

    await save(database, visit(metu, gone=["boat-party-1"]))
    assert shown(connection, metu) == []
    assert shown(connection, turkiye) == ["boat-party-1"]
    assert values(connection, REMOVED) == [False]

    await save(database, visit(turkiye, gone=["boat-party-1"]))
    assert values(connection, REMOVED) == [True]


async def test_visits_of_both_kinds_end_in_one_batch(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")

    await save(database, visit(metu, "a-1"), visit("TR", "b-2"), visit("IT", "c-3"))

    assert [shown(connection, of) for of in (metu, "TR", "IT")] == [["a-1"], ["b-2"], ["c-3"]]


async def test_what_a_country_s_listing_shows_is_no_section_s(
    database: str, connection: psycopg.Connection
) -> None:
    [turkiye, _] = await save_nationals(database, "esn-turkiye", "esn-italia")
    await save_sections(database, "esn-metu")

    await save(database, activity(turkiye), visit(turkiye, "boat-party-1"))

    assert rows(connection, LINKS) == []
    assert values(connection, "SELECT event_slug FROM section_listings") == []


@of_both_kinds
async def test_an_activity_is_listed_by_all_whose_listing_has_shown_it_when_it_is_read(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege, koc = await save_owners(database, "esn-metu", "esn-ege", "esn-koc")
    read = activity(metu)
    read.listed_by += activity(ege).listed_by
    read.listed_by_countries += activity(ege).listed_by_countries

    await save(database, read)

    assert [shown(connection, of) for of in (metu, ege, koc)] == [
        ["boat-party-1"],
        ["boat-party-1"],
        [],
    ]
