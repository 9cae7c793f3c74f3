"""The web on a rich network, which is only read."""

from collections.abc import Iterator

import psycopg
import pytest

from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from tests.conftest import filled_database
from tests.web.api.counted import Tables, read
from tests.web.api.network import fill
from tests.web.api.operations import OF_SOME
from tests.web.servers import Site, served


@pytest.fixture(scope="session")
def rich_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with all that there may be; only to be read."""
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def rich(rich_database: str) -> Iterator[Site]:
    """A web for all tests that ask it; what takes a key is asked with one."""
    with psycopg.connect(rich_database) as connection:
        key = keys.make(connection, NewKey("tests", "operator"), "cli:tests")
        # It is only to be read, so the key's use is not recorded.
        connection.execute("UPDATE web_keys SET last_used_at = 'infinity'")
    with served(rich_database, writing=rich_database, WEB_KEY_LIMITS="") as site:
        site.keys = {f"/api{path}": key for path in OF_SOME}
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
