"""What is known of the network."""

from esn_pulse.database.queries.network import KnownNetwork, KnownSection, known_network
from tests.pipelines.factories import country, crawling, save, section


async def known(database: str) -> KnownNetwork:
    async with crawling(database) as crawler:
        return await crawler.run.database.run(known_network)


async def test_nothing_is_known_of_an_empty_database(database: str) -> None:
    assert await known(database) == KnownNetwork()


async def test_what_is_stored_is_known(database: str) -> None:
    metu = section(latitude="39.8917491", longitude="32.786427", city="Ankara", email="a@b.org")
    bare = section("it-siena", logo_url="https://x.example/y.png")
    await save(database, country("TR", section_count=5), country("IT", section_count=None))
    await save(database, metu, bare)

    network = await known(database)

    assert network.countries == {"TR": 5, "IT": 0}
    assert network.sections_of("TR") == ["tr-anka-met"]
    assert network.sections["tr-anka-met"].location == ("39.891749", "32.786427")
    assert network.sections["it-siena"].location is None
    assert network.sections == {
        "tr-anka-met": KnownSection(
            "tr-anka-met", "ESN Anka-Met", "TR", "39.891749", "32.786427", fields=2, links=0
        ),
        "it-siena": KnownSection("it-siena", "ESN Siena", "IT", None, None, fields=0, links=1),
    }
