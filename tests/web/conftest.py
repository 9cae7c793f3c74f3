"""The web on a small network, which is only read."""

from collections.abc import Iterator

import pytest

from tests.conftest import filled_database
from tests.report.networks import fill
from tests.web.servers import Site, asks, served


@pytest.fixture(scope="session")
def web_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with a small network; only to be read."""
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


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
