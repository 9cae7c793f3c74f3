import asyncio
import time
from typing import LiteralString, cast

import psycopg
import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from esn_pulse.exceptions import DatabaseUnavailable
from esn_pulse.items import PageReadItem
from esn_pulse.pipelines.postgres import PostgresPipeline
from esn_pulse.rules.verdicts import judge
from esn_pulse.run import stats
from tests.pipelines.factories import (
    ACTIVITIES,
    FakeCrawler,
    activity,
    country,
    failure,
    rows,
    save,
    save_sections,
    section,
    statistics,
    storing,
    values,
    visit,
)

STORED = "SELECT event_slug FROM activities ORDER BY id"
REFUSED = "SELECT activity_event_slug AS slug, error_message, value FROM validation_errors"

WAITING: LiteralString = """
    FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def until(connection: psycopg.Connection, query: LiteralString) -> None:
    """Wait until a query returns a row."""
    deadline = time.monotonic() + 60
    while not connection.execute(query).fetchall():
        assert time.monotonic() < deadline, "it never came to that"
        await asyncio.sleep(0.01)


async def test_an_item_is_done_when_its_row_is_committed_and_not_before(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    async with storing(database) as run:
        with psycopg.connect(database) as obstacle:
            obstacle.execute("LOCK TABLE activities IN SHARE MODE")
            putting = asyncio.create_task(run.put(activity(metu)))
            await until(connection, f"SELECT pid {WAITING}")
            assert not putting.done()
            assert run.count(stats.ITEMS_STORED) == 0
        verdict = await putting

        assert values(connection, STORED) == ["boat-party-1"]
        assert verdict.item == activity(metu)
        assert run.count(stats.ITEMS_STORED) == 1


async def test_what_is_left_is_stored_when_the_spider_closes(
    database: str, connection: psycopg.Connection
) -> None:
    async with storing(database, POSTGRES_BATCH_SIZE=1) as run:
        putting = [asyncio.create_task(run.put(country(code))) for code in ("TR", "IT")]
        await asyncio.sleep(0)

    assert [task.done() for task in putting] == [True, True]
    assert values(connection, "SELECT count(*) FROM countries") == [2]


async def test_a_row_that_the_database_refuses_takes_no_neighbour_with_it(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    connection.execute("ALTER TABLE activities ADD CHECK (title NOT LIKE 'Bad%')")
    titles = ["A", "B", "Bad 1", "C", "D", "Bad 2", "E"]
    async with storing(database) as run:
        results = await run.put_all(
            *(activity(metu, f"slug-{title[-1]}", title=title) for title in titles)
        )

        assert [isinstance(result, DropItem) for result in results] == [
            title.startswith("Bad") for title in titles
        ]
        assert run.count(stats.ITEMS_STORED) == 5
        assert run.count(stats.ITEMS_REJECTED) == 2
    assert values(connection, STORED) == [f"slug-{title}" for title in "ABCDE"]
    errors = rows(connection, REFUSED)
    assert sorted(error["slug"] for error in errors) == ["slug-1", "slug-2"]
    [message] = {error["error_message"] for error in errors}
    assert message.startswith("the database refused the row: new row for relation")
    assert message.endswith(' violates check constraint "activities_title_check"')
    assert all("Failing row contains" in error["value"] for error in errors)


async def test_a_refused_row_is_stored_once_the_database_takes_it(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    connection.execute("ALTER TABLE activities ADD CONSTRAINT strict CHECK (title = 'Other')")
    async with storing(database) as run:
        with pytest.raises(DropItem):
            await run.put(activity(metu))
        connection.execute("ALTER TABLE activities DROP CONSTRAINT strict")
        await run.put(activity(metu))

    assert values(connection, STORED) == ["boat-party-1"]
    assert values(connection, "SELECT resolved_at IS NULL FROM validation_errors") == [False]


async def test_a_section_that_is_gone_takes_no_neighbour_with_it(
    database: str, connection: psycopg.Connection
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    connection.execute("DELETE FROM sections WHERE id = %s", [ege])
    async with storing(database) as run:
        results = await run.put_all(
            activity(metu, "a-1"), statistics(ege), activity(metu, "b-2"), statistics(metu)
        )

    assert [isinstance(result, Exception) for result in results] == [False, True, False, False]
    assert values(connection, STORED) == ["a-1", "b-2"]
    assert len(rows(connection, REFUSED)) == 1


async def test_one_page_met_twice_takes_no_neighbour_with_it(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    twice = activity(metu, "a-1", participants="many")
    async with storing(database) as run:
        results = await run.put_all(twice, twice, activity(metu, "b-2"))

    assert [isinstance(result, Exception) for result in results] == [False] * 3
    assert values(connection, STORED) == ["a-1", "b-2"]


async def test_what_is_not_stored_is_dropped_with_its_reason(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu))
    async with storing(database) as run:
        with pytest.raises(DropItem, match=r"boat-party-1 is broken, the valid row .* stays"):
            await run.put(activity(metu, title="Other", participants="-1"))
        with pytest.raises(DropItem, match="boat-party-2 can't be stored, see validation_errors"):
            await run.put(activity(metu, "boat-party-2", title=None))
        broken_but_storable = await run.put(activity(metu, "boat-party-3", participants="-1"))

        assert broken_but_storable.errors
        counted = stats.ITEMS_KEPT, stats.ITEMS_REJECTED, stats.ITEMS_STORED
        assert [run.count(name) for name in counted] == [1, 1, 1]
    assert values(connection, "SELECT title FROM activities") == ["Boat Party"] * 2
    assert len(rows(connection, REFUSED)) == 3


async def test_only_records_are_counted(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    async with storing(database) as run:
        page = PageReadItem(f"{ACTIVITIES}/organisation/esn-metu/activities?page=0")
        await run.put_all(visit(metu, "boat-party-1"), failure(f"{page.url}1"), page)
        assert not any(name.startswith("pulse/items") for name in run.crawler.stats.get_stats())

        for _ in range(2):
            await run.put_all(statistics(metu), activity(metu))
        await run.put_all(section("tr-esn-metu", name="METU"))

        counted = stats.ITEMS_STORED, stats.ITEMS_UNCHANGED
        assert [run.count(name) for name in counted] == [3, 2]


async def test_places_are_found_among_the_stored_countries(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    async with storing(database) as run:
        await run.put_all(
            activity(metu, "a-1", country="Turkey"), activity(metu, "b-2", country="Morocco")
        )

    query = "SELECT country_code, country_name FROM activities ORDER BY event_slug"
    assert connection.execute(query).fetchall() == [("TR", None), (None, "Morocco")]


async def test_lost_connections_lose_no_item(database: str, connection: psycopg.Connection) -> None:
    [metu] = await save_sections(database, "esn-metu")
    async with storing(database) as run:
        with psycopg.connect(database) as obstacle:
            obstacle.execute("LOCK TABLE activities IN SHARE MODE")
            putting = asyncio.gather(*(run.put(activity(metu, f"a-{n}")) for n in range(3)))
            await until(connection, f"SELECT pg_terminate_backend(pid, 5000) {WAITING}")
        await putting

        assert run.count(stats.ITEMS_STORED) == 3
    assert values(connection, STORED) == ["a-0", "a-1", "a-2"]


async def test_a_database_that_stays_away_closes_the_spider(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = DatabaseUnavailable("PostgreSQL stayed away for 1 s")

    async def run(*_: object) -> None:
        raise away

    async with storing(database) as storing_run:
        engine = storing_run.crawler.engine
        monkeypatch.setattr(storing_run.crawler.run.database, "run", run)
        async with asyncio.timeout(30):  # Scrapy closes only when no item is under way
            results = await storing_run.put_all(country("TR"), country("IT"))
            assert all(isinstance(result, Exception) for result in results)
            await asyncio.sleep(0)
        assert engine.closed == [away.reason]
        assert storing_run.count(stats.ITEMS_STORED) == 0
        engine.items_done.set()


async def test_without_a_database_the_spider_does_not_open(server: str) -> None:
    nowhere = psycopg.conninfo.make_conninfo(server, dbname="nowhere")
    crawler = FakeCrawler(nowhere)
    pipeline = PostgresPipeline.from_crawler(cast("Crawler", crawler))

    with pytest.raises(DatabaseUnavailable, match="nowhere"):
        await pipeline.open_spider()
    await pipeline.close_spider()

    with pytest.raises(DropItem):
        await pipeline.process_item(judge(country()))
