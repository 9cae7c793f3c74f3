"""The pages of a network that has what they have to cope with."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import filled_database
from tests.web.dashboard.network import fill


@pytest.fixture(scope="session")
def web_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of that network's database."""
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


@pytest.fixture
def reading(web_database: str) -> Iterator[psycopg.Connection]:
    """Connection to it, in one moment."""
    with psycopg.connect(web_database) as connection:
        yield connection
