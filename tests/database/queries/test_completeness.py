"""Which sections count more activities than are stored of them."""

from collections.abc import Iterator

import psycopg
import pytest

from esn_pulse.database.queries.completeness import ShortSection, in_words, short_sections
from tests.pipelines.factories import activity, save, save_sections, statistics, visit


@pytest.fixture
def reading(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


async def test_what_sections_count_themselves_is_compared_with_what_is_stored(
    database: str, reading: psycopg.Connection
) -> None:
    metu, ege, koc = await save_sections(database, "esn-metu", "esn-ege", "esn-koc")
    await save(
        database,
        statistics(metu, physical_activities=3, online_activities=1),
        statistics(ege, physical_activities=1),
        statistics(koc, physical_activities=0),
        *[activity(metu, slug, listed_by=[metu, ege]) for slug in ("a-1", "b-2", "c-3")],
    )
    assert short_sections(reading) == [ShortSection("esn-metu", 3, 4)]

    await save(database, *[visit(section, gone=["c-3"]) for section in (metu, ege)])
    assert short_sections(reading) == [ShortSection("esn-metu", 2, 4)]


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
    assert ShortSection("esn-metu", stored, counted).lacks_many is are_many


def test_the_first_of_them_are_named() -> None:
    short = [ShortSection(f"esn-{n}", 1, 3) for n in range(7)]

    assert in_words(short) == (
        "14 activities are missing of 7 section(s), which count more than is stored:"
        " esn-0 (1 of 3), esn-1 (1 of 3), esn-2 (1 of 3), esn-3 (1 of 3), esn-4 (1 of 3) and 2 more"
    )
