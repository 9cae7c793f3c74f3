"""What is open: failed pages, broken records, organisations that were not known before."""

import psycopg
from psycopg import AsyncConnection

from esn_pulse.database.queries.organisations import (
    OrganisationToVisit,
    is_due,
    newly_known_organisations,
    organisations_of,
)
from esn_pulse.database.queries.repairs import (
    BrokenRecord,
    FailedPage,
    broken_records,
    failed_pages,
)
from esn_pulse.items import ActivityItem, Owner, SectionItem, StatisticsItem
from tests.pipelines.factories import (
    SaveOwners,
    activity,
    checked,
    country,
    failure,
    national,
    of_both_kinds,
    owner,
    save,
    save_nationals,
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
        FailedPage("/first", None, None, None, None, None, None),
        FailedPage("/later", metu, None, "TR", "METU", "tr-esn-metu", METU.url),
    ]
    assert [page.owner for page in found] == [Owner(), Owner(section_id=metu)]


async def test_failed_pages_come_with_the_country_whose_national_organisation_has_them(
    database: str,
) -> None:
    await save_nationals(database, "esn-turkiye")
    await save(database, failure("/x", scraper_module=ACTIVITIES_MODULE, country_code="TR"))

    async with await AsyncConnection.connect(database) as own:
        [found] = await failed_pages(own, ACTIVITIES_MODULE)

    assert found == FailedPage("/x", None, "TR", None, None, None, None)
    assert found.owner == Owner(country_code="TR")


async def test_a_broken_record_comes_with_its_owner(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    shared = activity("TR", "shared-3", participants="many", section_id=metu, listed_by=[metu])
    await save(
        database,
        activity("TR", "boat-1", participants="many"),
        statistics("TR", online_activities="some"),
        shared,
    )

    async with await AsyncConnection.connect(database) as own:
        found = await broken_records(own, [ActivityItem, StatisticsItem])

    assert {record.raw["url"]: record.owner for record in found} == {
        activity("TR", "boat-1").url: Owner(country_code="TR"),
        statistics("TR").url: Owner(country_code="TR"),
        shared.url: Owner(section_id=metu),
    }


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


@of_both_kinds
async def test_what_the_last_crawl_could_not_visit_is_newly_known(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    async def new() -> list[str]:
        async with await AsyncConnection.connect(database) as own:
            known = await newly_known_organisations(own, ACTIVITIES_MODULE)
            return [one.slug for one in known]

    def begin(arguments: str | None) -> None:
        connection.execute(
            "INSERT INTO scraper_status (scraper_module, status, arguments)"
            " VALUES (%s, 'completed', %s)",
            [ACTIVITIES_MODULE, arguments],
        )

    await save_owners(database, "esn-metu", "esn-ege")
    assert await new() == []  # no crawl has missed them
    begin(None)
    assert await new() == []  # it knew them

    [metu] = await save_owners(database, "esn-metu")
    assert await new() == ["esn-metu"]
    begin('{"retry_failed": "1"}')
    assert await new() == ["esn-metu"]  # a repair is no crawl
    await save(database, visit(metu))
    assert await new() == []


@of_both_kinds
async def test_organisations_are_looked_up_and_due_until_another_run_has_read_them(
    database: str, save_owners: SaveOwners
) -> None:
    keys = await save_owners(database, "esn-metu", "esn-ege", "esn-koc")
    metu, ege, _ = map(owner, keys)
    nobody = Owner(section_id=999)
    async with await AsyncConnection.connect(database, autocommit=True) as own:
        known = await organisations_of(own, [metu, ege, nobody])
        assert {of: (one.owner, one.slug, one.last_scraped) for of, one in known.items()} == {
            metu: (metu, "esn-metu", None),
            ege: (ege, "esn-ege", None),
        }

        await save(database, visit(keys[1]))
        assert await is_due(own, known[metu])
        assert not await is_due(own, known[ege])
        assert await is_due(own, (await organisations_of(own, [ege]))[ege])
        assert not await is_due(own, OrganisationToVisit(nobody, "esn-nowhere", None))


async def test_what_has_lost_its_alias_is_not_looked_up(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save_nationals(database, "esn-turkiye")
    of_both = [owner(metu), owner("TR")]
    await save(database, checked(section("tr-esn-metu"), None), checked(national("TR"), None))

    async with await AsyncConnection.connect(database) as own:
        assert await organisations_of(own, of_both) == {}
