"""Whom a run goes on to visit by what it has read itself."""

import psycopg
import pytest

from esn_pulse.items import Owner, VisitItem
from esn_pulse.rules.verdicts import judge
from esn_pulse.spiders.activities import ActivitiesSpider
from esn_pulse.visits.arguments import ActivitiesArguments
from esn_pulse.visits.visit import Visit
from esn_pulse.visits.visit_queue import VisitQueue
from tests.crawlers import running, spider_of
from tests.pipelines.factories import ACTIVITIES
from tests.run.alias_networks import owners, store_claimants, store_names

NAMES = {"tr-1": "ESN VSB - TU Ostrava", "tr-2": "ESN Ostravská"}
ALIAS = "esn-vsb-tu-ostrava"


async def visited(database: str, shown: str, wanted: ActivitiesArguments) -> list[Owner]:
    """Visit all that is wanted, with the names that are shown; returns whom."""
    met: list[Owner] = []
    async with running(spider_of(ActivitiesSpider, DATABASE_URL=database)) as spider:
        queue = VisitQueue(spider.crawler, spider.source, spider.logger)
        await queue.fill(wanted, None)
        async for visit in queue:
            met.append(visit.organisation.owner)
            with psycopg.connect(database) as connection:
                store_names(connection, {ALIAS: shown})
            await _end(queue, visit)
    return met


async def _end(queue: VisitQueue, visit: Visit) -> None:
    section_id, country_code = visit.organisation.owner
    queue.end(visit)
    await queue._release(judge(VisitItem(ACTIVITIES, section_id, [], country_code)))


async def test_who_turns_out_to_have_an_alias_is_visited_in_the_same_run(
    database: str, connection: psycopg.Connection
) -> None:
    await store_claimants(database, NAMES, {"tr-1": ALIAS})
    known = owners(connection)

    met = await visited(database, "ESN Ostravská", ActivitiesArguments(country="TR"))

    assert met == [known["tr-1"], known["tr-2"]]


@pytest.mark.parametrize("shown", ["ESN Italy", "ESN VSB - TU Ostrava"])
async def test_a_run_ends_well_though_nobody_who_was_wanted_has_an_alias_any_more(
    database: str, connection: psycopg.Connection, shown: str
) -> None:
    await store_claimants(database, NAMES, {"tr-1": ALIAS})
    known = owners(connection)

    assert await visited(database, shown, ActivitiesArguments(country="TR")) == [known["tr-1"]]
