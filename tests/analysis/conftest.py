"""A network whose figures are read, and counted again from the tables."""

from collections.abc import Callable, Iterator
from datetime import date

import psycopg
import pytest

from esn_pulse.analysis.overview import Overview, overview
from esn_pulse.analysis.queries.scopes import today as today_of
from esn_pulse.analysis.scope import Period, Scope
from esn_pulse.database.snapshot import snapshot
from tests.conftest import filled_database
from tests.report.networks import fill

Show = Callable[..., Overview]


@pytest.fixture(scope="session")
def network_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with a small network; only to be read."""
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


@pytest.fixture
def connection(network_database: str) -> Iterator[psycopg.Connection]:
    with snapshot(network_database) as connected:
        yield connected


@pytest.fixture
def today(connection: psycopg.Connection) -> date:
    return today_of(connection)


@pytest.fixture
def show(connection: psycopg.Connection, today: date) -> Show:
    """Read an overview: ``show(scope)``, of the last 365 days if no other period is named."""

    def read(scope: Scope, period: Period | None = None) -> Overview:
        return overview(connection, scope, period or Period.until(today), today)

    return read
