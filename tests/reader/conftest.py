"""A role of its own for each test or module: roles are the server's, which may be shared."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from esn_pulse.reader import make_reader
from tests.conftest import create_database, database_name, drop_database


@contextmanager
def role_on(server: str) -> Iterator[str]:
    """A name for a role; whatever has it in the end is dropped, with the databases it owns."""
    name = f"reader_{uuid4().hex}"
    yield name
    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).rowcount:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@contextmanager
def logged_in(conninfo: str, role: str, password: str | None) -> Iterator[psycopg.Connection]:
    """A session of the role; each statement is a transaction."""
    address = make_conninfo(conninfo, user=role, password=password)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@pytest.fixture
def role(server: str) -> Iterator[str]:
    """A name for a role; ask for it before ``database``, so that this is dropped first."""
    with role_on(server) as name:
        yield name


@pytest.fixture(scope="module")
def reading(server: str, migrated_template: str) -> Iterator[psycopg.Connection]:
    """A session of the role in a database that is only looked at."""
    with role_on(server) as role:
        conninfo = create_database(server, database_name(migrated_template))
        try:
            made = make_reader(conninfo, role=role)
            with logged_in(conninfo, role, made.password) as connection:
                yield connection
        finally:
            drop_database(server, conninfo)
