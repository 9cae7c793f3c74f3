"""A network in a database, whose views are read."""

from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection

from tests.bi.network import Network


@pytest.fixture
async def network(database: str) -> AsyncIterator[Network]:
    """A network without any country yet."""
    async with await AsyncConnection.connect(database) as connection:
        yield Network(connection)
        await connection.rollback()


@pytest.fixture
async def two_countries(network: Network) -> Network:
    """Ankara and Izmir in Türkiye, and Brno in the Czech Republic."""
    await network.country("TR", "Türkiye")
    await network.country("CZ", "the Czech Republic")
    await network.section("ESN Ankara", "TR")
    await network.section("ESN Izmir", "TR")
    await network.section("ESN Brno", "CZ")
    return network


@pytest.fixture
async def national(two_countries: Network) -> Network:
    """The same with national organisations, also that of Liechtenstein, which has no section."""
    await two_countries.country("LI", "Liechtenstein")
    for name, code in {"ESN Türkiye": "TR", "ESN Czechia": "CZ", "ESN LI": "LI"}.items():
        await two_countries.organisation(name, code)
    await two_countries.organisation("Committee")
    return two_countries
