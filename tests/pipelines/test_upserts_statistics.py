from typing import Any

import psycopg

from esn_pulse.pipelines.upserts import SaveOutcome
from tests.pipelines.factories import row, rows, save, save_sections, statistics, values

OVERALL = {
    "physical_activities": 120,
    "online_activities": 14,
    "total_local_students": 900,
    "total_international_students": 2700,
    "total_coordinators": 410,
}
CAUSES = """
    SELECT cause_name, total_count, physical_count, online_count
    FROM section_cause_statistics WHERE section_id = %s ORDER BY cause_name
"""


def cause(name: str, total: Any, physical: Any = 0, online: Any = 0) -> dict[str, Any]:
    counts = {"total_count": total, "physical_count": physical, "online_count": online}
    return {"cause_name": name} | counts


def overall(connection: psycopg.Connection, section_id: int) -> dict[str, Any]:
    query = "SELECT * FROM section_overall_statistics WHERE section_id = %s"
    stored = row(connection, query, section_id)
    return {column: stored[column] for column in OVERALL}


async def test_all_four_tables_are_filled(database: str, connection: psycopg.Connection) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
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
    assert rows(connection, CAUSES, metu) == [
        cause("Culture", 1061, 50, 11),
        cause("Education & Youth", 3),
    ]
    assert rows(connection, CAUSES, ege) == []
    types = "SELECT section_id, activity_type, physical_count, online_count"
    assert rows(connection, f"{types} FROM section_type_statistics") == [
        {"section_id": metu, "activity_type": "Trip", "physical_count": 40, "online_count": 1}
    ]
    kinds = "SELECT section_id, participant_type, physical_count, online_count"
    assert rows(connection, f"{kinds} FROM section_participant_statistics") == [
        {"section_id": metu, "participant_type": "Local", "physical_count": 2, "online_count": 3}
    ]


async def test_a_visit_replaces_the_counts_of_its_section_only(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    causes = [cause("Culture", 1), cause("Peace", 2)]
    await save(database, statistics(metu, causes=causes), statistics(ege, causes=causes))
    identities = "SELECT id, cause_name FROM section_cause_statistics WHERE section_id = %s"
    before = {known["cause_name"]: known["id"] for known in rows(connection, identities, metu)}
    [first] = values(connection, "SELECT DISTINCT scraped_at FROM section_cause_statistics")

    await save(
        database,
        statistics(metu, **OVERALL, causes=[cause("Health", 5), cause("Peace", 3)]),
    )

    assert overall(connection, metu) == OVERALL
    assert rows(connection, CAUSES, metu) == [cause("Health", 5), cause("Peace", 3)]
    after = {known["cause_name"]: known["id"] for known in rows(connection, identities, metu)}
    assert after["Peace"] == before["Peace"]
    assert rows(connection, CAUSES, ege) == causes
    moved = "SELECT section_id, scraped_at > %s AS later FROM section_cause_statistics"
    assert {found["section_id"]: found["later"] for found in rows(connection, moved, first)} == {
        metu: True,
        ege: False,
    }


async def test_a_section_that_has_no_counts_any_more_loses_its_rows(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, statistics(metu, **OVERALL, causes=[cause("Culture", 1)]))

    await save(database, statistics(metu))

    assert overall(connection, metu) == dict.fromkeys(OVERALL, 0)
    assert rows(connection, CAUSES, metu) == []


async def test_an_unreadable_count_is_null_and_does_not_erase_a_known_one(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    unreadable = statistics(
        metu,
        **OVERALL | {"online_activities": "some"},
        causes=[cause("Culture", "many", 2)],
    )
    await save(database, unreadable)
    assert overall(connection, metu) == OVERALL | {"online_activities": None}
    assert rows(connection, CAUSES, metu) == [cause("Culture", None, 2)]

    await save(database, statistics(metu, **OVERALL, causes=[cause("Culture", 1)]))
    assert overall(connection, metu) == OVERALL
    await save(database, unreadable)

    assert overall(connection, metu) == OVERALL
    assert rows(connection, CAUSES, metu) == [cause("Culture", 1, 2)]
    fields = "SELECT field_name FROM validation_errors WHERE resolved_at IS NULL ORDER BY 1"
    assert values(connection, fields) == ["causes", "online_activities"]


async def test_the_later_of_two_wins_by_section_and_by_label(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")

    stored = await save(
        database,
        statistics(metu, causes=[cause("Peace", 1)]),
        statistics(metu, **OVERALL, causes=[cause("Culture", 1), cause("Culture", 2)]),
    )

    assert stored == [SaveOutcome.STORED] * 2
    assert overall(connection, metu) == OVERALL
    assert rows(connection, CAUSES, metu) == [cause("Culture", 2)]


async def test_a_day_keeps_what_was_read_last_of_every_figure_that_it_has_a_column_for(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    for table, column in [
        ("section_overall_statistics", "total_volunteers INTEGER DEFAULT 5"),
        ("section_overall_statistics", "total_guests INTEGER DEFAULT 6"),
        ("section_snapshots", "total_volunteers INTEGER"),
    ]:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {column}")

    await save(database, statistics(metu))
    await save(database, statistics(metu, **OVERALL | {"total_coordinators": "many"}))

    kept = row(connection, "SELECT * FROM section_snapshots")
    del kept["day"]
    figures = OVERALL | {"total_coordinators": 0, "total_volunteers": 5}
    assert kept == {"section_id": metu} | figures
