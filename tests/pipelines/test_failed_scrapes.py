from random import Random

import psycopg
import pytest

from esn_pulse.items import PulseItem
from tests.pipelines.factories import (
    country,
    failure,
    row,
    save,
    save_sections,
    section,
    values,
    visit,
)

FAILED = "SELECT * FROM failed_scrapes"
PAGE = section().url


async def test_a_failed_page_has_one_row_that_counts_its_failures(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    assert await save(database, failure(PAGE, section_id=metu)) == [True]
    first = row(connection, FAILED)
    assert first == first | {
        "url": PAGE,
        "section_id": metu,
        "scraper_module": "AccountsScraper",
        "http_status_code": 500,
        "error_message": "the site answered 500",
        "retry_count": 1,
        "will_retry": True,
    }

    timeout = failure(PAGE, None, section_id=metu, error_message="no answer")
    await save(database, timeout)

    second = row(connection, FAILED)
    changes = {"http_status_code": None, "error_message": "no answer", "retry_count": 2}
    assert second.pop("last_attempt") > first.pop("last_attempt")
    assert second == first | changes


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_gone_is_not_asked_for_again(
    database: str, connection: psycopg.Connection, status: int
) -> None:
    await save(database, failure(PAGE, status))
    assert row(connection, FAILED)["will_retry"] is False

    await save(database, failure(PAGE, 503))
    assert row(connection, FAILED)["will_retry"] is True


async def test_a_failure_is_closed_when_the_page_is_read(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"))
    await save(database, section(complete=False), failure(PAGE), failure(f"{PAGE}-2"))
    assert values(connection, f"SELECT count(*) FROM ({FAILED}) AS f WHERE will_retry") == [2]

    await save(database, section(email="no address"))

    still_open = values(connection, "SELECT url FROM failed_scrapes WHERE will_retry")
    assert still_open == [f"{PAGE}-2"]


async def test_the_end_of_a_visit_closes_its_listing_pages(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    pages, other = visit(metu, pages=3).pages, visit(ege).pages[0]
    await save(database, *map(failure, [*pages, other]))

    await save(database, visit(metu, pages=3))

    assert values(connection, "SELECT url FROM failed_scrapes WHERE will_retry") == [other]


@pytest.mark.parametrize("failure_first", [True, False])
async def test_a_new_section_whose_page_failed_is_named_by_its_failure(
    database: str, connection: psycopg.Connection, *, failure_first: bool
) -> None:
    await save(database, country("TR"))
    batches: list[PulseItem] = [
        section(complete=False),
        failure(PAGE, accounts_platform_slug="tr-anka-met"),
    ]
    for item in reversed(batches) if failure_first else batches:
        await save(database, item)

    [section_id] = values(connection, "SELECT id FROM sections")
    assert row(connection, FAILED)["section_id"] == section_id


@pytest.mark.parametrize("length", [600, 6000])
async def test_an_address_too_long_for_its_column_is_cut(
    database: str, connection: psycopg.Connection, length: int
) -> None:
    noise = Random(length).randbytes(length).hex()  # incompressible, as an index would have it

    await save(database, failure(f"{PAGE}?{noise}"))

    assert len(row(connection, FAILED)["url"]) == 500
