"""The web on a rich network, which is only read."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import filled_database
from tests.web.api.counted import Tables, read
from tests.web.api.network import fill
from tests.web.servers import Site, served


@pytest.fixture(scope="session")
def rich_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with all that there may be; only to be read."""
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def rich(rich_database: str) -> Iterator[Site]:
    """A web for all tests that ask it."""
    with served(rich_database) as site:
        yield site


@pytest.fixture
def tables(rich_database: str) -> Iterator[psycopg.Connection]:
    """Connection to that database, to count in its tables."""
    with psycopg.connect(rich_database, autocommit=True) as connected:
        connected.read_only = True
        yield connected


@pytest.fixture
def counted(tables: psycopg.Connection) -> Tables:
    """What counts of that."""
    return read(tables)
