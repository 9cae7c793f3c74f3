"""What was read under an alias goes where the alias does."""

from collections.abc import Collection, Iterator

import psycopg
import pytest

from tests.conftest import create_database, database_name, drop_database
from tests.run.alias_networks import Network, everything, settle, store_names, word_for_word


@pytest.fixture
def truth(server: str, migrated_template: str) -> Iterator[str]:
    """Address of another database, for what should have come of it."""
    conninfo = create_database(server, database_name(migrated_template))
    yield conninfo
    drop_database(server, conninfo)


def of_new_pages(links: list[str], old: Collection[str]) -> list[str]:
    return [link for link in links if not any(f"'{event}'" in link for event in old)]


@pytest.mark.parametrize("seed", range(16))
async def test_all_is_as_if_it_had_been_read_under_the_right_aliases(
    database: str, truth: str, connection: psycopg.Connection, seed: int
) -> None:
    network = Network(seed)
    await network.store(truth, network.after)
    with psycopg.connect(truth) as right:
        store_names(right, network.shown)
    assert (await settle(truth)).changes == []
    await network.store(database, network.before)
    store_names(connection, network.shown)

    settlement = await settle(database)

    has_changed = {one for one in network.names if network.after[one] != network.before.get(one)}
    assert len(settlement.changes) == len(has_changed)
    with psycopg.connect(truth) as right:
        stored, expected = everything(connection), everything(right)
    for one in stored, expected:  # of old pages no more is known than whom they linked
        one["activity_organisers"] = of_new_pages(one["activity_organisers"], network.old)
    for table, found in stored.items():
        assert (table, found) == (table, expected[table])
    before = word_for_word(connection)
    assert (await settle(database)).changes == []
    assert word_for_word(connection) == before
