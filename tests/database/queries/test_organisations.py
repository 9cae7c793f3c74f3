from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.database.queries.organisations import (
    OrganisationFilter,
    OrganisationToVisit,
    is_due,
    organisations_to_visit,
)
from esn_pulse.exceptions import RunFailed
from esn_pulse.items import Owner


@dataclass
class Stored:
    """A row of ``sections``; its slug on accounts.esn.org is ``<country>-<alias>``."""

    alias: str
    last_scraped: str | None = None
    country: str = "TR"
    can_scrape: bool | None = True


@dataclass
class National:
    """What ``countries`` has of a national organisation."""

    alias: str | None
    country: str
    last_scraped: str | None = None


def store_nationals(connection: psycopg.Connection, *nationals: National) -> None:
    """Let countries that are stored have these national organisations."""
    for national in nationals:
        connection.execute(
            "UPDATE countries SET activities_platform_slug = %s, can_scrape_activities = %s,"
            " last_scraped = %s WHERE country_code = %s",
            [
                national.alias,
                national.alias is not None,
                national.last_scraped,
                national.country,
            ],
        )


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


async def choose(database: str, **wanted: Any) -> list[OrganisationToVisit]:
    async with await AsyncConnection.connect(database) as connection:
        return await organisations_to_visit(connection, OrganisationFilter(**wanted))


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


async def test_sections_come_with_their_alias_and_their_name(
    database: str, connection: psycopg.Connection
) -> None:
    ids = store(connection, Stored("esn-metu"))

    metu = Owner(section_id=ids["esn-metu"])
    assert await choose(database) == [OrganisationToVisit(metu, "esn-metu", None, "ESN")]


async def test_countries_come_with_the_alias_and_the_name_of_their_national_organisation(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection)
    store_nationals(connection, National("esn-turkiye", "TR"), National(None, "IT"))

    turkiye = OrganisationToVisit(Owner(country_code="TR"), "esn-turkiye", None, "ESN Türkiye")
    assert await choose(database) == [turkiye]


async def test_the_name_is_that_which_the_activities_site_shows(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection, Stored("esn-metu"), Stored("esn-ege"))
    store_nationals(connection, National("esn-turkiye", "TR"))
    connection.execute(
        "INSERT INTO organisations (slug, name) VALUES"
        " ('esn-metu', 'ESN ODTÜ'), ('esn-turkiye', 'ESN Turkey'), ('esn-ege', NULL)"
    )

    assert {one.slug: one.name for one in await choose(database)} == {
        "esn-metu": "ESN ODTÜ",
        "esn-turkiye": "ESN Turkey",
        "esn-ege": "ESN",
    }


async def test_sections_and_countries_take_turns_by_when_they_were_visited(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection, Stored("esn-ege", "2026-01-08 00:00+00"), Stored("esn-metu"))
    store_nationals(
        connection,
        National("esn-turkiye", "TR"),
        National("esn-italia", "IT", "2026-01-07 00:00+00"),
    )

    expected = ["esn-metu", "esn-turkiye", "esn-italia", "esn-ege"]
    assert await slugs(database) == expected
    assert await slugs(database, limit=3) == expected[:3]
    since = datetime(2026, 1, 8, tzinfo=UTC)
    assert await slugs(database, since=since) == expected[:3]


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


async def test_a_country_includes_its_national_organisation_and_an_organisation_is_any(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection, Stored("esn-metu"), Stored("esn-siena", country="IT"))
    store_nationals(connection, National("esn-turkiye", "TR"), National("esn-italia", "IT"))

    assert await slugs(database, country="TR") == ["esn-metu", "esn-turkiye"]
    assert await slugs(database, organisation="esn-turkiye") == ["esn-turkiye"]
    assert await slugs(database, organisation="esn-siena") == ["esn-siena"]
    assert await slugs(database, country="IT", organisation="esn-italia") == ["esn-italia"]
    national = r"'esn-italia' is no section.*scrapy crawl activities -a organisation=esn-italia$"
    with pytest.raises(RunFailed, match=national):
        await choose(database, section="esn-italia")


async def test_a_former_alias_leads_to_the_organisation(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection, Stored("esn-metu"), Stored("esn-siena", country="IT"))
    store_nationals(connection, National("esn-italia", "IT"))
    connection.execute("INSERT INTO organisations VALUES ('esn-metu'), ('esn-italia')")
    connection.execute(
        "INSERT INTO organisation_former_slugs VALUES"
        " ('esn-odtu', 'esn-metu'), ('esn-italy', 'esn-italia')"
    )

    assert await slugs(database, section="esn-odtu") == ["esn-metu"]
    assert await slugs(database, organisation="esn-odtu") == ["esn-metu"]
    assert await slugs(database, organisation="esn-italy") == ["esn-italia"]
    with pytest.raises(RunFailed, match=r"-a organisation=esn-italy$"):
        await choose(database, section="esn-italy")


async def test_an_alias_that_both_have_is_both(
    database: str, connection: psycopg.Connection
) -> None:
    """As when an operator has pinned it to both."""
    store(connection, Stored("esn-malta"))
    store_nationals(connection, National("esn-malta", "IT"))

    chosen = await choose(database, organisation="esn-malta")
    assert [one.owner.country_code for one in chosen] == [None, "IT"]
    [section] = await choose(database, section="esn-malta")
    assert section.owner.section_id


