"""The web on a small network, which is only read."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.conftest import create_database, database_name, drop_database
from tests.report.networks import fill
from tests.web.servers import Site, asks, served


@pytest.fixture(scope="session")
def web_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with a small network; only to be read."""
    conninfo = create_database(server, database_name(migrated_template))
    asyncio.run(fill(conninfo))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture(scope="module")
def shared_site(web_database: str) -> Iterator[Site]:
    """A web for all tests of a module."""
    with served(web_database) as site:
        yield site


@pytest.fixture
def site(shared_site: Site) -> Site:
    """That web, with its probe as it was in the beginning; what it kept before is still there."""
    probe = shared_site.probe
    probe.reads, probe.headers, probe.asked = asks("SELECT 1"), {}, 0
    return shared_site
