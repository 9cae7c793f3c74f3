"""The pages of a network that has what they have to cope with."""

from collections.abc import Iterator

import psycopg
import pytest

from esn_pulse.web.sign_in.people import Belongings
from tests.conftest import create_database, database_name, drop_database
from tests.web.servers import Site, served
from tests.web.visitors import OPERATORS, Visitor, signed_in


@pytest.fixture(scope="session")
def web_database(server: str, network_template: str) -> Iterator[str]:
    """Address of that network's database."""
    conninfo = create_database(server, database_name(network_template))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture(scope="module")
def shared_site(web_database: str) -> Iterator[Site]:
    """A web in which one can sign in."""
    with served(web_database, writing=web_database, WEB_OPERATORS=OPERATORS) as site:
        yield site


@pytest.fixture
def metu(site: Site, web_database: str) -> Visitor:
    """Somebody who looks after ESN METU."""
    return signed_in(site, web_database, "metin", Belongings(sections=["acc-esn-metu"]))


@pytest.fixture
def turkiye(site: Site, web_database: str) -> Visitor:
    """Somebody who looks after Türkiye."""
    return signed_in(site, web_database, "tuna", Belongings(countries=["TR"]))


@pytest.fixture
def czechia(site: Site, web_database: str) -> Visitor:
    """Somebody who looks after the Czech Republic."""
    return signed_in(site, web_database, "cenek", Belongings(countries=["CZ"]))


@pytest.fixture
def operator(site: Site, web_database: str) -> Visitor:
    """An operator."""
    return signed_in(site, web_database, "operator", Belongings())


@pytest.fixture
def jobs(web_database: str) -> Iterator[psycopg.Connection]:
    """Connection by which jobs are put into the queue; it is empty before and after."""
    with psycopg.connect(web_database, autocommit=True) as connection:
        yield connection
        connection.execute("DELETE FROM scrapyd_jobs")
        connection.execute("DELETE FROM scraper_status WHERE job IS NOT NULL")


@pytest.fixture
def reading(web_database: str) -> Iterator[psycopg.Connection]:
    """Connection to it, in one moment."""
    with psycopg.connect(web_database) as connection:
        yield connection
