"""Which pages the activities spider asks for when it repairs."""

import psycopg
from psycopg import AsyncConnection

from esn_pulse.database.queries.sections import SectionToVisit
from esn_pulse.items import PulseItem
from esn_pulse.visits.repairs import visits_of_failures, visits_of_records
from esn_pulse.visits.visit import Visit
from tests.pipelines.factories import (
    ACTIVITIES,
    activity,
    checked,
    failure,
    save,
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


def section_of(section_id: int, slug: str) -> SectionToVisit:
    return SectionToVisit(section_id, slug, None, f"ESN {slug.title()}")


async def fail(database: str, section_id: int | None, *urls: str) -> None:
    for url in urls:
        await save(database, failure(url, scraper_module=MODULE, section_id=section_id))


def own_page(alias: str, page: str) -> str:
    return f"{ACTIVITIES}/organisation/{alias}/{page}"


async def test_a_failed_activity_is_asked_for_alone(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await fail(database, metu, BOAT, QUIZ)
    gone = failure(f"{BOAT}-gone", 404, scraper_module=MODULE, section_id=metu)
    await save(database, gone)

    [visit] = await of_failures(database)

    assert visit == Visit(section_of(metu, "esn-metu"), {BOAT: [metu], QUIZ: [metu]})
    assert not visit.is_whole


async def test_without_one_of_its_own_pages_a_section_is_visited_anew(database: str) -> None:
    metu, ege, _ = await save_sections(database, "esn-metu", "esn-ege", "esn-koc")
    await fail(database, metu, BOAT, own_page("esn-metu", "statistics"), QUIZ)
    await fail(database, ege, own_page("esn-ege", "activities?page=3"))

    visits = await of_failures(database)

    known = section_of(metu, "esn-metu"), section_of(ege, "esn-ege")
    assert visits == [Visit(section) for section in known]
    assert all(visit.is_whole for visit in visits)


async def test_pages_of_sections_without_an_alias_are_left(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await fail(database, metu, BOAT)
    await fail(database, None, QUIZ)
    await save(database, checked(section("tr-esn-metu"), None))

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
        Visit(section_of(metu, "esn-metu")),
        Visit(section_of(ege, "esn-ege"), {QUIZ: [ege]}),
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
        Visit(section_of(metu, "esn-metu"), {listed.url: [metu, ege]}),
        Visit(section_of(ege, "esn-ege"), {counted.url: []}),
    ]


async def test_a_visit_is_complete_when_all_of_its_own_pages_were_read() -> None:
    section = section_of(7, "esn-metu")

    assert Visit(section).is_complete
    assert not Visit(section, failed=True).is_complete
    assert not Visit(section, {BOAT: [7]}).is_complete
