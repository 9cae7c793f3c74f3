from random import Random

import psycopg
import pytest

from esn_pulse.items import PageReadItem, PulseItem
from esn_pulse.pipelines.upserts import SaveOutcome
from tests.pipelines.factories import (
    ACTIVITIES,
    activity,
    country,
    failure,
    row,
    save,
    save_sections,
    section,
    values,
)

FAILED = "SELECT * FROM failed_scrapes"
OPEN = "SELECT url FROM failed_scrapes WHERE resolved_at IS NULL ORDER BY id"
PAGE = section().url


async def test_a_failed_page_has_one_row_that_counts_the_runs_in_which_it_failed(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    assert await save(database, failure(PAGE, section_id=metu)) == [SaveOutcome.STORED]
    first = row(connection, FAILED)
    assert first == first | {
        "url": PAGE,
        "section_id": metu,
        "scraper_module": "AccountsScraper",
        "http_status_code": 500,
        "error_message": "the site answered 500",
        "retry_count": 1,
        "will_retry": True,
        "resolved_at": None,
    }

    timeout = failure(PAGE, None, section_id=metu, error_message="no answer")
    await save(database, timeout)

    second = row(connection, FAILED)
    changes = {"http_status_code": None, "error_message": "no answer", "retry_count": 2}
    assert second.pop("last_attempt") > first.pop("last_attempt")
    assert second == first | changes


async def test_a_page_that_failed_in_five_runs_is_given_up_for_good(
    database: str, connection: psycopg.Connection
) -> None:
    history = []
    for _ in range(6):
        await save(database, failure(PAGE))
        failed = row(connection, FAILED)
        history.append((failed["retry_count"], failed["will_retry"]))

    assert history == [(1, True), (2, True), (3, True), (4, True), (5, False), (6, False)]


async def test_a_page_that_was_read_again_begins_anew(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"))
    failed = failure(PAGE, accounts_platform_slug="tr-anka-met")
    await save(database, section(complete=False))
    for _ in range(5):
        await save(database, failed)

    await save(database, section())
    resolved = row(connection, FAILED)
    assert (resolved["will_retry"], resolved["retry_count"]) == (False, 5)
    assert resolved["resolved_at"] > resolved["last_attempt"]
    await save(database, section())
    assert row(connection, FAILED) == resolved

    await save(database, failed)
    again = row(connection, FAILED)
    changes = {"resolved_at": None, "retry_count": 1, "will_retry": True}
    assert again == resolved | changes | {"last_attempt": again["last_attempt"]}


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
    assert values(connection, OPEN) == [PAGE, f"{PAGE}-2"]

    await save(database, section(email="no address"))

    assert values(connection, OPEN) == [f"{PAGE}-2"]
    assert values(connection, "SELECT will_retry FROM failed_scrapes ORDER BY id") == [False, True]


async def test_a_record_without_its_page_closes_nothing(
    database: str, connection: psycopg.Connection
) -> None:
    pages = [country("TR").url, PAGE]
    await save(database, *map(failure, pages))

    await save(database, country("TR", section_count=None), section(complete=False))
    assert values(connection, OPEN) == pages

    await save(database, country("TR"))
    assert values(connection, OPEN) == [PAGE]


async def test_a_failure_is_closed_where_it_was_asked_for_before_a_redirect(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    asked = f"{ACTIVITIES}/activity/old-slug"
    await save(database, failure(asked), failure(f"{asked}-2"))

    await save(database, activity(metu, asked_url=asked))

    assert values(connection, OPEN) == [f"{asked}-2"]


async def test_a_page_without_a_record_of_its_own_is_closed_too(
    database: str, connection: psycopg.Connection
) -> None:
    listing = f"{ACTIVITIES}/organisation/esn-metu/activities?page="
    await save(database, *(failure(f"{listing}{number}") for number in range(4)))

    moved = PageReadItem(f"{ACTIVITIES}/elsewhere", asked_url=f"{listing}1")
    await save(database, PageReadItem(f"{listing}0"), moved)

    assert values(connection, OPEN) == [f"{listing}2", f"{listing}3"]


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


async def test_a_page_of_a_national_organisation_fails_as_its_country_s(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    whose = "SELECT section_id, country_code FROM failed_scrapes"
    await save(database, failure(PAGE, country_code="TR"))
    assert row(connection, whose) == {"section_id": None, "country_code": "TR"}

    await save(database, failure(PAGE, section_id=metu))
    assert row(connection, whose) == {"section_id": metu, "country_code": None}


async def test_a_page_of_a_country_that_is_not_known_is_on_record(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, failure(PAGE, country_code="ZZ"))

    assert row(connection, FAILED)["country_code"] is None
