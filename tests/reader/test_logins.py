"""Logins with fewer rights than a superuser's: what they can do, and what they are told."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from esn_pulse.database.schema.migrations import migrate
from esn_pulse.database.schema.views import refresh_views
from esn_pulse.exceptions import ReaderError
from esn_pulse.reader import make_reader
from tests.conftest import create_database, database_name, drop_database
from tests.reader.conftest import logged_in, role_on


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


def server_of(server: str, conninfo: str) -> str:
    """Return how an administrator reaches a database."""
    return make_conninfo(server, dbname=database_name(conninfo))


def administer(server: str, database: str, told: str) -> None:
    """Run what an administrator was told to; psql would ask for the password, it is 'secret'."""
    statements = re.sub(r"\\password (\w+)", r"ALTER ROLE \1 PASSWORD 'secret'", told)
    with psycopg.connect(make_conninfo(server, dbname=database), autocommit=True) as connection:
        connection.execute(statements.encode())


def test_an_administrator_is_told_what_to_run(server: str, owned: str, role: str) -> None:
    with pytest.raises(ReaderError, match=r"may not do that to the role .* psql") as refused:
        make_reader(owned, role=role)
    _, _, told = str(refused.value).partition("\n\n")
    assert told.endswith(f"\\password {role}")
    assert "SCRAM" not in told

    administer(server, database_name(owned), told)
    made = make_reader(owned, role=role)

    assert (made.created, made.password) == (False, None)
    (others,) = made.leftovers
    assert others.startswith("It can connect to other databases of the server (")
    with psycopg.connect(owned, autocommit=True) as spider:
        spider.execute("SELECT pg_advisory_lock(1, 1)")
        spider.execute("CREATE VIEW bi.later AS SELECT 42 AS answer")
    with logged_in(server_of(server, owned), role, "secret") as reading:
        assert reading.execute("SELECT answer FROM later").fetchone() == (42,)
        with pytest.raises(errors.InsufficientPrivilege):
            reading.execute("SELECT pg_advisory_lock(1, 1)")

    with pytest.raises(ReaderError, match=rf"\n\n\\password {role}$"):
        make_reader(owned, role=role, new_password=True)


def test_who_may_make_roles_is_told_what_that_leaves_open(
    server: str, owned: str, owner: str, role: str
) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(owner)))

    made = make_reader(owned, role=role)

    assert made.created
    functions, others = made.leftovers
    assert functions.startswith("It can fill the disk")
    with logged_in(server_of(server, owned), role, made.password) as reading:
        reading.execute("SELECT FROM runs")
        reading.execute("SELECT pg_advisory_lock(1)")
    _, _, told = functions.partition("\n")
    administer(server, database_name(owned), told)
    (left,) = make_reader(owned, role=role).leftovers
    connecting = "It can connect to other databases of the server ("  # which other tests make
    assert others.startswith(connecting)
    assert left.startswith(connecting)


@pytest.fixture
def lent(server: str, owned: str) -> str:
    """Address of that database when it is the administrator's, but for what is in it."""
    with psycopg.connect(server, autocommit=True) as connection:
        name = sql.Identifier(database_name(owned))
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(name))
    return owned


async def test_who_does_not_own_the_database_can_still_refresh_the_views(
    server: str, lent: str, role: str
) -> None:
    make_reader(server_of(server, lent), role=role)

    async with await psycopg.AsyncConnection.connect(lent) as spider:
        await refresh_views(spider)


async def test_so_it_is_when_the_administrator_did_what_the_command_said(
    server: str, lent: str, role: str
) -> None:
    with pytest.raises(ReaderError) as refused:
        make_reader(lent, role=role)
    administer(server, database_name(lent), str(refused.value).partition("\n\n")[2])
    temporary, _ = make_reader(lent, role=role).leftovers
    administer(server, database_name(lent), temporary.partition("prevents that: ")[2])

    assert len(make_reader(lent, role=role).leftovers) == 1
    async with await psycopg.AsyncConnection.connect(lent) as spider:
        await refresh_views(spider)


def test_rights_that_can_not_be_taken_away_are_told(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    connection.execute("CREATE SCHEMA theirs; GRANT ALL ON SCHEMA theirs TO PUBLIC")
    connection.execute("CREATE TABLE theirs.secret (x integer)")
    connection.execute("GRANT SELECT (x) ON theirs.secret TO PUBLIC")

    told = " ".join(make_reader(database, role=role).leftovers)

    assert "It can make objects in schema theirs." in told
    assert "REVOKE CREATE ON SCHEMA theirs FROM PUBLIC;" in told
    assert "It can use theirs.secret." in told
    assert "REVOKE ALL ON theirs.secret FROM PUBLIC;" in told


def test_views_of_somebody_else_can_not_be_granted(
    server: str, database: str, owned: str, owner: str, role: str
) -> None:
    make_reader(server_of(server, owned), role=role)
    with psycopg.connect(server, autocommit=True) as connection:
        names = sql.Identifier(role), sql.Identifier(owner)
        connection.execute(sql.SQL("GRANT {} TO {}").format(*names))
        connection.execute(
            sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(
                sql.Identifier(database_name(database)), names[1]
            )
        )
    # The rights are granted in another database, where the views are not its own.
    with pytest.raises(ReaderError, match="may not let others read the views"):
        make_reader(make_conninfo(owned, dbname=database_name(database)), role=role)
