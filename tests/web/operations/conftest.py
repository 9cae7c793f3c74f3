"""The pages for operators, on a network of each module's own."""

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

from tests.conftest import create_database, database_name, drop_database
from tests.end_to_end.conftest import village, village_crawled, village_site, village_template
from tests.web.operations.operator import Operator, served_for_operators
from tests.web.recorded import forget
from tests.web.servers import Site

__all__ = ["village", "village_crawled", "village_site", "village_template"]

# What tests change of the network itself: the key of a table, and columns.
CHANGED = {
    "sections": ("id", "can_scrape_activities, last_scraped"),
    "countries": ("country_code", "can_scrape_activities, last_scraped"),
    "organisations": ("slug", "name"),
}
FORGOTTEN = (
    *("scrapyd_jobs", "calendar_tasks", "scraper_status", "failed_scrapes", "validation_errors"),
    *("section_slug_overrides", "web_audit", "web_keys", "web_people"),
)


@pytest.fixture(scope="module")
def network(server: str, network_template: str) -> Iterator[str]:
    """Address of a database with a network, for tests to change by way of ``tables``."""
    conninfo = create_database(server, database_name(network_template))
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE SCHEMA kept")
        for table in CHANGED:
            connection.execute(f"CREATE TABLE kept.{table} AS TABLE {table}".encode())
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def tables(network: str) -> Iterator[psycopg.Connection]:
    """Connection to it, each statement its own transaction; the network is as it was made.

    Of jobs, runs, problems, pins, people, keys and the audit there is nothing yet.
    """
    with psycopg.connect(network, autocommit=True) as connection:
        forget(connection, *FORGOTTEN)
        for table, (key, columns) in CHANGED.items():
            connection.execute(
                f"UPDATE {table} AS now SET ({columns}) = (SELECT {columns} FROM kept.{table} AS"
                f" kept WHERE kept.{key} = now.{key})".encode()
            )
        yield connection


@pytest.fixture(scope="module")
def shared_site(network: str) -> Iterator[Site]:
    """The web on it; by its clock, what was found out is too old to be told again."""
    with served_for_operators(network, clock=count(0.0, 60.0).__next__) as site:
        yield site


@pytest.fixture
def site(shared_site: Site, tables: psycopg.Connection) -> Site:
    """That web, of the network as it was made."""
    return shared_site


@pytest.fixture
def operator(site: Site, network: str) -> Operator:
    """Somebody who may do everything."""
    return Operator.signed_in(site, network)
