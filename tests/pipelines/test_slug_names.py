"""Whose an alias is that exists: the names on its cards tell."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

import psycopg
import pytest
from scrapy.crawler import Crawler

from esn_pulse.items import (
    FailedScrapeItem,
    OrganisationMovedItem,
    PulseItem,
)
from esn_pulse.pipelines.slug_check import SlugCheckPipeline
from esn_pulse.rules.schemas import NationalOrganisation, Section
from esn_pulse.rules.verdicts import Verdict, judge
from esn_pulse.run import stats
from tests.pipelines.factories import (
    ACTIVITIES,
    LISTING,
    Answer,
    FakeCrawler,
    checked,
    country,
    crawling,
    failure,
    national,
    organisation,
    save,
    save_nationals,
    section,
    visit,
)

NAME = "ESN University of Galway"
GALWAY = section("ie-galw-uni", name=NAME)
FIRST, SECOND, THIRD, LAST = (
    "esn-university-galway",
    "esn-university-galway-0",
    "esn-university-galway-1",
    "esn-university-of-galway",
)
SOMEBODY = "ESN Somebody"
Listings = Mapping[str, str | None]  # what their cards call each alias; None: there is no card
TURKIYE = "esn-turkiye"


def page(alias: str) -> str:
    return f"/organisation/{alias}/activities"


def named(alias: str, name: str | None) -> str:
    """A listing whose card bears a name; without any, one that has no card."""
    if name is None:
        return f'<link rel="canonical" href="{page(alias)}"><h1>Activities</h1>'
    organiser = f'<p class="act-organiser"><a href="/organisation/{alias}">{name}</a></p></article>'
    return LISTING.replace("</article>", organiser)


def site(crawler: FakeCrawler, listings: Listings, **others: Answer) -> None:
    """Let a site have these listings, whose cards bear these names."""
    crawler.engine.site = {page(alias): 200 for alias in listings} | others
    crawler.engine.pages = {page(alias): named(alias, name) for alias, name in listings.items()}


@asynccontextmanager
async def searching(
    database: str, listings: Listings
) -> AsyncIterator[tuple[FakeCrawler, SlugCheckPipeline]]:
    async with crawling(database) as crawler:
        site(crawler, listings)
        yield crawler, SlugCheckPipeline.from_crawler(cast("Crawler", crawler))


async def search(
    database: str, listings: Listings, item: PulseItem = GALWAY
) -> tuple[str | None, list[str], Verdict]:
    """Look for an alias; returns it, what was asked, and the verdict."""
    async with searching(database, listings) as (crawler, pipeline):
        verdict = await pipeline.process_item(judge(item))
        before, behind = page("|").split("|")
        asked = [one.replace(before, "").replace(behind, "") for one in crawler.engine.asked]
        return alias_of(verdict), asked, verdict


def alias_of(verdict: Verdict) -> str | None:
    return cast("Section | NationalOrganisation", verdict.row).activities_platform_slug


async def know_somebody(database: str) -> None:
    """Let a section be known that bears another name."""
    await save(database, country("IE"), section("ie-some", name=SOMEBODY))


async def test_an_alias_that_bears_another_section_s_name_is_not_taken(database: str) -> None:
    await know_somebody(database)

    alias, asked, _ = await search(database, {FIRST: SOMEBODY, SECOND: NAME})

    assert alias == SECOND
    assert asked == [f"GET {FIRST}", f"GET {SECOND}"]


async def test_nor_is_one_that_bears_a_country_s_name(database: str) -> None:
    await save_nationals(database, TURKIYE)

    alias, _, _ = await search(database, {FIRST: "ESN Türkiye"})

    assert alias is None


async def test_nor_is_one_of_a_section_that_the_same_run_has_met(database: str) -> None:
    async with searching(database, {FIRST: SOMEBODY, SECOND: NAME}) as (_, pipeline):
        await pipeline.process_item(judge(section("ie-some", name=SOMEBODY)))

        assert alias_of(await pipeline.process_item(judge(GALWAY))) == SECOND


@pytest.mark.parametrize("shown", ["esn university of galway", "University Of Gálway", f"{NAME}!"])
async def test_a_name_is_the_same_however_it_is_written(database: str, shown: str) -> None:
    await know_somebody(database)

    alias, asked, _ = await search(database, {FIRST: shown, SECOND: NAME})

    assert alias == FIRST
    assert asked == [f"GET {FIRST}"]


async def test_of_several_that_bear_a_name_of_nobody_the_first_is_taken(database: str) -> None:
    """An alias may be older than its section's name."""
    alias, asked, _ = await search(database, {SECOND: "ESN Old", LAST: "ESN Older"})

    assert alias == SECOND
    assert asked == [f"GET {one}" for one in (FIRST, SECOND, THIRD, LAST)]


