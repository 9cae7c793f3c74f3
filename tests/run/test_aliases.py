"""Whose each alias is, in a database: by all that is stored, and only when nobody is at it."""

import psycopg
import pytest

from esn_pulse.database import locks
from esn_pulse.items import Owner
from tests.pipelines.factories import (
    ACTIVITIES,
    activity,
    checked,
    organisation,
    row,
    rows,
    save,
    section,
    statistics,
    values,
    visit,
)
from tests.run.alias_networks import (
    everything,
    owners,
    settle,
    store_claimants,
    store_names,
    word_for_word,
)

VSB, OSTRAVSKA = "tr-1", "tr-2"
OSTRAVA = {VSB: "ESN VSB - TU Ostrava", OSTRAVSKA: "ESN Ostravská"}
ALIAS = "esn-vsb-tu-ostrava"
LINKS = """
    SELECT accounts_platform_slug || ' ' || event_slug
    FROM activity_section_organisers JOIN sections AS s ON s.id = section_id
    JOIN activities AS a ON a.id = activity_id ORDER BY 1
"""
SNAPSHOTS = """
    SELECT accounts_platform_slug || ' ' || day
    FROM section_snapshots JOIN sections AS s ON s.id = section_id ORDER BY 1
"""


async def section_ids(database: str, **aliases: str | None) -> list[int]:
    """Store the two of Ostrava with these aliases; returns their ids."""
    await store_claimants(database, OSTRAVA, {VSB: aliases["vsb"], OSTRAVSKA: aliases["ostravska"]})
    with psycopg.connect(database) as connection:
        known = owners(connection)
    return [known[key].section_id or 0 for key in OSTRAVA]


def pin(connection: psycopg.Connection, key: str, alias: str) -> None:
    connection.execute("INSERT INTO section_slug_overrides VALUES (%s, %s)", [key, alias])


async def test_a_section_gets_the_alias_that_bears_its_name_and_all_that_was_read_under_it(
    database: str, connection: psycopg.Connection
) -> None:
    vsb, _ = await section_ids(database, vsb=ALIAS, ostravska=None)
    await save(database, activity(vsb, organisers=[ALIAS]), statistics(vsb), visit(vsb))
    store_names(connection, {ALIAS: "ESN Ostravska"})

    settlement = await settle(database)

    assert {str(change) for change in settlement.changes} == {
        f"{ALIAS} is not ESN VSB - TU Ostrava, which has no alias for now",
        f"{ALIAS} is ESN Ostravská",
    }
    query = (
        "SELECT activities_platform_slug AS alias, activities_url AS url,"
        " can_scrape_activities AS can, last_scraped IS NULL AS is_new FROM sections"
        " WHERE accounts_platform_slug = %s"
    )
    url = f"{ACTIVITIES}/organisation/{ALIAS}/activities"
    assert row(connection, query, OSTRAVSKA) == {
        "alias": ALIAS,
        "url": url,
        "can": True,
        "is_new": False,
    }
    assert row(connection, query, VSB) == {"alias": None, "url": None, "can": False, "is_new": True}
    assert values(connection, LINKS) == [f"{OSTRAVSKA} boat-party-1"]


async def test_what_pages_named_before_is_linked_when_it_is_known_whose_that_is(
    database: str, connection: psycopg.Connection
) -> None:
    vsb, _ = await section_ids(database, vsb="esn-vsb", ostravska=None)
    await save(database, activity(vsb, organisers=[ALIAS, "esn-vsb"]))
    assert values(connection, LINKS) == [f"{VSB} boat-party-1"]
    store_names(connection, {ALIAS: "ESN Ostravská"})

    await settle(database)

    assert values(connection, LINKS) == [f"{VSB} boat-party-1", f"{OSTRAVSKA} boat-party-1"]


