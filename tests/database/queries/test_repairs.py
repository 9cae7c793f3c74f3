"""What is open: failed pages, broken records, sections that were not known before."""

import psycopg
from psycopg import AsyncConnection

from esn_pulse.database.queries.repairs import (
    BrokenRecord,
    FailedPage,
    broken_records,
    failed_pages,
    newly_known_sections,
    sections_by_id,
)
from esn_pulse.database.queries.sections import SectionToVisit, is_due
from esn_pulse.items import ActivityItem, SectionItem, StatisticsItem
from tests.pipelines.factories import (
    activity,
    checked,
    country,
    failure,
    save,
    save_sections,
    section,
    statistics,
    visit,
)

METU = section("tr-esn-metu", name="METU")
ACTIVITIES_MODULE = "ActivitiesAndStatisticsScraper"


async def test_failed_pages_come_with_their_section_those_tried_the_longest_ago_first(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, METU)
    for url in "/gone", "/later", "/first", "/other":
        status, module = (404 if url == "/gone" else 500), "AccountsScraper"
        if url == "/other":
            module = ACTIVITIES_MODULE
        section_id = metu if url == "/later" else None
        await save(database, failure(url, status, scraper_module=module, section_id=section_id))
    connection.execute("UPDATE failed_scrapes SET last_attempt = '2016-01-15' WHERE url = '/first'")

    async with await AsyncConnection.connect(database) as own:
        found = await failed_pages(own, "AccountsScraper")

    assert found == [
        FailedPage("/first", None, None, None, None, None, None, None),
        FailedPage("/later", metu, "TR", "METU", "tr-esn-metu", METU.url, "esn-metu", None),
    ]


async def test_a_broken_record_is_met_once_as_it_was_read_last(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    twice = {"participants": "many", "registration_url": "htp://x"}
    mended = activity(metu, "mended-2", participants="many")
    await save(
        database,
        activity(metu, **twice),
        mended,
        country("IT", email="none"),
        statistics(metu, online_activities="some"),
    )
    await save(database, activity(metu, "mended-2"), activity(metu, title="Boat", **twice))

    async with await AsyncConnection.connect(database) as own:
        found = await broken_records(own, [ActivityItem, StatisticsItem])

    read = [activity(metu, title="Boat", **twice), statistics(metu, online_activities="some")]
    assert found == [BrokenRecord(type(item).__name__, vars(item), metu) for item in read]


async def test_of_a_page_s_errors_the_latest_has_the_record(database: str) -> None:
    partial = section("tr-esn-metu", complete=False, latitude="north")
    [metu] = await save_sections(database, "esn-metu")
    for read in section("tr-esn-metu", email="none"), partial:
        await save(database, read)

    async with await AsyncConnection.connect(database) as own:
        found = await broken_records(own, [SectionItem])

    assert found == [BrokenRecord("SectionItem", vars(partial), metu)]


async def test_a_section_is_newly_known_when_the_last_crawl_could_not_visit_it(
    database: str, connection: psycopg.Connection
) -> None:
    async def new() -> list[str]:
        async with await AsyncConnection.connect(database) as own:
            return [known.slug for known in await newly_known_sections(own, ACTIVITIES_MODULE)]

    def begin(arguments: str | None) -> None:
        connection.execute(
            "INSERT INTO scraper_status (scraper_module, status, arguments)"
            " VALUES (%s, 'completed', %s)",
            [ACTIVITIES_MODULE, arguments],
        )

    [metu, _] = await save_sections(database, "esn-metu", "esn-ege")
    assert await new() == []  # no crawl has missed them
    begin(None)
    assert await new() == []  # it knew them

    await save(database, checked(METU, "esn-metu"), checked(section("tr-esn-koc"), None))
    assert await new() == ["esn-metu"]
    begin('{"retry_failed": "1"}')
    assert await new() == ["esn-metu"]  # a repair is no crawl
    await save(database, visit(metu))
    assert await new() == []


async def test_sections_are_looked_up_and_due_until_another_run_has_read_them(
    database: str,
) -> None:
    metu, ege, _ = await save_sections(database, "esn-metu", "esn-ege", "esn-koc")
    async with await AsyncConnection.connect(database, autocommit=True) as own:
        known = await sections_by_id(own, [metu, ege, 999])
        assert known == {
            metu: SectionToVisit(metu, "esn-metu", None, "ESN Esn-Metu"),
            ege: SectionToVisit(ege, "esn-ege", None, "ESN Esn-Ege"),
        }

        await save(database, visit(ege))
        assert await is_due(own, known[metu])
        assert not await is_due(own, known[ege])
        assert await is_due(own, (await sections_by_id(own, [ege]))[ege])
        assert not await is_due(own, SectionToVisit(999, "esn-nowhere", None))
