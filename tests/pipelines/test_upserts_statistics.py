from operator import itemgetter
from typing import Any

import psycopg

from esn_pulse.pipelines.upserts import SaveOutcome
from tests.pipelines.factories import (
    Key,
    SaveOwners,
    of_both_kinds,
    owned,
    rows,
    save,
    save_sections,
    statistics,
    values,
)

OVERALL = {
    "physical_activities": 120,
    "online_activities": 14,
    "total_local_students": 900,
    "total_international_students": 2700,
    "total_coordinators": 410,
}


def cause(name: str, total: Any, physical: Any = 0, online: Any = 0) -> dict[str, Any]:
    counts = {"total_count": total, "physical_count": physical, "online_count": online}
    return {"cause_name": name} | counts


def overall(connection: psycopg.Connection, key: Key) -> dict[str, Any]:
    [stored] = owned(connection, "overall_statistics", key)
    return stored


def causes_of(connection: psycopg.Connection, key: Key) -> list[dict[str, Any]]:
    return sorted(owned(connection, "cause_statistics", key), key=itemgetter("cause_name"))


@of_both_kinds
async def test_all_four_tables_are_filled(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    read = statistics(
        metu,
        **OVERALL,
        causes=[cause("Culture", "1,061", 50, 11), cause("Education & Youth", 3)],
        types=[{"activity_type": "Trip", "physical_count": 40, "online_count": 1}],
        participants=[{"participant_type": "Local", "physical_count": 2, "online_count": 3}],
    )

    assert await save(database, read, statistics(ege)) == [SaveOutcome.STORED] * 2

    assert overall(connection, metu) == OVERALL
    assert overall(connection, ege) == dict.fromkeys(OVERALL, 0)
    assert causes_of(connection, metu) == [
        cause("Culture", 1061, 50, 11),
        cause("Education & Youth", 3),
    ]
    assert causes_of(connection, ege) == []
    counts = {"physical_count": 40, "online_count": 1}
    assert owned(connection, "type_statistics", metu) == [{"activity_type": "Trip"} | counts]
    assert owned(connection, "type_statistics", ege) == []
    counts = {"physical_count": 2, "online_count": 3}
    assert owned(connection, "participant_statistics", metu) == [
        {"participant_type": "Local"} | counts
    ]
    assert owned(connection, "participant_statistics", ege) == []


WRITTEN = """
    SELECT section_id::text AS owner, cause_name, id, scraped_at FROM section_cause_statistics
    UNION ALL
    SELECT country_code, cause_name, id, scraped_at FROM country_cause_statistics
"""


def written(connection: psycopg.Connection) -> dict[tuple[str, str], dict[str, Any]]:
    """Which rows there are of causes, and since when."""
    return {(one["owner"], one["cause_name"]): one for one in rows(connection, WRITTEN)}


@of_both_kinds
async def test_a_visit_replaces_the_counts_of_its_owner_only(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    causes = [cause("Culture", 1), cause("Peace", 2)]
    await save(database, statistics(metu, causes=causes), statistics(ege, causes=causes))
    before = written(connection)

    await save(
        database,
        statistics(metu, **OVERALL, causes=[cause("Health", 5), cause("Peace", 3)]),
    )

    assert overall(connection, metu) == OVERALL
    assert causes_of(connection, metu) == [cause("Health", 5), cause("Peace", 3)]
    assert causes_of(connection, ege) == causes
    after = written(connection)
    peace = str(metu), "Peace"
    assert after[peace]["id"] == before[peace]["id"]
    assert after[peace]["scraped_at"] > before[peace]["scraped_at"]
    assert {one: after[one] for one in after if one[0] == str(ege)} == {
        one: before[one] for one in before if one[0] == str(ege)
    }


@of_both_kinds
async def test_one_that_has_no_counts_any_more_loses_its_rows(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, statistics(metu, **OVERALL, causes=[cause("Culture", 1)]))

    await save(database, statistics(metu))

    assert overall(connection, metu) == dict.fromkeys(OVERALL, 0)
    assert causes_of(connection, metu) == []


@of_both_kinds
async def test_an_unreadable_count_is_null_and_does_not_erase_a_known_one(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    unreadable = statistics(
        metu,
        **OVERALL | {"online_activities": "some"},
        causes=[cause("Culture", "many", 2)],
    )
    await save(database, unreadable)
    assert overall(connection, metu) == OVERALL | {"online_activities": None}
    assert causes_of(connection, metu) == [cause("Culture", None, 2)]

    await save(database, statistics(metu, **OVERALL, causes=[cause("Culture", 1)]))
    assert overall(connection, metu) == OVERALL
    await save(database, unreadable)

    assert overall(connection, metu) == OVERALL
    assert causes_of(connection, metu) == [cause("Culture", 1, 2)]
    fields = "SELECT field_name FROM validation_errors WHERE resolved_at IS NULL ORDER BY 1"
    assert values(connection, fields) == ["causes", "online_activities"]


@of_both_kinds
async def test_the_later_of_two_wins_by_owner_and_by_label(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")

    stored = await save(
        database,
        statistics(metu, causes=[cause("Peace", 1)]),
        statistics(metu, **OVERALL, causes=[cause("Culture", 1), cause("Culture", 2)]),
    )

    assert stored == [SaveOutcome.STORED] * 2
    assert overall(connection, metu) == OVERALL
    assert causes_of(connection, metu) == [cause("Culture", 2)]


@of_both_kinds
async def test_a_day_keeps_what_was_read_last_of_every_figure_that_it_has_a_column_for(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    for kind in "section", "country":
        for column in "total_volunteers INTEGER DEFAULT 5", "total_guests INTEGER DEFAULT 6":
            connection.execute(f"ALTER TABLE {kind}_overall_statistics ADD COLUMN {column}")
        connection.execute(f"ALTER TABLE {kind}_snapshots ADD COLUMN total_volunteers INTEGER")

    await save(database, statistics(metu), statistics(ege))
    await save(database, statistics(metu, **OVERALL | {"total_coordinators": "many"}))

    figures = OVERALL | {"total_coordinators": 0, "total_volunteers": 5}
    assert owned(connection, "snapshots", metu) == [figures]
    assert owned(connection, "snapshots", ege) == [
        dict.fromkeys(OVERALL, 0) | {"total_volunteers": 5}
    ]


async def test_a_country_s_figures_are_no_section_s(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")

    read = statistics("TR", **OVERALL), statistics(metu, online_activities=3)
    assert await save(database, *read) == [SaveOutcome.STORED] * 2
    assert await save(database, *read) == [SaveOutcome.UNCHANGED] * 2

    assert overall(connection, "TR") == OVERALL
    assert overall(connection, metu) == dict.fromkeys(OVERALL, 0) | {"online_activities": 3}
    for table in "overall_statistics", "snapshots":
        counted = f"SELECT count(*) FROM section_{table}"
        assert values(connection, counted) == [1]
