"""A search for an alias that proved nothing is a failed page like any other."""

import psycopg
import pytest

from esn_pulse.items import NationalOrganisationItem, SectionItem
from esn_pulse.rules.verdicts import Verdict, judge
from tests.pipelines.factories import (
    ACTIVITIES,
    checked,
    country,
    failure,
    national,
    row,
    rows,
    save,
    section,
    values,
)

METU, EGE = section("tr-anka-met"), section("tr-izmi-ege")
FIRST = f"{ACTIVITIES}/organisation/esn-anka-met/activities"
SECOND = f"{ACTIVITIES}/organisation/esn-anka-met-0/activities"
OPEN = "SELECT url FROM failed_scrapes WHERE resolved_at IS NULL ORDER BY id"


def searched(item: SectionItem | NationalOrganisationItem, url: str, status: int = 503) -> Verdict:
    """Judge a record and let the search for its alias end without proof."""
    verdict = judge(item)
    if isinstance(item, SectionItem):
        whose = {"accounts_platform_slug": item.accounts_platform_slug}
    else:
        whose = {"country_code": item.country_code}
    verdict.met.append(failure(url, status, **whose))
    return verdict


async def test_it_is_recorded_with_its_section_also_a_new_one(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"), searched(METU, FIRST))
    await save(database, searched(METU, FIRST))

    [metu] = values(connection, "SELECT id FROM sections")
    failed = row(connection, "SELECT * FROM failed_scrapes")
    assert failed == failed | {
        "url": FIRST,
        "section_id": metu,
        "http_status_code": 503,
        "retry_count": 2,
        "will_retry": True,
    }


@pytest.mark.parametrize("alias", ["esn-metu", None])
async def test_an_answer_through_any_candidate_ends_it(
    database: str, connection: psycopg.Connection, alias: str | None
) -> None:
    await save(database, country("TR"), searched(METU, FIRST), searched(EGE, f"{FIRST}/ege"))
    await save(database, searched(METU, SECOND))
    assert values(connection, OPEN) == [FIRST, f"{FIRST}/ege", SECOND]

    await save(database, checked(METU, alias))

    assert values(connection, OPEN) == [f"{FIRST}/ege"]
    query = "SELECT will_retry, resolved_at FROM failed_scrapes WHERE resolved_at IS NOT NULL"
    resolved = rows(connection, query)
    assert [failed["will_retry"] for failed in resolved] == [False, False]
    await save(database, checked(METU, alias))
    assert rows(connection, query) == resolved


async def test_it_says_nothing_of_the_section_s_other_pages(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"), METU)
    [metu] = values(connection, "SELECT id FROM sections")
    listing = f"{FIRST}?page=0"
    await save(
        database,
        failure(METU.url, section_id=metu),
        failure(listing, section_id=metu, scraper_module="ActivitiesAndStatisticsScraper"),
    )

    await save(database, checked(section("tr-anka-met", complete=False), "esn-metu"))

    assert values(connection, OPEN) == [METU.url, listing]


async def test_without_an_answer_it_stays(database: str, connection: psycopg.Connection) -> None:
    await save(database, country("TR"), searched(METU, FIRST))

    await save(database, METU)  # as when the site was given up, and nothing was asked

    assert rows(connection, OPEN) == [{"url": FIRST}]


@pytest.mark.parametrize("alias", ["esn-turkiye", None])
async def test_a_country_s_is_recorded_with_it_and_ends_with_an_answer(
    database: str, connection: psycopg.Connection, alias: str | None
) -> None:
    turkiye, italy = national("TR"), national("IT")
    page = failure(country("TR").url)
    await save(database, country("TR"), country("IT"), page)
    await save(database, searched(turkiye, FIRST), searched(italy, f"{FIRST}/it"))
    found = "SELECT url, country_code, section_id FROM failed_scrapes WHERE url LIKE %s"
    assert rows(connection, found, f"{FIRST}%") == [
        {"url": FIRST, "country_code": "TR", "section_id": None},
        {"url": f"{FIRST}/it", "country_code": "IT", "section_id": None},
    ]

    await save(database, checked(turkiye, alias))

    # Not that of the country's own page, which is another question.
    assert values(connection, OPEN) == [page.url, f"{FIRST}/it"]


async def test_without_an_answer_a_country_s_stays(
    database: str, connection: psycopg.Connection
) -> None:
    await save(database, country("TR"), searched(national("TR"), FIRST))

    await save(database, country("TR"), national("TR"))

    assert values(connection, OPEN) == [FIRST]
