"""Which organisations count more activities than are stored of them, and what waits."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.database.queries.completeness import (
    ShortOrganisation,
    in_words,
    organisers_to_come,
    short_organisations,
)
from tests.pipelines.factories import (
    SaveOwners,
    activity,
    of_both_kinds,
    save,
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


async def test_what_an_older_version_has_read_waits_for_its_organisers(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(
        database,
        *[activity(metu, slug, organisers=["esn-metu"]) for slug in ("a-1", "b-2", "c-3")],
        activity(metu, "of-nobody-4"),
    )

    async def waiting() -> int:
        async with await AsyncConnection.connect(database) as own:
            return await organisers_to_come(own)

    assert await waiting() == 0
    connection.execute("DELETE FROM activity_organisers")  # which that version did not know
    assert await waiting() == 3
    await save(database, visit(metu, "b-2"), visit(metu, gone=["a-1"]))
    await save(database, activity(metu, "c-3", organisers=["esn-turkiye"]))
    assert await waiting() == 1