async def test_nothing_is_settled_while_another_run_is_at_one_who_is_concerned(
    database: str, connection: psycopg.Connection
) -> None:
    vsb, ostravska = await section_ids(database, vsb=ALIAS, ostravska=None)
    await save(database, activity(vsb, organisers=[ALIAS]), statistics(vsb), visit(vsb))
    store_names(connection, {ALIAS: "ESN Ostravská"})
    before = word_for_word(connection)

    for number, name in (vsb, OSTRAVA[VSB]), (ostravska, OSTRAVA[OSTRAVSKA]):
        lock = locks.of_owner(Owner(number))
        connection.execute(locks.TRY, lock)
        settlement = await settle(database)
        assert (settlement.changes, settlement.at_work) == ([], name)
        assert word_for_word(connection) == before
        connection.execute(locks.RELEASE, lock)

    assert len((await settle(database)).changes) == 2


async def test_a_run_at_somebody_else_does_not_matter(
    database: str, connection: psycopg.Connection
) -> None:
    await section_ids(database, vsb=ALIAS, ostravska=None)
    store_names(connection, {ALIAS: "ESN Ostravská"})
    connection.execute(locks.TRY, locks.of_owner(Owner(None, "TR")))

    assert len((await settle(database)).changes) == 2


async def test_snapshots_move_with_the_alias_though_another_one_was_found_since(
    database: str, connection: psycopg.Connection
) -> None:
    vsb, _ = await section_ids(database, vsb=ALIAS, ostravska=None)
    connection.execute("UPDATE sections SET alias_since = '2026-01-02' WHERE id = %s", [vsb])
    for day in "2026-01-01", "2026-01-05":
        connection.execute("INSERT INTO section_snapshots VALUES (%s, %s)", [vsb, day])
    store_names(connection, {ALIAS: "ESN Ostravská"})
    await save(database, checked(section(VSB, name=OSTRAVA[VSB]), "esn-vsb"))

    await settle(database)

    assert values(connection, SNAPSHOTS) == [f"{VSB} 2026-01-01", f"{OSTRAVSKA} 2026-01-05"]


@pytest.mark.parametrize("pinned", [VSB, OSTRAVSKA])
async def test_what_two_have_read_under_one_alias_is_whose_it_is(
    database: str, connection: psycopg.Connection, pinned: str
) -> None:
    ids = await section_ids(database, vsb=ALIAS, ostravska=None)
    connection.execute(
        "UPDATE sections SET activities_platform_slug = %s, can_scrape_activities = TRUE,"
        " alias_since = NULL",
        [ALIAS],
    )
    for number in ids:
        await save(
            database, activity(number, organisers=[ALIAS]), statistics(number), visit(number)
        )
    pin(connection, pinned, ALIAS)

    await settle(database)

    assert values(connection, LINKS) == [f"{pinned} boat-party-1"]
    assert [one.split()[0] for one in values(connection, SNAPSHOTS)] == [pinned]
    for kept in "section_listings", "section_overall_statistics":
        query = f"SELECT DISTINCT section_id FROM {kept}"
        assert len(values(connection, query)) == 1
    assert values(
        connection, "SELECT accounts_platform_slug FROM sections WHERE last_scraped > '-infinity'"
    ) == [pinned]


async def test_what_names_the_new_alias_does_not_go_with_the_old_one(
    database: str, connection: psycopg.Connection
) -> None:
    vsb, _ = await section_ids(database, vsb=ALIAS, ostravska=None)
    await save(database, activity(vsb, "theirs-1", organisers=[ALIAS]))
    store_names(connection, {ALIAS: "ESN Ostravská"})
    await save(database, checked(section(VSB, name=OSTRAVA[VSB]), "esn-vsb"))
    named = activity(0, "ours-2", organisers=["esn-vsb"], listed_by=[])
    named.section_id = None
    await save(database, named)

    await settle(database)

    assert values(connection, LINKS) == [f"{VSB} ours-2", f"{OSTRAVSKA} theirs-1"]


async def test_what_was_read_under_an_alias_that_is_gone_stays(
    database: str, connection: psycopg.Connection
) -> None:
    vsb, _ = await section_ids(database, vsb="esn-vsb-old", ostravska=None)
    await save(database, activity(vsb), statistics(vsb), visit(vsb, "boat-party-1"))
    store_names(connection, {"esn-vsb": "ESN VSB TU Ostrava"})
    before = everything(connection)

    await settle(database)

    after = everything(connection)
    assert {table for table in after if after[table] != before[table]} == {
        "sections",
        "organisations",
    }


