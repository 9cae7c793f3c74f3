"""What is taken from everybody in the database: nothing unless asked for, and not for good."""

from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from esn_pulse.exceptions import ReaderError
from esn_pulse.reader import make_reader, undo_strict
from tests.conftest import database_name
from tests.reader.conftest import administer, logged_in, server_of

# Who may do what with all that belongs to a database; '' stands for everybody.
RIGHTS: LiteralString = """
    SELECT kind, name, coalesce(nullif(grantee, 0)::regrole::text, ''), privilege_type, is_grantable
    FROM (
        SELECT 'database' AS kind, datname AS name, coalesce(datacl, acldefault('d', datdba)) AS acl
        FROM pg_database WHERE datname = current_database()
        UNION ALL
        SELECT 'schema', nspname, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
        UNION ALL
        SELECT 'function', oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc
        UNION ALL
        SELECT 'relation', oid::regclass::text, coalesce(
            relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)
        )
        FROM pg_class
        UNION ALL
        SELECT 'column', attrelid::regclass || '.' || attname, attacl
        FROM pg_attribute WHERE attacl IS NOT NULL
    ) AS all_of_them CROSS JOIN aclexplode(acl)
"""


EXTENSION: LiteralString = "CREATE EXTENSION pg_stat_statements SCHEMA public"


def rights(connection: psycopg.Connection, *, but_of: str) -> set[tuple[Any, ...]]:
    """Return all rights that others than a role have."""
    return {row for row in connection.execute(RIGHTS) if row[2] != but_of}


@pytest.fixture
def administrators(server: str, owned: str, owner: str) -> str:
    """Address, as an administrator logs in, of the database of a role that is no superuser.

    An extension lets everybody read its views there.
    """
    address = server_of(server, owned)
    with psycopg.connect(address) as connection:
        connection.execute(EXTENSION)
    return address


