"""Which pages the activities spider asks for when it repairs."""

import psycopg
from psycopg import AsyncConnection

from esn_pulse.database.queries.organisations import OrganisationToVisit
from esn_pulse.items import Owner, PulseItem
from esn_pulse.visits.repairs import visits_of_failures, visits_of_records
from esn_pulse.visits.visit import Visit
from tests.pipelines.factories import (
    ACTIVITIES,
    COUNTRIES,
    Key,
    SaveOwners,
    activity,
    checked,
    failure,
    national,
    of_both_kinds,
    owner,
    save,
    save_nationals,
    save_sections,
    section,
    statistics,
)

MODULE = "ActivitiesAndStatisticsScraper"
BOAT, QUIZ = f"{ACTIVITIES}/activity/boat-1", f"{ACTIVITIES}/activity/quiz-2"


async def of_failures(database: str) -> list[Visit]:
    async with await AsyncConnection.connect(database) as own:
        return await visits_of_failures(own, MODULE)


async def of_records(database: str) -> tuple[list[Visit], list[PulseItem]]:
    async with await AsyncConnection.connect(database) as own:
        return await visits_of_records(own)


def known_as(key: Key, slug: str) -> OrganisationToVisit:
    name = f"ESN {slug.title()}" if isinstance(key, int) else f"ESN {COUNTRIES[key]}"
    return OrganisationToVisit(owner(key), slug, None, name)


async def fail(database: str, key: Key | None, *urls: str) -> None:
    whose = Owner() if key is None else owner(key)
    for url in urls:
        await save(database, failure(url, scraper_module=MODULE, **whose._asdict()))


def own_page(alias: str, page: str) -> str:
    return f"{ACTIVITIES}/organisation/{alias}/{page}"


@of_both_kinds
async def test_a_failed_activity_is_asked_for_alone(database: str, save_owners: SaveOwners) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await fail(database, metu, BOAT, QUIZ)
    whose = owner(metu)
    gone = failure(f"{BOAT}-gone", 404, scraper_module=MODULE, **whose._asdict())
    await save(database, gone)

    [visit] = await of_failures(database)

    assert visit == Visit(known_as(metu, "esn-metu"), {BOAT: [whose], QUIZ: [whose]})
    assert not visit.is_whole


@of_both_kinds
async def test_without_one_of_its_own_pages_an_organisation_is_visited_anew(
    database: str, save_owners: SaveOwners
) -> None:
    metu, ege, _ = await save_owners(database, "esn-metu", "esn-ege", "esn-koc")
    await fail(database, metu, BOAT, own_page("esn-metu", "statistics"), QUIZ)
    await fail(database, ege, own_page("esn-ege", "activities?page=3"))

    visits = await of_failures(database)

    known = known_as(metu, "esn-metu"), known_as(ege, "esn-ege")
    assert visits == [Visit(one) for one in known]
    assert all(visit.is_whole for visit in visits)


async def test_pages_of_organisations_without_an_alias_are_left(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save_nationals(database, "esn-turkiye")
    await fail(database, metu, BOAT)
    await fail(database, None, QUIZ)
    await fail(database, "TR", f"{BOAT}-national")
    await save(database, checked(section("tr-esn-metu"), None), checked(national("TR"), None))

    assert await of_failures(database) == []


async def test_a_section_that_the_last_crawl_did_not_know_is_visited(
    database: str, connection: psycopg.Connection
) -> None:
    [ege] = await save_sections(database, "esn-ege")
    connection.execute(
        "INSERT INTO scraper_status (scraper_module, status) VALUES (%s, 'completed')", [MODULE]
    )
    [metu] = await save_sections(database, "esn-metu")
    await fail(database, metu, BOAT)
    await fail(database, ege, QUIZ)

    assert await of_failures(database) == [
        Visit(known_as(metu, "esn-metu")),
        Visit(known_as(ege, "esn-ege"), {QUIZ: [owner(ege)]}),
    ]


async def test_pages_of_broken_records_are_read_again_and_valid_ones_stored(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    listed = activity(metu, "boat-1", listed_by=[metu, ege], participants="many")
    mended = activity(metu, "quiz-2", participants="few")
    counted = statistics(ege, online_activities="some")
    await save(database, listed, mended, counted)
    # As if the rules had changed since.
    connection.execute(
        'UPDATE validation_errors SET raw_data = raw_data || \'{"participants": "3"}\''
        " WHERE url = %s",
        [mended.url],
    )

    visits, valid = await of_records(database)

    assert valid == [activity(metu, "quiz-2", participants="3")]
    assert visits == [
        Visit(known_as(metu, "esn-metu"), {listed.url: [owner(metu), owner(ege)]}),
        Visit(known_as(ege, "esn-ege"), {counted.url: []}),
    ]


async def test_a_country_s_broken_records_are_read_again_as_its_own(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save_nationals(database, "esn-turkiye")
    national = activity("TR", "boat-1", participants="many")
    counted = statistics("TR", online_activities="some")
    both = activity(metu, "quiz-2", participants="few", listed_by_countries=["TR"])
    await save(database, national, counted, both)

    visits, valid = await of_records(database)

    assert valid == []
    assert {visit.organisation.owner: visit.pages for visit in visits} == {
        owner("TR"): {national.url: [owner("TR")], counted.url: []},
        owner(metu): {both.url: [owner(metu), owner("TR")]},
    }


async def test_what_was_listed_before_countries_were_known_is_read_again(
    database: str, connection: psycopg.Connection
) -> None:
    """Older records do not say which countries list them."""
    [metu] = await save_sections(database, "esn-metu")
    broken = activity(metu, "boat-1", participants="many")
    await save(database, broken)
    connection.execute("UPDATE validation_errors SET raw_data = raw_data - 'listed_by_countries'")

    [visit], _ = await of_records(database)

    assert visit.pages == {broken.url: [owner(metu)]}


async def test_a_visit_is_complete_when_all_of_its_own_pages_were_read() -> None:
    metu = known_as(7, "esn-metu")

    assert Visit(metu).is_complete
    assert not Visit(metu, failed=True).is_complete
    assert not Visit(metu, {BOAT: [metu.owner]}).is_complete