@pytest.mark.parametrize("first", [None, "ESN Old"])
async def test_a_later_candidate_that_bears_the_name_wins(database: str, first: str | None) -> None:
    alias, asked, _ = await search(database, {FIRST: first, THIRD: NAME})

    assert alias == THIRD
    assert asked == [f"GET {one}" for one in (FIRST, SECOND, THIRD)]


async def test_an_empty_listing_is_taken_when_nothing_else_is_there(database: str) -> None:
    alias, _, _ = await search(database, {FIRST: None})

    assert alias == FIRST


async def test_what_most_cards_call_it_is_its_name(database: str) -> None:
    await know_somebody(database)
    async with searching(database, {FIRST: NAME, SECOND: SOMEBODY}) as (crawler, pipeline):
        start, card, end = re.split("(<article.*</article>)", named(FIRST, NAME))
        others = [card.replace("y-1", f"y-{n}") for n in (2, 3)]
        cards = [card.replace(NAME, SOMEBODY), *others]
        crawler.engine.pages[page(FIRST)] = "".join([start, *cards, end])

        assert alias_of(await pipeline.process_item(judge(GALWAY))) == FIRST


async def test_cards_of_others_in_its_listing_tell_nothing_of_it(database: str) -> None:
    await know_somebody(database)
    both = named(FIRST, NAME).replace(
        "</article>", '<a href="/organisation/esn-somebody">ESN Somebody</a></article>'
    )
    async with searching(database, {FIRST: NAME}) as (crawler, pipeline):
        crawler.engine.pages[page(FIRST)] = both

        verdict = await pipeline.process_item(judge(GALWAY))

    assert alias_of(verdict) == FIRST
    assert verdict.met == [organisation(FIRST, NAME, is_own=True)]


async def test_what_exists_is_told_with_its_name(database: str) -> None:
    await know_somebody(database)

    _, _, verdict = await search(database, {FIRST: SOMEBODY, SECOND: None, THIRD: NAME})

    assert verdict.met == [
        organisation(FIRST, SOMEBODY, is_own=True),
        organisation(SECOND, None, is_own=True),
        organisation(THIRD, NAME, is_own=True),
    ]


async def test_without_an_answer_after_one_that_may_be_it_that_is_taken(database: str) -> None:
    async with searching(database, {FIRST: None, THIRD: NAME}) as (crawler, pipeline):
        crawler.engine.site[page(SECOND)] = 503
        verdict = await pipeline.process_item(judge(GALWAY))

    assert alias_of(verdict) == FIRST
    assert not [met for met in verdict.met if isinstance(met, FailedScrapeItem)]


async def test_without_an_answer_after_another_s_nothing_is_proven(database: str) -> None:
    await know_somebody(database)
    async with searching(database, {FIRST: SOMEBODY, THIRD: NAME}) as (crawler, pipeline):
        crawler.engine.site[page(SECOND)] = 503
        verdict = await pipeline.process_item(judge(GALWAY))

    assert cast("Section", verdict.row).can_scrape_activities is None
    [failed] = [met for met in verdict.met if isinstance(met, FailedScrapeItem)]
    assert failed.url == ACTIVITIES + page(SECOND)
    assert failed.accounts_platform_slug == "ie-galw-uni"
    # What was met before it is stored all the same.
    assert organisation(FIRST, SOMEBODY, is_own=True) in verdict.met


