"""A database of a login's own, as administrators give them to people."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.conftest import create_database, database_name, drop_database


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """An empty database whose owner has a schema of the same name; yields the owner's address."""
    owner = f"owner_{uuid4().hex}"
    conninfo = create_database(server, "template0")
    role, name = sql.Identifier(owner), sql.Identifier(database_name(conninfo))
    with psycopg.connect(server, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(role))
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, role))
            owned = make_conninfo(conninfo, user=owner, password="secret")
            with psycopg.connect(owned) as owning:
                owning.execute(sql.SQL("CREATE SCHEMA {}").format(role))
            yield owned
        finally:
            drop_database(server, conninfo)
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
