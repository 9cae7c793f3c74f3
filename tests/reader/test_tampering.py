"""A role that somebody changed becomes again what it has to be, or is left alone with a reason."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from esn_pulse.exceptions import ReaderError
from esn_pulse.reader import make_reader
from tests.conftest import create_database, database_name, drop_database
from tests.reader.conftest import role_on
from tests.reader.rights import known

Tampered = tuple[str, str, psycopg.Connection]

# What a role of that name may have got from somebody, or done to itself.
TAMPERED: dict[str, LiteralString] = {
    "superuser": "ALTER ROLE {role} SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS",
    "no login": "ALTER ROLE {role} NOLOGIN CONNECTION LIMIT -1",
    "group": "GRANT pg_read_all_data TO {role} WITH ADMIN OPTION",
    "table": "GRANT ALL ON public.activities TO {role}",
    "column": "GRANT SELECT (title) ON public.activities TO {role}",
    "everybody's table": "GRANT SELECT ON public.activities TO PUBLIC",
    "sequence": "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "schema": "GRANT ALL ON SCHEMA public, bi, bi_cache TO {role}",
    "everybody's schema": "GRANT CREATE ON SCHEMA public TO PUBLIC",
    "view": "GRANT ALL ON bi.runs TO {role}",
    "no view": "REVOKE ALL ON bi.runs FROM {role}",
    "temporary tables": "GRANT TEMPORARY ON DATABASE {database} TO PUBLIC",
    "schemas": "GRANT CREATE ON DATABASE {database} TO {role}",
    "later tables": "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO {role}",
    "function": "GRANT EXECUTE ON FUNCTION pg_read_file(text), lo_create(oid) TO {role}",
    "everybody's lock": "GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC",
    "parameter": "GRANT SET ON PARAMETER temp_file_limit TO {role}",
    "time": "ALTER ROLE {role} SET statement_timeout = 0",
    "time here": "ALTER ROLE {role} IN DATABASE {database} SET statement_timeout = 0",
    "disk": "ALTER ROLE {role} RESET temp_file_limit",
    "another setting": "ALTER ROLE {role} SET work_mem = '1GB'",
}
# What only a strict call takes away again.
EVERYBODYS = [name for name, tampering in TAMPERED.items() if tampering.endswith("TO PUBLIC")]


@pytest.fixture(scope="module")
def tampered(server: str, migrated_template: str) -> Iterator[Tampered]:
    """A role, and a database whose state each test restores."""
    with role_on(server) as role:
        conninfo = create_database(server, database_name(migrated_template))
        try:
            with psycopg.connect(conninfo, autocommit=True) as connection:
                yield role, conninfo, connection
        finally:
            drop_database(server, conninfo)


@pytest.mark.parametrize(
    ("name", "strict"),
    [(name, True) for name in TAMPERED]
    + [(name, False) for name in TAMPERED if name not in EVERYBODYS],
)
def test_what_was_tampered_with_is_put_right(
    tampered: Tampered, name: str, *, strict: bool
) -> None:
    role, conninfo, connection = tampered
    make_reader(conninfo, role=role, strict=strict)
    before = known(connection, role)
    connection.execute(
        sql.SQL(TAMPERED[name]).format(
            role=sql.Identifier(role), database=sql.Identifier(connection.info.dbname)
        )
    )
    assert known(connection, role) != before

    make_reader(conninfo, role=role, strict=strict)

    assert known(connection, role) == before


@pytest.mark.parametrize(
    ("own", "what"),
    [
        ("CREATE TABLE bi.mine ()", "an object in database {database}"),
        ("CREATE TABLE bi.mine (); CREATE SCHEMA mine", "2 objects in database {database}"),
        ("SELECT lo_create(0)", "an object in database {database}"),
    ],
)
def test_a_role_that_owns_something_is_left_alone(
    role: str, database: str, connection: psycopg.Connection, own: LiteralString, what: str
) -> None:
    make_reader(database, role=role)
    name = sql.Identifier(role)
    connection.execute(sql.SQL("ALTER ROLE {} SUPERUSER").format(name))
    connection.execute(sql.SQL("SET ROLE {}").format(name))
    connection.execute(own)
    connection.execute("RESET ROLE")
    before = known(connection, role)

    expected = what.format(database=connection.info.dbname)
    with pytest.raises(ReaderError, match=f"{role} owns {expected}, and .*DROP OWNED BY {role}"):
        make_reader(database, role=role)

    assert known(connection, role) == before


def test_what_it_owns_in_another_database_is_found(
    role: str, database: str, connection: psycopg.Connection, server: str
) -> None:
    other = create_database(server, "template0")
    try:
        make_reader(database, role=role)
        with psycopg.connect(other, autocommit=True) as there:
            name = sql.Identifier(role)
            there.execute(sql.SQL("CREATE SCHEMA mine AUTHORIZATION {}").format(name))
        with pytest.raises(ReaderError, match=f"an object in database {database_name(other)}"):
            make_reader(database, role=role)
    finally:
        drop_database(server, other)
