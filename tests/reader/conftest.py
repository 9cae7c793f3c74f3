"""A role of its own for each test or module: roles are the server's, which may be shared."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from esn_pulse.database.schema.migrations import migrate
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


def server_of(server: str, conninfo: str) -> str:
    """Return how an administrator reaches a database."""
    return make_conninfo(server, dbname=database_name(conninfo))


def administer(server: str, database: str, told: str) -> None:
    """Run what an administrator was told to; psql would ask for the password, it is 'secret'."""
    statements = re.sub(r"\\password (\w+)", r"ALTER ROLE \1 PASSWORD 'secret'", told)
    with psycopg.connect(make_conninfo(server, dbname=database), autocommit=True) as connection:
        connection.execute(statements.encode())


@pytest.fixture
def role(server: str) -> Iterator[str]:
    """A name for a role; ask for it before ``database``, so that this is dropped first."""
    with role_on(server) as name:
        yield name


@pytest.fixture
def owner(server: str, role: str) -> Iterator[str]:
    """A role that is no superuser, for the spiders; dropped after its database."""
    with role_on(server) as name, psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(sql.Identifier(name))
        )
        yield name


@pytest.fixture
def owned(server: str, owner: str) -> Iterator[str]:
    """Address of a migrated database of that role, as the role logs in."""
    conninfo = create_database(server, "template0")
    name = sql.Identifier(database_name(conninfo)), sql.Identifier(owner)
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(*name))
        as_owner = make_conninfo(conninfo, user=owner, password="secret")
        migrate(as_owner)
        yield as_owner
    finally:
        drop_database(server, conninfo)


@pytest.fixture
def lent(server: str, owned: str) -> str:
    """Address of that database when it is the administrator's, but for what is in it."""
    with psycopg.connect(server, autocommit=True) as connection:
        name = sql.Identifier(database_name(owned))
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(name))
    return owned


@pytest.fixture(scope="module")
def reading(server: str, migrated_template: str) -> Iterator[psycopg.Connection]:
    """A session of the role in a database that is only looked at."""
    with role_on(server) as role:
        conninfo = create_database(server, database_name(migrated_template))
        try:
            made = make_reader(conninfo, role=role, strict=True)
            with logged_in(conninfo, role, made.password) as connection:
                yield connection
        finally:
            drop_database(server, conninfo)
