from datetime import date
from typing import Any

import psycopg
import pytest

from esn_pulse.pipelines.upserts import SaveOutcome
from tests.clock import stop_clock
from tests.pipelines.factories import activity, relations, row, save, save_sections, values, visit

EVERYTHING: dict[str, Any] = {
    "start_date": "08/11/2023",
    "end_date": "10/11/2023",
    "city": "Ankara",
    "country": "Türkiye",
    "participants": "1,250",
    "types": ["Trip", "Game"],
    "partners": ["Zoo", "Łódka"],
    "activity_goal": "To meet",
    "outcomes": "We met",
    "registration_url": "https://forms.example/1",
    "image_url": "https://activities.example/1.png",
}
TIMES = ("created_at", "updated_at", "first_seen", "last_seen", "last_read")


def only(connection: psycopg.Connection) -> dict[str, object]:
    """The only activity without its timestamps."""
    stored = row(connection, "SELECT * FROM activities")
    return {column: value for column, value in stored.items() if column not in TIMES}


async def test_every_column_is_stored(database: str, connection: psycopg.Connection) -> None:
    [metu] = await save_sections(database, "esn-metu")

    assert await save(database, activity(metu, **EVERYTHING)) == [SaveOutcome.STORED]

    stored = only(connection)
    assert stored == {
        "id": stored["id"],
        "event_slug": "boat-party-1",
        "url": "https://activities.example/activity/boat-party-1",
        "title": "Boat Party",
        "description": "On the sea.",
        "start_date": date(2023, 11, 8),
        "end_date": date(2023, 11, 10),
        "is_future_event": False,
        "is_online": False,
        "online_platform": None,
        "city": "Ankara",
        "country_code": "TR",
        "country_name": None,
        "participants": 1250,
        "activity_type": "Trip",
        "activity_goal": "To meet",
        "outcomes": "We met",
        "registration_url": "https://forms.example/1",
        "image_url": "https://activities.example/1.png",
        "is_valid": True,
        "removed_at": None,
        "partners": ["Zoo", "Łódka"],
    }


async def test_what_a_page_does_not_say_is_null(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, is_online=True, online_platform="Zoom"))

    stored = only(connection)
    assert (stored["is_online"], stored["online_platform"]) == (True, "Zoom")
    assert stored["end_date"] == stored["start_date"]
    assert (stored.pop("partners"), stored["activity_type"]) == ([], None)
    assert {stored[column] for column in EVERYTHING.keys() & stored if "_date" not in column} == {
        None
    }
    assert stored["is_valid"] is True


@pytest.mark.parametrize(
    ("place", "code", "name"),
    [
        ("Italy", "IT", None),
        ("Turkey", "TR", None),
        ("TR", "TR", None),
        ("Morocco", None, "Morocco"),
        ("AD", None, "Andorra"),
        (None, None, None),
    ],
)
async def test_places_outside_the_network_keep_their_name(
    database: str,
    connection: psycopg.Connection,
    place: str | None,
    code: str | None,
    name: str | None,
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, country=place))

    stored = only(connection)
    assert (stored["country_code"], stored["country_name"]) == (code, name)


@pytest.mark.parametrize(
    ("time", "zone"), [("00:00", "Etc/GMT+12"), ("23:59", "UTC"), ("23:59", "Pacific/Kiritimati")]
)
async def test_an_activity_that_starts_after_today_is_in_the_future(
    database: str, connection: psycopg.Connection, time: str, zone: str
) -> None:
    stop_clock(connection, f"2028-02-29 {time}+00", zone)
    [metu] = await save_sections(database, "esn-metu")
    yesterday, today, tomorrow = "28/02/2028", "29/02/2028", "01/03/2028"
    await save(
        database,
        activity(metu, "ended-1", start_date=yesterday),
        activity(metu, "begins-2", start_date=today, end_date=tomorrow),
        activity(metu, "comes-3", start_date=tomorrow),
    )

    future = "SELECT event_slug FROM activities WHERE is_future_event"
    assert values(connection, future) == ["comes-3"]

    await save(database, activity(metu, "comes-3", start_date=today))
    assert values(connection, future) == []


