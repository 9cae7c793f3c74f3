"""The web on a small network, which is only read, and on a few places, where programs have keys."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import filled_database
from tests.report.networks import fill
from tests.web import places as few_places
from tests.web.dashboard import network
from tests.web.places import METU
from tests.web.programs import Program, with_key
from tests.web.recorded import forget
from tests.web.servers import Site, asks, served
from tests.web.visitors import OPERATORS


@pytest.fixture(scope="session")
def web_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with a small network; only to be read."""
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def network_template(server: str, migrated_template: str) -> Iterator[str]:
    """Address of the database of a network that has what pages cope with; only to be copied."""
    with filled_database(server, migrated_template, network.fill) as conninfo:
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


@pytest.fixture(scope="module")
def places(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with a few places, in which a test may do what it likes."""
    with filled_database(server, migrated_template, few_places.fill) as conninfo:
        yield conninfo


@pytest.fixture(scope="module")
def shared_keyed(places: str) -> Iterator[Site]:
    """A web of these places."""
    with served(places, writing=places, WEB_OPERATORS=OPERATORS, WEB_KEY_LIMITS="") as site:
        yield site


@pytest.fixture
def records(places: str) -> Iterator[psycopg.Connection]:
    """Connection to their database, in which there are no jobs, keys and people yet."""
    with psycopg.connect(places, autocommit=True) as connection:
        forget(connection, "scrapyd_jobs", "scraper_status", "web_audit", "web_keys", "web_people")
        yield connection


@pytest.fixture
def keyed(shared_keyed: Site, records: psycopg.Connection) -> Site:
    """That web."""
    return shared_keyed


@pytest.fixture
def operator(keyed: Site, places: str) -> Program:
    """A program with an operator's key."""
    return with_key(keyed, places, "operator")


@pytest.fixture
def local(keyed: Site, places: str) -> Program:
    """A program with the key of a section."""
    return with_key(keyed, places, "local", METU)
