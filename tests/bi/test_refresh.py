from typing import LiteralString

import psycopg
import pytest

from esn_pulse.database.schema.views import identifier, known_views, refresh_views
from tests.bi.network import Network

SUM: LiteralString = "SELECT sum(activities) FROM bi.network_months"
MATERIALISED = [view.name for view in known_views() if view.is_materialised]
QUICK: LiteralString = "SET lock_timeout = '2s'"


async def contents(network: Network) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for name in MATERIALISED:
        query = psycopg.sql.SQL("SELECT v::text FROM {} AS v ORDER BY 1")
        cursor = await network.connection.execute(query.format(identifier(name)))
        found[name] = await cursor.fetchall()
    return found


def test_all_that_is_materialised_is_refreshed(connection: psycopg.Connection) -> None:
    found = connection.execute("SELECT schemaname || '.' || matviewname FROM pg_matviews")

    assert sorted(name for (name,) in found) == sorted(MATERIALISED)


def test_bi_tools_see_views_only(connection: psycopg.Connection) -> None:
    kinds = connection.execute(
        "SELECT DISTINCT relkind FROM pg_class WHERE relnamespace = 'bi'::regnamespace"
    ).fetchall()

    assert kinds == [("v",)]


async def test_one_refresh_is_enough(two_countries: Network) -> None:
    await two_countries.organisation("ESN Türkiye", "TR")
    organisers = ("ESN Brno", "ESN Izmir", "ESN Türkiye")
    joint = await two_countries.activity("joint", *organisers, participants=4)
    await two_countries.tag("cause", joint, "Culture")

    once = await contents(await two_countries.refreshed())
    twice = await contents(await two_countries.refreshed())

    assert all(once.values())
    assert twice == once


async def test_who_reads_meanwhile_is_not_kept_waiting(
    database: str, two_countries: Network
) -> None:
    await two_countries.activity("new", "ESN Brno")
    with psycopg.connect(database) as reader:
        reader.execute(QUICK)
        assert reader.execute(SUM).fetchone() == (None,)  # it holds its locks from now on
        await two_countries.connection.execute(QUICK)

        await two_countries.refreshed()

        assert reader.execute(SUM).fetchone() == (None,)
        await two_countries.connection.commit()
        assert reader.execute(SUM).fetchone() == (1,)


async def test_a_second_one_waits_for_the_first(database: str, network: Network) -> None:
    await network.refreshed()
    async with await psycopg.AsyncConnection.connect(database) as second:
        await second.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            await refresh_views(second)
