"""Which organisations count more activities than are stored of them, and what waits."""

from collections.abc import Callable, Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.database.owners import COUNTRIES, SECTIONS
from esn_pulse.database.queries.completeness import (
    ShortOrganisation,
    in_words,
    outdated_activities,
    short_organisations,
)
from tests.pipelines.factories import (
    SaveOwners,
    activity,
    of_both_kinds,
    save,
    save_nationals,
    save_sections,
    statistics,
    visit,
)


@pytest.fixture
def reading(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@of_both_kinds
async def test_what_organisations_count_themselves_is_compared_with_what_is_stored(
    database: str, reading: psycopg.Connection, save_owners: SaveOwners
) -> None:
    metu, ege, koc = await save_owners(database, "esn-metu", "esn-ege", "esn-koc")
    slugs = "a-1", "b-2", "c-3"
    await save(
        database,
        statistics(metu, physical_activities=3, online_activities=1),
        statistics(ege, physical_activities=1),
        statistics(koc, physical_activities=0),
        *[activity(metu, slug) for slug in slugs],
        visit(metu, *slugs),
        visit(ege, *slugs),
    )
    assert short_organisations(reading) == [ShortOrganisation("esn-metu", 3, 4)]

    await save(database, *[visit(of, gone=["c-3"]) for of in (metu, ege)])
    assert short_organisations(reading) == [ShortOrganisation("esn-metu", 2, 4)]


@pytest.mark.parametrize(
    ("stored", "counted", "are_many"),
    [(0, 1, False), (6, 7, False), (5, 7, True), (178, 197, False), (133, 197, True)],
)
def test_single_pages_that_failed_are_not_many(
    stored: int,
    counted: int,
    *,
    are_many: bool,
) -> None:
    assert ShortOrganisation("esn-metu", stored, counted).lacks_many is are_many


def test_the_first_of_them_are_named() -> None:
    short = [ShortOrganisation(f"esn-{n}", 1, 3) for n in range(7)]

    assert in_words(short) == (
        "14 activities are missing of 7 organisation(s), which count more than is stored:"
        " esn-0 (1 of 3), esn-1 (1 of 3), esn-2 (1 of 3), esn-3 (1 of 3), esn-4 (1 of 3) and 2 more"
    )


async def test_what_names_a_national_organisation_is_stored_as_well_as_what_it_lists(
    database: str, reading: psycopg.Connection
) -> None:
    [turkiye] = await save_nationals(database, "esn-turkiye")
    [metu] = await save_sections(database, "esn-metu")
    await save(
        database,
        statistics(turkiye, physical_activities=4),
        *[activity(metu, slug, organisers=["esn-turkiye"]) for slug in ("a-1", "b-2")],
        activity(turkiye, "c-3"),
        visit(turkiye, "b-2", "c-3"),
    )
    reading.execute("UPDATE organisations SET country_code = 'TR' WHERE slug = 'esn-turkiye'")

    assert short_organisations(reading) == [ShortOrganisation("esn-turkiye", 3, 4)]


@pytest.fixture
def from_before(connection: psycopg.Connection) -> Callable[[], None]:
    """Forget what an older version, which has read all pages so far, did not note."""

    def forget() -> None:
        connection.execute("UPDATE activities SET partners = NULL")

    return forget


async def waiting(database: str) -> int:
    async with await AsyncConnection.connect(database) as own:
        return await outdated_activities(own)


async def test_what_an_older_version_has_read_waits_for_its_organisers(
    database: str, from_before: Callable[[], None]
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    slugs = "a-1", "b-2", "c-3", "listed-only-4"
    await save(
        database,
        *[activity(metu, slug, organisers=["esn-metu"]) for slug in slugs[:3]],
        activity(metu, slugs[3]),
    )
    assert await waiting(database) == 0  # it may be that a page links to nobody

    from_before()
    assert await waiting(database) == 4
    await save(database, visit(metu, *slugs[1:]), visit(metu, gone=["a-1"]))
    await save(database, activity(metu, "c-3", organisers=["esn-turkiye"]))
    assert await waiting(database) == 2
    await save(database, *[activity(metu, slug) for slug in slugs[1:]])
    assert await waiting(database) == 0


@of_both_kinds
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {owners} SET can_scrape_activities = FALSE",
        "DELETE FROM {listings}",
    ],
)
async def test_what_no_visit_reads_again_does_not_wait(
    database: str,
    connection: psycopg.Connection,
    from_before: Callable[[], None],
    save_owners: SaveOwners,
    change: LiteralString,
) -> None:
    [owner] = await save_owners(database, "esn-metu")
    await save(database, activity(owner, "a-1", organisers=["esn-metu"]))
    from_before()
    assert await waiting(database) == 1

    connection.execute((SECTIONS if isinstance(owner, int) else COUNTRIES).statement(change))

    assert await waiting(database) == 0


async def test_what_was_read_of_a_section_that_has_left_does_not_wait(
    database: str, connection: psycopg.Connection, from_before: Callable[[], None]
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, "a-1", organisers=["esn-metu"]))
    from_before()

    connection.execute("UPDATE sections SET left_at = now()")

    assert await waiting(database) == 0