def test_nobody_else_loses_or_gets_a_right(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    connection.execute("GRANT SELECT ON public.activities TO PUBLIC")
    connection.execute("GRANT SELECT (name) ON public.sections TO PUBLIC")
    connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    before = rights(connection, but_of=role)

    make_reader(database, role=role)

    assert rights(connection, but_of=role) == before


def test_what_that_leaves_open_is_told(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    connection.execute("GRANT SELECT ON public.activities, public.countries TO PUBLIC")
    connection.execute("GRANT SELECT (id) ON public.sections, public.objectives TO PUBLIC")

    made = make_reader(database, role=role)

    assert made.leftovers == [
        "It can, as everybody in this database (PUBLIC) can: make temporary tables;"
        " use public.activities, public.countries, public.objectives, 1 more;"
        " take the advisory locks that runs depend on; write large objects."
        "\n`scrapy reader --strict` takes that from everybody, or says how."
    ]
    with logged_in(database, role, made.password) as reading:
        reading.execute("SET default_transaction_read_only = off")
        reading.execute("CREATE TEMPORARY TABLE x ()")
        reading.execute("SELECT id FROM public.sections")
        reading.execute("SELECT pg_advisory_lock(1)")
        with reading.transaction(force_rollback=True):
            reading.execute("SELECT lo_create(0)")


def test_only_what_is_open_is_told(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    connection.execute(
        sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(
            sql.Identifier(connection.info.dbname)
        )
    )
    connection.execute(
        "REVOKE EXECUTE ON FUNCTION lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea)"
        " FROM PUBLIC"
    )
    (told,) = make_reader(database, role=role).leftovers

    assert "can: take the advisory locks that runs depend on." in told


def test_disk_space_that_only_a_superuser_can_limit_is_told(
    server: str, owned: str, owner: str, role: str
) -> None:
    let_make_roles(server, owner)

    (told,) = make_reader(owned, role=role).leftovers

    assert "; fill the disk with large sorts." in told


def test_a_call_that_is_not_strict_leaves_what_a_strict_one_took(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    assert make_reader(database, role=role, strict=True).leftovers == []
    before = rights(connection, but_of=role)

    assert make_reader(database, role=role).leftovers == []

    assert rights(connection, but_of=role) == before


def test_what_a_strict_call_took_is_given_back(
    administrators: str, owner: str, role: str, server: str
) -> None:
    with psycopg.connect(administrators, autocommit=True) as connection:
        before = rights(connection, but_of=role)
        make_reader(administrators, role=role, strict=True)
        assert ("relation", "pg_stat_statements", "", "SELECT", False) in before
        assert ("relation", "pg_stat_statements", "", "SELECT", False) not in rights(
            connection, but_of=role
        )

        assert undo_strict(administrators)

        assert rights(connection, but_of=role) == before
        assert undo_strict(administrators) == []


def test_what_was_granted_to_some_by_hand_stays(role: str, owner: str, administrators: str) -> None:
    with psycopg.connect(administrators, autocommit=True) as connection:
        make_reader(administrators, role=role, strict=True)
        name = sql.Identifier(owner)
        connection.execute(
            sql.SQL("GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO pg_monitor")
        )
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        here = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO pg_monitor").format(here))
        by_hand = {right for right in rights(connection, but_of=role) if right[2] == "pg_monitor"}
        assert {"database", "function"} <= {kind for kind, *_ in by_hand}

        undo_strict(administrators)

        assert by_hand <= rights(connection, but_of=role)
        assert ("schema", "public", owner, "USAGE", False) in rights(connection, but_of=role)


def test_a_login_that_does_not_own_the_database_can_still_make_what_migrations_make(
    server: str, lent: str, owner: str, role: str
) -> None:
    address = server_of(server, lent)
    with psycopg.connect(address, autocommit=True) as connection:
        before = rights(connection, but_of=role)
        make_reader(address, role=role, strict=True)

        undo_strict(address)

        assert rights(connection, but_of=role) - before == {
            ("database", database_name(lent), owner, "CREATE", False),
            ("schema", "public", owner, "CREATE", False),
        }
        assert before <= rights(connection, but_of=role)


@pytest.mark.parametrize(
    ("extension", "reason"),
    [
        ("", "it is not its to grant"),
        (EXTENSION, "permission denied for .*"),
    ],
)
def test_who_may_not_give_it_back_is_told_what_to_run(
    server: str, owned: str, role: str, extension: LiteralString, reason: str
) -> None:
    address = server_of(server, owned)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(extension)
        before = rights(connection, but_of=role)
        make_reader(address, role=role, strict=True)
        taken = rights(connection, but_of=role)

        told = rf"may not give that back \({reason}\)\. .* psql"
        with pytest.raises(ReaderError, match=told) as refused:
            undo_strict(owned)
        assert rights(connection, but_of=role) == taken

        administer(server, database_name(owned), str(refused.value).partition("\n\n")[2])
        assert rights(connection, but_of=role) == before
    assert undo_strict(owned) == []


def test_who_owns_the_database_gives_back_what_it_could_take(
    server: str, owned: str, owner: str, role: str
) -> None:
    let_make_roles(server, owner)
    with psycopg.connect(owned, autocommit=True) as connection:
        before = rights(connection, but_of=role)
        make_reader(owned, role=role, strict=True)
        assert rights(connection, but_of=role) != before

        undo_strict(owned)

        assert rights(connection, but_of=role) == before


def test_what_can_not_be_given_back_later_is_told_when_it_is_taken(
    administrators: str, role: str
) -> None:
    with psycopg.connect(administrators, autocommit=True) as connection:
        connection.execute("GRANT SELECT, DELETE ON public.activities TO PUBLIC")
        connection.execute("GRANT UPDATE (name) ON public.sections TO PUBLIC")
        connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        before = rights(connection, but_of=role)

        lost = make_reader(administrators, role=role, strict=True).lost

        assert lost == [
            "GRANT CREATE ON SCHEMA public TO PUBLIC",
            "GRANT DELETE ON public.activities TO PUBLIC",
            "GRANT SELECT ON public.activities TO PUBLIC",
            "GRANT UPDATE (name) ON public.sections TO PUBLIC",
        ]
        assert make_reader(administrators, role=role, strict=True).lost == []
        undo_strict(administrators)
        connection.execute("; ".join(lost).encode())
        assert rights(connection, but_of=role) == before


def let_make_roles(server: str, login: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(login)))