async def know_alias(database: str, alias: str, name: str | None) -> None:
    """Let the section's alias be known, and what the site calls it."""
    await save(database, country("IE"), checked(GALWAY, alias), organisation(alias, name))
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE organisations SET section_id = s.id FROM sections AS s"
            " WHERE s.activities_platform_slug = slug"
        )


async def test_a_stored_alias_that_bears_the_name_is_asked_for_first_and_alone(
    database: str,
) -> None:
    await know_alias(database, "esn-galway", NAME)

    alias, asked, _ = await search(database, {"esn-galway": NAME, FIRST: NAME})

    assert alias == "esn-galway"
    assert asked == ["HEAD esn-galway"]


@pytest.mark.parametrize("name", [None, "ESN Old"])
async def test_a_stored_alias_that_is_not_proven_is_asked_for_in_its_turn(
    database: str, name: str | None
) -> None:
    await know_alias(database, "esn-galway", name)

    alias, asked, _ = await search(database, {"esn-galway": name, FIRST: NAME})

    assert alias == FIRST
    assert asked == [f"HEAD {FIRST}", f"GET {FIRST}"]


async def test_a_stored_alias_that_bears_another_section_s_name_is_given_up(database: str) -> None:
    await know_somebody(database)
    await know_alias(database, FIRST, SOMEBODY)

    alias, _, verdict = await search(database, {FIRST: SOMEBODY})

    assert alias is None
    assert cast("Section", verdict.row).can_scrape_activities is False


async def test_what_an_operator_pins_wins_whatever_name_it_bears(
    database: str, connection: psycopg.Connection
) -> None:
    await know_somebody(database)
    pin = "INSERT INTO section_slug_overrides VALUES (%s, %s)"
    connection.execute(pin, ["ie-galw-uni", "esn-somebody"])
    connection.execute(pin, ["tr", "esn-ankara"])

    pinned = {"esn-somebody": SOMEBODY, FIRST: NAME, "esn-ankara": SOMEBODY, TURKIYE: "ESN Türkiye"}
    assert (await search(database, pinned))[:2] == ("esn-somebody", ["GET esn-somebody"])
    alias, asked, _ = await search(database, pinned, national())
    assert (alias, asked[0]) == ("esn-ankara", "GET esn-ankara")


async def test_a_redirect_is_remembered_with_the_present_alias(database: str) -> None:
    async with searching(database, {"esn-galway": NAME}) as (crawler, pipeline):
        crawler.engine.site[page(FIRST)] = ACTIVITIES + page("esn-galway")
        verdict = await pipeline.process_item(judge(GALWAY))

    assert alias_of(verdict) == "esn-galway"
    assert verdict.met == [
        OrganisationMovedItem(ACTIVITIES + page("esn-galway"), FIRST, "esn-galway"),
        organisation("esn-galway", NAME, is_own=True),
    ]


# --- Countries ----------------------------------------------------------------------------------


async def test_a_country_s_organisation_has_its_name_with_a_leading_esn(database: str) -> None:
    alias, asked, verdict = await search(database, {TURKIYE: "ESN Türkiye"}, national())

    assert alias == TURKIYE
    row = cast("NationalOrganisation", verdict.row)
    assert row.can_scrape_activities is True
    assert row.activities_url == ACTIVITIES + page(TURKIYE)
    # A section may bear the same name, so that one of them has the next alias.
    assert asked == [f"GET {TURKIYE}", f"GET {TURKIYE}-0"]


async def test_the_next_alias_of_a_country_is_told_but_not_taken(database: str) -> None:
    both = {TURKIYE: "ESN Türkiye", f"{TURKIYE}-0": "ESN Türkiye"}

    alias, _, verdict = await search(database, both, national())

    assert alias == TURKIYE
    assert verdict.met == [organisation(one, "ESN Türkiye", is_own=True) for one in both]


