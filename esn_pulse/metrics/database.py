"""The database itself."""

from collections.abc import Iterator

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.metrics.metric import Sample, gauge

SIZE = gauge("database_size_bytes", "What the database takes on its server's disk.")
CONNECTIONS = gauge("database_connections", "Connections to the database.")
SERVER_CONNECTIONS = gauge(
    "database_server_connections", "Connections to all databases of its server."
)
MOST_CONNECTIONS = gauge(
    "database_server_connections_max", "How many connections its server takes, for all databases."
)

# Processes of the server itself, such as autovacuum's, take no connection; they are nobody's.
_FIGURES = """
    SELECT pg_database_size(current_database()),
        count(*) FILTER (WHERE datname = current_database()), count(*),
        current_setting('max_connections')::integer
    FROM pg_stat_activity WHERE datname IS NOT NULL AND usesysid IS NOT NULL
"""


def database(connection: Connection, settings: BaseSettings) -> Iterator[Sample]:  # noqa: ARG001
    """Tell what the server knows of itself."""
    for size, connections, of_server, most in connection.execute(_FIGURES):
        yield SIZE(size)
        yield CONNECTIONS(connections)
        yield SERVER_CONNECTIONS(of_server)
        yield MOST_CONNECTIONS(most)
