from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.items import ActivityItem
from esn_pulse.pipelines import upserts
from esn_pulse.pipelines.upserts import SaveOutcome
from esn_pulse.rules.verdicts import judge
from tests.pipelines.factories import (
    Key,
    activity,
    country,
    failure,
    row,
    rows,
    save,
    save_nationals,
    save_sections,
    section,
    statistics,
    values,
)

OPEN = """
    SELECT activity_event_slug, field_name FROM validation_errors
    WHERE resolved_at IS NULL ORDER BY activity_event_slug, field_name
"""
PAGE = section().url


def broken(of: Key, slug: str = "boat-party-1", **changes: object) -> ActivityItem:
    """An activity that is stored without its participants."""
    return activity(of, slug, **{"participants": "many"} | changes)


def without(field: str, section_id: int) -> ActivityItem:
    item = activity(section_id)
    setattr(item, field, None)
    return item


def open_errors(connection: psycopg.Connection) -> list[tuple[str, str]]:
    return [(found["activity_event_slug"], found["field_name"]) for found in rows(connection, OPEN)]


async def test_an_error_is_stored_with_the_record_as_it_was_read(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    item = broken(metu, registration_url="htp://x", sdgs=["SDG 3", "Goal 99"])

    assert await save(database, item) == [SaveOutcome.STORED]

    assert open_errors(connection) == [
        ("boat-party-1", "participants"),
        ("boat-party-1", "registration_url"),
        ("boat-party-1", "sdgs"),
    ]
    for error in rows(connection, "SELECT * FROM validation_errors"):
        assert error["url"] == item.url
        assert error["section_id"] == metu
        assert error["item"] == "ActivityItem"
        assert error["raw_data"] == vars(item)
    told = "SELECT field_name, error_message, value FROM validation_errors ORDER BY field_name"
    assert [tuple(error.values()) for error in rows(connection, told)] == [
        ("participants", "is not a whole number", "'many'"),
        ("registration_url", "is not an http(s) address", "'htp://x'"),
        ("sdgs", "names no Sustainable Development Goal from 1 to 17", "'Goal 99'"),
    ]


@pytest.mark.parametrize("field", ["title", "start_date", "event_slug"])
async def test_a_record_that_cannot_be_stored_leaves_its_error_only(
    database: str, connection: psycopg.Connection, field: str
) -> None:
    [metu] = await save_sections(database, "esn-metu")

    stored = await save(database, without(field, metu), activity(metu, "other-2"))

    assert stored == [SaveOutcome.REJECTED, SaveOutcome.STORED]
    assert values(connection, "SELECT event_slug FROM activities") == ["other-2"]
    slug = None if field == "event_slug" else "boat-party-1"
    assert open_errors(connection) == [(slug, field)]


async def test_an_error_is_on_record_once_however_often_it_is_met(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, broken(metu))
    first = row(connection, "SELECT * FROM validation_errors")

    await save(database, broken(metu))
    await save(database, broken(metu, participants="few"))

    now = row(connection, "SELECT * FROM validation_errors")
    assert (now["id"], now["created_at"]) == (first["id"], first["created_at"])
    assert (first["value"], now["value"]) == ("'many'", "'few'")
    assert now["error_message"] == first["error_message"]
    assert now["raw_data"]["participants"] == "few"


async def test_a_page_met_twice_in_a_batch_has_its_error_once(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")

    # As when an old alias of an activity redirects to the new one, and both are listed.
    await save(database, broken(metu), broken(metu, participants="few"))

    assert row(connection, "SELECT * FROM validation_errors")["value"] == "'few'"


async def test_errors_can_be_counted_by_the_rule_that_they_break(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    goals = [["Goal 99", "x" * 101], ["y" * 101, "Goal 0", "Goal 99"]]
    missing: dict[str, Any] = {"title": None}

    for number, some in enumerate(goals):
        await save(database, broken(metu, f"x-{number}", sdgs=some, causes=some, **missing))

    counted = rows(
        connection,
        "SELECT field_name, count(*) AS errors, count(value) AS values FROM validation_errors"
        " GROUP BY field_name, error_message ORDER BY 1",
    )
    assert [tuple(group.values()) for group in counted] == [
        ("causes", 2, 2),
        ("participants", 2, 2),
        ("sdgs", 2, 2),
        ("title", 2, 0),
    ]


async def test_a_field_that_is_valid_again_resolves_its_error_only(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    two: dict[str, Any] = {"description": None, "registration_url": "htp://x"}
    await save(database, activity(metu, **two), broken(metu, "other-2"))

    await save(database, activity(metu, **two | {"description": "On the sea."}))

    expected = [("boat-party-1", "registration_url"), ("other-2", "participants")]
    assert open_errors(connection) == expected
    resolved = "SELECT field_name, resolved_at > created_at AS later FROM validation_errors"
    assert rows(connection, f"{resolved} WHERE resolved_at IS NOT NULL") == [
        {"field_name": "description", "later": True}
    ]


async def test_an_error_that_comes_back_is_a_new_one(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    for item in broken(metu), activity(metu):
        await save(database, item)
    resolved = row(connection, "SELECT * FROM validation_errors")
    assert resolved["resolved_at"] is not None

    connection.execute("UPDATE activities SET is_valid = false")
    for item in broken(metu), broken(metu), activity(metu):
        await save(database, item)

    errors = rows(connection, "SELECT * FROM validation_errors ORDER BY id")
    assert errors[0] == resolved
    assert [error["resolved_at"] is None for error in errors] == [False, False]


async def test_a_section_page_that_failed_resolves_nothing(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"), section(email="no address"))
    opened = "SELECT count(*) FROM validation_errors WHERE resolved_at IS NULL"

    await save(database, section(complete=False), failure(PAGE))
    assert values(connection, opened) == [1]

    await save(database, section(email="board@metu.example"))
    assert values(connection, opened) == [0]


async def test_a_country_page_that_failed_resolves_nothing(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR", email="no address"))
    opened = "SELECT count(*) FROM validation_errors WHERE resolved_at IS NULL"

    await save(database, country("TR", section_count=None))
    assert values(connection, opened) == [1]

    await save(database, country("TR"))
    assert values(connection, opened) == [0]


async def test_a_refusal_of_the_database_is_on_record_and_can_be_resolved(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    verdict = judge(activity(metu))
    refusal = psycopg.IntegrityError("violates the check constraint")
    for _ in range(2):
        async with await AsyncConnection.connect(database) as own:
            await upserts.save_refusal(own, verdict, refusal)

    error = row(connection, "SELECT * FROM validation_errors")
    assert error["field_name"] is None
    assert "violates the check constraint" in error["error_message"]
    assert (error["section_id"], error["activity_event_slug"]) == (metu, "boat-party-1")
    assert error["raw_data"]["title"] == "Boat Party"

    await save(database, broken(metu))
    assert open_errors(connection) == [("boat-party-1", "participants")]


async def test_a_record_with_values_that_json_does_not_know_is_on_record(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")

    await save(database, activity(metu, participants=float("nan")))

    assert open_errors(connection) == [("boat-party-1", "participants")]


OWNERS = "SELECT url, section_id, country_code, item FROM validation_errors ORDER BY id"


async def test_an_error_of_a_national_record_is_its_country_s(
    database: str, connection: psycopg.Connection
) -> None:
    await save_nationals(database, "esn-turkiye", "esn-italia")
    listed, counted = broken("IT"), statistics("TR", online_activities="some")

    await save(database, listed, counted)

    assert [tuple(error.values()) for error in rows(connection, OWNERS)] == [
        (listed.url, None, "IT", "ActivityItem"),
        (counted.url, None, "TR", "StatisticsItem"),
    ]
    [raw] = values(connection, "SELECT raw_data FROM validation_errors WHERE url = %s", listed.url)
    assert raw["listed_by_countries"] == ["IT"]


async def test_an_error_of_what_both_kinds_list_is_the_section_s_until_it_lists_it_no_more(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    both = broken(metu, listed_by_countries=["TR"])

    for item, owned_by in [(both, (metu, None)), (broken("TR"), (None, "TR"))]:
        await save(database, item)
        error = row(connection, OWNERS)
        assert (error["section_id"], error["country_code"]) == owned_by


async def test_a_country_s_own_errors_are_no_national_organisation_s(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR", email="no address"))

    assert row(connection, OWNERS)["country_code"] is None


async def test_a_refusal_of_a_national_record_is_its_country_s(
    database: str, connection: psycopg.Connection
) -> None:
    await save_nationals(database, "esn-turkiye")
    async with await AsyncConnection.connect(database) as own:
        await upserts.save_refusal(own, judge(statistics("TR")), psycopg.DataError("no"))

    assert row(connection, OWNERS)["country_code"] == "TR"
