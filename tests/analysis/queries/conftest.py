"""A drawn network, whose views are read."""

import asyncio
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from esn_pulse.database.schema.views import identifier, known_views
from tests.analysis.queries.drawn import draw
from tests.conftest import create_database, database_name, drop_database


@pytest.fixture(scope="module")
def drawn(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with a drawn network."""
    conninfo = create_database(server, database_name(migrated_template))
    try:
        asyncio.run(draw(conninfo))
        yield conninfo
    finally:
        drop_database(server, conninfo)


@pytest.fixture
def reading(drawn: str) -> Iterator[psycopg.Connection]:
    """Connection to it, which may only read."""
    with psycopg.connect(drawn, autocommit=True) as connected:
        connected.read_only = True
        yield connected


@pytest.fixture
def changing(drawn: str) -> Iterator[psycopg.Connection]:
    """Connection to it whose changes are taken back."""
    with psycopg.connect(drawn) as connected:
        yield connected
        connected.rollback()


@pytest.fixture
def refreshed(changing: psycopg.Connection) -> Callable[[], None]:
    """Bring the views up to date with what a test has changed."""

    def refresh() -> None:
        for view in known_views():
            if view.is_materialised:
                statement = sql.SQL("REFRESH MATERIALIZED VIEW {}")
                changing.execute(statement.format(identifier(view.name)))

    return refresh