async def test_only_a_change_moves_updated_at_but_every_visit_last_seen(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    times = f"SELECT id, {', '.join(TIMES)} FROM activities"
    await save(database, activity(metu, **EVERYTHING))
    first = row(connection, times)

    await save(database, activity(metu, **EVERYTHING))
    second = row(connection, times)
    assert second == first | dict.fromkeys(("last_seen", "last_read"), second["last_seen"])
    assert second["last_seen"] > first["last_seen"]

    await save(database, activity(metu, **EVERYTHING | {"participants": None}))
    third = row(connection, times)
    assert third["updated_at"] == third["last_read"] == third["last_seen"] > second["last_seen"]
    assert (third["id"], third["created_at"]) == (first["id"], first["created_at"])


async def test_a_broken_page_leaves_a_valid_row_and_its_relations(
    database: str, connection: psycopg.Connection
) -> None:
    metu, _ = await save_sections(database, "esn-metu", "esn-ege")
    related: dict[str, Any] = {"causes": ["Culture"], "sdgs": ["SDG 3"], "objectives": ["Mobility"]}
    await save(database, activity(metu, organisers=["esn-ege"], **EVERYTHING, **related))
    before = only(connection), relations(connection)

    broken = activity(metu, title="Other", participants="-1", causes=["Peace"], types=["Game"])
    outcomes = await save(database, broken, activity(metu, "new-2"))
    assert outcomes == [SaveOutcome.KEPT, SaveOutcome.STORED]

    await save(database, visit(metu, "boat-party-1"))
    connection.execute("DELETE FROM activities WHERE event_slug = 'new-2'")
    assert (only(connection), relations(connection)) == before
    assert values(connection, "SELECT field_name FROM validation_errors") == ["participants"]


async def test_a_broken_row_is_replaced_by_the_next_one(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    assert await save(database, activity(metu, description=None)) == [SaveOutcome.STORED]
    stored = only(connection)
    assert (stored["description"], stored["is_valid"]) == ("", False)

    await save(database, activity(metu, participants="many", causes=["Peace"]))
    stored = only(connection)
    assert (stored["description"], stored["is_valid"]) == ("On the sea.", False)
    assert relations(connection)["causes"] == ["Peace"]

    assert await save(database, activity(metu)) == [SaveOutcome.STORED]
    assert only(connection)["is_valid"] is True
    assert relations(connection)["causes"] == []


async def test_a_type_is_the_first_one_and_partners_are_in_page_order(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    first = activity(metu, types=["Trip", "Game"], partners=["Zoo", "Łódka"])
    reordered = activity(metu, types=["Game", "Trip"], partners=["Łódka", "Zoo"])

    for item in first, reordered:
        assert await save(database, item) == [SaveOutcome.STORED]
        assert await save(database, item) == [SaveOutcome.UNCHANGED]
        stored = only(connection)
        assert (stored["activity_type"], stored["partners"]) == (item.types[0], item.partners)
        assert relations(connection)["types"] == ["Game", "Trip"]

    await save(database, activity(metu))
    stored = only(connection)
    assert (stored["activity_type"], stored["partners"]) == (None, [])
    assert relations(connection)["types"] == []


async def test_what_an_older_version_has_read_gets_its_types_and_partners_when_read_again(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, types=["Trip"]))
    connection.execute("UPDATE activities SET partners = NULL")
    connection.execute("DELETE FROM activity_to_type")

    await save(database, activity(metu, types=["Trip"], participants="many"))  # a broken page
    assert (only(connection)["partners"], relations(connection)["types"]) == (None, [])

    assert await save(database, activity(metu, types=["Trip"])) == [SaveOutcome.STORED]
    assert (only(connection)["partners"], relations(connection)["types"]) == ([], ["Trip"])


async def test_of_two_with_one_slug_in_a_batch_the_later_is_stored(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")

    twice = activity(metu, title="Early", causes=["Peace"]), activity(metu, causes=["Culture"])
    assert await save(database, *twice) == [SaveOutcome.STORED] * 2

    assert only(connection)["title"] == "Boat Party"
    assert relations(connection)["causes"] == ["Culture"]