async def test_parts_share_nothing_and_leave_nothing_out(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection, *(Stored(f"esn-{number}") for number in range(7)))

    parts = [await slugs(database, part=(number, 3)) for number in (1, 2, 3)]

    assert sorted(map(len, parts)) == [2, 2, 3]
    assert sorted(slug for part in parts for slug in part) == sorted(await slugs(database))
    # More parts than sections: some have nothing to do, and that is no failure.
    assert await slugs(database, part=(99, 99)) == []


@pytest.mark.parametrize("of", [1, 2, 5, 50])
async def test_parts_have_countries_too(
    database: str, connection: psycopg.Connection, of: int
) -> None:
    store(connection, *(Stored(f"esn-{number}") for number in range(3)))
    for number in range(20):
        code = f"{number:c>2}".upper()
        connection.execute(
            "INSERT INTO countries (country_code, name, slug, url, activities_platform_slug,"
            " can_scrape_activities) VALUES (%s, %s, '', '', %s, TRUE)",
            [code, code, f"national-{number}"],
        )

    parts = [await slugs(database, part=(number, of)) for number in range(1, of + 1)]

    assert sorted(slug for part in parts for slug in part) == sorted(await slugs(database))
    assert of > 5 or all(parts)


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


NO_PAGE = (
    r"no {} that was asked for is known to have a page on activities\.esn\.org\."
    " Run again.*section_slug_overrides$"
)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"section": "esn-nowhere"}, "no section 'esn-nowhere'.*scrapy crawl accounts$"),
        (
            {"section": "esn-nowhere", "country": "TR"},
            "no section 'esn-nowhere'.*scrapy crawl accounts$",
        ),
        ({"country": "DE"}, "no country 'DE' in.*scrapy crawl accounts -a country=de$"),
        (
            {"section": "esn-metu", "country": "DE"},
            "no country 'DE' in.*scrapy crawl accounts -a country=de$",
        ),
        ({"country": "IT"}, NO_PAGE.format("organisation of country 'IT'")),
        ({"country": "LI"}, NO_PAGE.format("organisation of country 'LI'")),
        ({"section": "it-esn-siena"}, NO_PAGE.format("section")),
        (
            {"organisation": "esn-nowhere"},
            "the organisation 'esn-nowhere' is not in the database.*scrapy crawl accounts$",
        ),
        (
            {"organisation": "esn-committee"},
            "the organisation 'esn-committee' is neither a section's nor a country's",
        ),
        (
            {"organisation": "esn-the-committee"},
            "the organisation 'esn-the-committee' is neither a section's nor a country's",
        ),
        ({"organisation": "esn-gone"}, NO_PAGE.format("organisation")),
        (
            {"organisation": "esn-metu", "country": "IT"},
            NO_PAGE.format("organisation of country 'IT'"),
        ),
    ],
)
async def test_nothing_to_visit_says_what_to_do(
    database: str, connection: psycopg.Connection, wanted: dict[str, str], message: str
) -> None:
    store(connection, Stored("esn-metu"), Stored("esn-siena", country="IT", can_scrape=False))
    connection.execute("INSERT INTO countries VALUES ('LI', 'LI', '', '')")
    connection.execute(
        "UPDATE countries SET activities_platform_slug = 'esn-gone', can_scrape_activities = FALSE"
        " WHERE country_code = 'LI'"
    )
    connection.execute("INSERT INTO organisations (slug) VALUES ('esn-committee')")
    connection.execute(
        "INSERT INTO organisation_former_slugs VALUES ('esn-the-committee', 'esn-committee')"
    )

    with pytest.raises(RunFailed, match=message):
        await choose(database, **wanted)


async def test_what_was_visited_in_time_is_no_failure_whatever_was_asked_for(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection)
    store_nationals(connection, National("esn-turkiye", "TR", "2026-01-15 00:00+00"))

    since = datetime(2020, 1, 1, tzinfo=UTC)
    assert await slugs(database, since=since, organisation="esn-turkiye") == []


async def test_a_country_without_sections_may_have_its_national_organisation_visited(
    database: str, connection: psycopg.Connection
) -> None:
    store(connection, Stored("esn-metu"))
    store_nationals(connection, National("esn-italia", "IT"))

    assert await slugs(database, country="IT") == ["esn-italia"]


@pytest.mark.parametrize(
    "change",
    [
        "last_scraped = now()",
        "activities_platform_slug = 'esn-other'",
        "can_scrape_activities = FALSE",
    ],
)
async def test_what_another_run_has_visited_or_taken_its_alias_is_not_due(
    database: str, connection: psycopg.Connection, change: str
) -> None:
    store(connection, Stored("esn-metu"))
    [chosen] = await choose(database)
    async with await AsyncConnection.connect(database) as asking:
        connection.execute("UPDATE sections SET name = 'ESN METU'")
        assert await is_due(asking, chosen)
        connection.execute(f"UPDATE sections SET {change}")
        assert not await is_due(asking, chosen)
