import psycopg
import pytest

from tests.health.factories import make_healthy


@pytest.fixture
def healthy(database: str, connection: psycopg.Connection) -> str:
    """Address of a database of which there is nothing to say."""
    make_healthy(connection)
    return database
