"""Logins with fewer rights than a superuser's: what they can do, and what they are told."""

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from esn_pulse.database.schema.views import refresh_views
from esn_pulse.exceptions import ReaderError
from esn_pulse.reader import make_reader
from tests.conftest import database_name
from tests.reader.conftest import administer, logged_in, server_of


def test_an_administrator_is_told_what_to_run(server: str, owned: str, role: str) -> None:
    with pytest.raises(ReaderError, match=r"may not do that to the role .* psql") as refused:
        make_reader(owned, role=role, strict=True)
    _, _, told = str(refused.value).partition("\n\n")
    assert told.endswith(f"\\password {role}")
    assert "SCRAM" not in told

    administer(server, database_name(owned), told)
    made = make_reader(owned, role=role, strict=True)

    assert (made.created, made.password, made.leftovers) == (False, None, [])
    assert made.elsewhere
    assert made.elsewhere.startswith("It can connect to other databases of the server (")
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

    made = make_reader(owned, role=role, strict=True)

    assert made.created
    (functions,) = made.leftovers
    assert functions.startswith("It can fill the disk")
    with logged_in(server_of(server, owned), role, made.password) as reading:
        reading.execute("SELECT FROM runs")
        reading.execute("SELECT pg_advisory_lock(1)")
    _, _, told = functions.partition("\n")
    administer(server, database_name(owned), told)
    again = make_reader(owned, role=role, strict=True)
    assert again.leftovers == []
    connecting = "It can connect to other databases of the server ("  # which other tests make
    for one in made, again:
        assert one.elsewhere
        assert one.elsewhere.startswith(connecting)


async def test_who_does_not_own_the_database_can_still_refresh_the_views(
    server: str, lent: str, role: str
) -> None:
    make_reader(server_of(server, lent), role=role, strict=True)

    async with await psycopg.AsyncConnection.connect(lent) as spider:
        await refresh_views(spider)


async def test_so_it_is_when_the_administrator_did_what_the_command_said(
    server: str, lent: str, role: str
) -> None:
    with pytest.raises(ReaderError) as refused:
        make_reader(lent, role=role, strict=True)
    administer(server, database_name(lent), str(refused.value).partition("\n\n")[2])
    (temporary,) = make_reader(lent, role=role, strict=True).leftovers
    administer(server, database_name(lent), temporary.partition("prevents that: ")[2])

    assert make_reader(lent, role=role, strict=True).leftovers == []
    async with await psycopg.AsyncConnection.connect(lent) as spider:
        await refresh_views(spider)


def test_rights_that_can_not_be_taken_away_are_told(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    connection.execute("CREATE SCHEMA theirs; GRANT ALL ON SCHEMA theirs TO PUBLIC")
    connection.execute("CREATE TABLE theirs.secret (x integer)")
    connection.execute("GRANT SELECT (x) ON theirs.secret TO PUBLIC")

    told = " ".join(make_reader(database, role=role, strict=True).leftovers)

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