@pytest.mark.parametrize("found", [None, "esn-vsb-0"])
async def test_an_alias_that_was_looked_for_and_is_gone_is_not_given_back(
    database: str, connection: psycopg.Connection, found: str | None
) -> None:
    vsb, _ = await section_ids(database, vsb="esn-vsb", ostravska=None)
    await save(database, activity(vsb), statistics(vsb), visit(vsb, "boat-party-1"))
    store_names(connection, {"esn-vsb": OSTRAVA[VSB]})
    gone = organisation("esn-vsb", None, is_gone=True)
    await save(database, checked(section(VSB, name=OSTRAVA[VSB]), found), gone)

    for _ in range(2):
        assert (await settle(database)).changes == []

    assert values(
        connection, "SELECT activities_platform_slug FROM sections WHERE id = %s", vsb
    ) == [found]
    assert values(connection, LINKS) == [f"{VSB} boat-party-1"]
    store_names(connection, {"esn-vsb": OSTRAVA[VSB]})  # as a card out of a cache may
    assert (await settle(database)).changes == []
    # Until its own page shows it again.
    await save(database, organisation("esn-vsb", OSTRAVA[VSB], is_own=True))
    assert len((await settle(database)).changes) == 1


async def test_what_an_old_page_has_named_stays_named(
    database: str, connection: psycopg.Connection
) -> None:
    vsb, _ = await section_ids(database, vsb="esn-vsb", ostravska=None)
    await save(database, activity(vsb, organisers=["esn-vsb"]), visit(vsb))
    connection.execute("DELETE FROM activity_organisers")
    store_names(connection, {"esn-vsb": OSTRAVA[OSTRAVSKA]})

    await settle(database)

    named = "SELECT organisation_slug, position FROM activity_organisers"
    assert rows(connection, named) == [{"organisation_slug": "esn-vsb", "position": 1}]


async def test_what_was_read_before_a_search_found_another_s_alias_stays(
    database: str, connection: psycopg.Connection
) -> None:
    _, ostravska = await section_ids(database, vsb="esn-vsb", ostravska=None)
    await save(database, activity(ostravska, "quiz-2"), visit(ostravska, "quiz-2"))
    store_names(connection, {"esn-vsb": OSTRAVA[VSB]})
    await save(database, checked(section(OSTRAVSKA, name=OSTRAVA[OSTRAVSKA]), "esn-vsb"))

    await settle(database)

    listed = "SELECT section_id FROM section_listings WHERE event_slug = 'quiz-2'"
    assert values(connection, listed) == [ostravska]


async def test_what_is_pinned_to_two_is_settled_once(
    database: str, connection: psycopg.Connection
) -> None:
    vsb, _ = await section_ids(database, vsb=ALIAS, ostravska=None)
    await save(database, activity(vsb, organisers=[ALIAS]), statistics(vsb), visit(vsb))
    for key in OSTRAVA:
        pin(connection, key, ALIAS)

    assert len((await settle(database)).changes) == 1
    assert values(connection, LINKS) == [f"{VSB} boat-party-1", f"{OSTRAVSKA} boat-party-1"]
    before = word_for_word(connection)
    assert (await settle(database)).changes == []
    assert word_for_word(connection) == before


async def test_a_country_is_pinned_by_its_letters(
    database: str, connection: psycopg.Connection
) -> None:
    await section_ids(database, vsb=ALIAS, ostravska=None)
    store_names(connection, {ALIAS: "ESN VSB - TU Ostrava"})
    pin(connection, "it", ALIAS)

    assert {str(change) for change in (await settle(database)).changes} == {
        f"{ALIAS} is not ESN VSB - TU Ostrava, which has no alias for now",
        f"{ALIAS} is ESN Italy",
    }
    assert values(connection, "SELECT country_code FROM organisations WHERE slug = %s", ALIAS) == [
        "IT"
    ]
