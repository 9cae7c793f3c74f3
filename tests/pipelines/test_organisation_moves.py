"""What becomes of an organisation that has another alias than before."""

import psycopg
import pytest

from esn_pulse.items import OrganisationMovedItem
from tests.pipelines.factories import ACTIVITIES, activity, rows, save, save_sections, values
from tests.run.alias_networks import settle

ORGANISERS = "SELECT organisation_slug FROM activity_organisers ORDER BY activity_id, position"
FORMER = "SELECT former_slug || ' is ' || slug FROM organisation_former_slugs ORDER BY 1"
OWNED = "SELECT slug FROM organisations WHERE section_id = %s"
NAMED = """
    SELECT event_slug FROM activity_section_organisers JOIN activities AS a ON a.id = activity_id
    WHERE section_id = %s AND is_named ORDER BY 1
"""


def moved(former: str, present: str) -> OrganisationMovedItem:
    return OrganisationMovedItem(f"{ACTIVITIES}/organisation/{present}/activities", former, present)


async def section_of(database: str, alias: str) -> int:
    """Store a section whose alias is settled."""
    [section_id] = await save_sections(database, alias)
    await settle(database)
    return section_id


async def test_its_links_and_its_owner_go_along(
    database: str, connection: psycopg.Connection
) -> None:
    metu = await section_of(database, "esn-metu")
    await save(database, activity(metu, organisers=["esn-ege", "esn-metu"]))

    await save(database, moved("esn-metu", "esn-odtu"))

    assert values(connection, ORGANISERS) == ["esn-ege", "esn-odtu"]
    assert values(connection, OWNED, metu) == ["esn-odtu"]
    assert values(connection, FORMER) == ["esn-metu is esn-odtu"]
    assert rows(
        connection, "SELECT activities_platform_slug AS a, activities_url AS u FROM sections"
    ) == [{"a": "esn-odtu", "u": f"{ACTIVITIES}/organisation/esn-odtu/activities"}]
    assert (await settle(database)).changes == []


async def test_what_names_the_present_alias_already_is_linked(
    database: str, connection: psycopg.Connection
) -> None:
    metu = await section_of(database, "esn-metu")
    await save(database, activity(metu, "old-1", organisers=["esn-metu"]))
    named = activity(0, "new-2", organisers=["esn-odtu"], listed_by=[])
    named.section_id = None
    await save(database, named)

    await save(database, moved("esn-metu", "esn-odtu"))

    assert values(connection, NAMED, metu) == ["new-2", "old-1"]


async def test_what_names_a_former_alias_means_the_present_one(
    database: str, connection: psycopg.Connection
) -> None:
    metu = await section_of(database, "esn-metu")
    await save(database, moved("esn-metu", "esn-odtu"))
    await save(database, moved("esn-odtu", "esn-ankara"))

    await save(database, activity(metu, organisers=["esn-metu", "esn-odtu", "esn-ankara"]))

    assert values(connection, ORGANISERS) == ["esn-ankara"]
    assert values(connection, NAMED, metu) == ["boat-party-1"]
    assert values(connection, FORMER) == ["esn-metu is esn-ankara", "esn-odtu is esn-ankara"]


async def test_it_may_go_back_to_a_former_one(
    database: str, connection: psycopg.Connection
) -> None:
    metu = await section_of(database, "esn-metu")
    await save(database, activity(metu, organisers=["esn-metu"]))

    await save(database, moved("esn-metu", "esn-odtu"))
    await save(database, moved("esn-odtu", "esn-metu"))

    assert values(connection, ORGANISERS) == ["esn-metu"]
    assert values(connection, OWNED, metu) == ["esn-metu"]
    assert values(connection, FORMER) == ["esn-odtu is esn-metu"]


@pytest.mark.parametrize("organisers", [["esn-metu", "esn-odtu"], ["esn-odtu", "esn-metu"]])
async def test_an_activity_that_names_both_is_linked_once(
    database: str, connection: psycopg.Connection, organisers: list[str]
) -> None:
    metu = await section_of(database, "esn-metu")
    await save(database, activity(metu, organisers=organisers))

    await save(database, moved("esn-metu", "esn-odtu"))

    assert values(connection, ORGANISERS) == ["esn-odtu"]


async def test_a_redirect_to_somebody_else_s_is_no_new_alias(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    await settle(database)
    await save(database, activity(metu, organisers=["esn-metu"]))

    await save(database, moved("esn-metu", "esn-ege"))

    assert values(connection, ORGANISERS) == ["esn-metu"]
    assert values(connection, NAMED, metu) == ["boat-party-1"]
    assert [values(connection, OWNED, one) for one in (metu, ege)] == [["esn-metu"], ["esn-ege"]]
    assert values(connection, FORMER) == []