async def test_without_an_answer_of_the_next_alias_a_country_s_stands(database: str) -> None:
    async with searching(database, {TURKIYE: "ESN Türkiye"}) as (crawler, pipeline):
        crawler.engine.site[page(f"{TURKIYE}-0")] = 503
        verdict = await pipeline.process_item(judge(national()))

    assert alias_of(verdict) == TURKIYE
    assert not [met for met in verdict.met if isinstance(met, FailedScrapeItem)]


async def test_a_country_without_an_organisation_there_has_none(database: str) -> None:
    alias, asked, verdict = await search(database, {}, national())

    assert alias is None
    assert cast("NationalOrganisation", verdict.row).can_scrape_activities is False
    assert len(asked) == 3


async def test_a_search_for_a_country_s_alias_that_fails_is_the_country_s(database: str) -> None:
    async with searching(database, {}) as (crawler, pipeline):
        crawler.engine.site[page(TURKIYE)] = 503
        verdict = await pipeline.process_item(judge(national()))

    told = failure(
        ACTIVITIES + page(TURKIYE),
        503,
        error_message="alias not proven: the site answered 503",
        country_code="TR",
    )
    assert verdict.met == [told]


async def test_a_country_that_is_met_twice_in_a_run_is_looked_for_once(database: str) -> None:
    async with searching(database, {TURKIYE: "ESN Türkiye"}) as (crawler, pipeline):
        await pipeline.process_item(judge(national()))
        asked = len(crawler.engine.asked)
        again = await pipeline.process_item(judge(national()))

        assert len(crawler.engine.asked) == asked
        assert cast("NationalOrganisation", again.row).can_scrape_activities is None
        assert crawler.stats.get_value(stats.SLUGS_SETTLED) == 1


async def test_a_country_s_alias_is_settled_once_its_listing_was_read(
    database: str, connection: psycopg.Connection
) -> None:
    await save_nationals(database, TURKIYE)
    listings = {TURKIYE: "ESN Türkiye"}

    async def is_asked_for() -> bool:
        return bool((await search(database, listings, national()))[1])

    assert await is_asked_for()
    await save(database, visit("TR"))
    connection.execute("UPDATE organisations SET country_code = 'TR'")
    assert not await is_asked_for()
    module = "ActivitiesAndStatisticsScraper"
    listing = f"{ACTIVITIES}{page(TURKIYE)}?page=1"
    await save(database, failure(listing, scraper_module=module, country_code="TR"))
    assert await is_asked_for()


async def test_what_is_gone_is_told_and_asked_for_again_until_it_is_back(database: str) -> None:
    old = "esn-isc-galway"  # to which no rule leads
    await save(database, country("IE"), checked(GALWAY, old), organisation(old, NAME, is_own=True))

    alias, asked, verdict = await search(database, {})

    assert alias is None
    assert asked[:2] == [f"HEAD {old}", f"GET {old}"]
    assert verdict.met == [organisation(old, None, is_gone=True)]
    await save(database, checked(GALWAY, None), *verdict.met)

    alias, _, verdict = await search(database, {old: NAME})

    assert alias == old
    assert verdict.met == [organisation(old, NAME, is_own=True)]


async def test_the_alias_of_a_section_of_the_same_name_is_not_taken(database: str) -> None:
    await save(database, country("IE"), checked(section("ie-other", name=NAME), FIRST))
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO organisations (slug, name, section_id) SELECT %s, %s, id FROM sections",
            [FIRST, NAME],
        )

    alias, _, _ = await search(database, {FIRST: NAME, SECOND: NAME})

    assert alias == SECOND


async def test_a_country_whose_name_a_section_bears_is_not_looked_for_at_the_plain_alias(
    database: str,
) -> None:
    await save(database, country("TR"), section("tr-ista-one", name="ESN Türkiye"))

    alias, asked, _ = await search(database, {TURKIYE: "ESN Türkiye"}, national())

    assert alias is None
    assert f"GET {TURKIYE}" not in asked
