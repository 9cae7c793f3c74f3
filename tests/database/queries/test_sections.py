from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.database.queries.sections import SectionFilter, SectionToVisit, sections_to_visit
from esn_pulse.exceptions import RunFailed


@dataclass
class Stored:
    """A row of ``sections``; its slug on accounts.esn.org is ``<country>-<alias>``."""

    alias: str
    last_scraped: str | None = None
    country: str = "TR"
    can_scrape: bool | None = True


def store(connection: psycopg.Connection, *sections: Stored) -> dict[str, int]:
    """Store sections; returns their ids by alias."""
    connection.execute(
        "INSERT INTO countries (country_code, name, slug, url) VALUES"
        " ('TR', 'Türkiye', 'turkiye', 'https://a.example/country/tr'),"
        " ('IT', 'Italy', 'italy', 'https://a.example/country/it')"
    )
    ids = {}
    for section in sections:
        row = connection.execute(
            "INSERT INTO sections (country_code, name, accounts_platform_slug,"
            " activities_platform_slug, can_scrape_activities, last_scraped)"
            " VALUES (%s, 'ESN', %s, %s, %s, %s) RETURNING id",
            [
                section.country,
                f"{section.country.lower()}-{section.alias}",
                section.alias if section.can_scrape else None,
                section.can_scrape,
                section.last_scraped,
            ],
        ).fetchone()
        assert row
        ids[section.alias] = row[0]
    return ids


async def choose(database: str, **wanted: Any) -> list[SectionToVisit]:
    async with await AsyncConnection.connect(database) as connection:
        return await sections_to_visit(connection, SectionFilter(**wanted))


async def slugs(database: str, **wanted: Any) -> list[str]:
    return [chosen.slug for chosen in await choose(database, **wanted)]


async def test_never_scraped_ones_come_first_then_the_longest_ago(
    database: str, connection: psycopg.Connection
) -> None:
    store(
        connection,
        Stored("last-week", "2026-01-08 00:00+00"),
        Stored("never"),
        Stored("last-year", "2025-01-01 00:00+00"),
        Stored("never-either"),
        Stored("today", "2026-01-15 00:00+00"),
    )

    expected = ["never", "never-either", "last-year", "last-week", "today"]
    assert await slugs(database) == expected
    assert await slugs(database, limit=3) == expected[:3]


async def test_sections_come_with_their_id_and_their_alias(
    database: str, connection: psycopg.Connection
) -> None:
    ids = store(connection, Stored("esn-metu"))

    expected = SectionToVisit(id=ids["esn-metu"], slug="esn-metu", last_scraped=None, name="ESN")
    assert await choose(database) == [expected]


async def test_only_those_proven_to_have_a_page_are_visited(
    database: str, connection: psycopg.Connection
) -> None:
    store(
        connection,
        Stored("proven"),
        Stored("absent", can_scrape=False),
        Stored("unknown", can_scrape=None),
    )

    assert await slugs(database) == ["proven"]


async def test_filters(database: str, connection: psycopg.Connection) -> None:
    store(connection, Stored("esn-metu"), Stored("esn-ege"), Stored("esn-siena", country="IT"))

    assert await slugs(database, section="esn-ege") == ["esn-ege"]
    assert await slugs(database, section="it-esn-siena") == ["esn-siena"]
    assert await slugs(database, country="IT") == ["esn-siena"]
    assert await slugs(database, country="TR", limit=1) == ["esn-metu"]
    assert await slugs(database, country="TR", section="esn-ege") == ["esn-ege"]


async def test_parts_share_no_section_and_leave_none_out(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection, *(Stored(f"esn-{number}") for number in range(7)))

    parts = [await slugs(database, part=(number, 3)) for number in (1, 2, 3)]

    assert sorted(map(len, parts)) == [2, 2, 3]
    assert sorted(slug for part in parts for slug in part) == sorted(await slugs(database))
    # More parts than sections: some have nothing to do, and that is no failure.
    assert await slugs(database, part=(99, 99)) == []


async def test_what_was_visited_since_then_is_left_out(
    database: str, connection: psycopg.Connection
) -> None:
    store(
        connection,
        Stored("never"),
        Stored("before", "2026-01-14 00:00+00"),
        Stored("since", "2026-01-15 00:00+00"),
    )

    assert await slugs(database, since=datetime(2026, 1, 15, tzinfo=UTC)) == ["never", "before"]
    assert await slugs(database, since=datetime(2020, 1, 1, tzinfo=UTC), section="since") == []


async def test_without_sections_the_accounts_spider_must_run_first(database: str) -> None:
    with pytest.raises(RunFailed, match=r"knows no sections yet.*: scrapy crawl accounts$"):
        await choose(database)


@pytest.mark.parametrize(
    ("section", "country", "message"),
    [
        ("esn-nowhere", None, "no section 'esn-nowhere'.*scrapy crawl accounts$"),
        ("esn-nowhere", "TR", "no section 'esn-nowhere'.*scrapy crawl accounts$"),
        (None, "DE", "no section of country 'DE'.*scrapy crawl accounts -a country=de$"),
        ("esn-metu", "DE", "no section of country 'DE'.*scrapy crawl accounts -a country=de$"),
        (None, "IT", "known to have a page on activities.esn.org.*section_slug_overrides$"),
        ("it-esn-siena", None, "known to have a page on activities.esn.org"),
    ],
)
async def test_nothing_to_visit_says_what_to_do(
    database: str,
    connection: psycopg.Connection,
    section: str | None,
    country: str | None,
    message: str,
) -> None:
    store(connection, Stored("esn-metu"), Stored("esn-siena", country="IT", can_scrape=False))

    with pytest.raises(RunFailed, match=message):
        await choose(database, section=section, country=country)
