"""What the role is: its attributes, settings and memberships, which belong to the server."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
from psycopg import sql

ROLE = "esn_pulse_reader"
SCHEMA = "bi"

# What a role may be against the rules, as a condition on pg_roles, and what mends that.
_WRONG: dict[LiteralString, LiteralString] = {
    "rolsuper": "NOSUPERUSER",
    "rolcreatedb": "NOCREATEDB",
    "rolcreaterole": "NOCREATEROLE",
    "rolreplication": "NOREPLICATION",
    "rolbypassrls": "NOBYPASSRLS",
    "NOT rolcanlogin": "LOGIN",
    "rolconnlimit <> 20": "CONNECTION LIMIT 20",
}
# A session can change all of these; they are there against accidents.
_SETTINGS = {
    "search_path": SCHEMA,
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
}
# A session can't change this one, but it takes a superuser to set it.
SUPERUSERS_SETTING, _DISK = "temp_file_limit", "1GB"

_STORED = """
    SELECT d.datname, split_part(one, '=', 1), substr(one, strpos(one, '=') + 1)
    FROM pg_db_role_setting AS s
    CROSS JOIN unnest(s.setconfig) AS one
    LEFT JOIN pg_database AS d ON d.oid = s.setdatabase
    WHERE s.setrole = (SELECT oid FROM pg_roles WHERE rolname = %s)
"""
_MEMBERSHIPS = """
    SELECT pg_get_userbyid(m.roleid), pg_get_userbyid(m.grantor)
    FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.member WHERE r.rolname = %s
"""


def exists(connection: psycopg.Connection, role: str) -> bool:
    """Look whether there is such a role on the server."""
    return connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount == 1


def is_superuser(connection: psycopg.Connection) -> bool:
    """Look whether this login may do everything."""
    return connection.info.parameter_status("is_superuser") == "on"


def set_password(connection: psycopg.Connection, role: str, secret: str) -> sql.Composed:
    """Return what sets a password, with a SCRAM verifier in its place: statements are logged."""
    verifier = connection.pgconn.encrypt_password(secret.encode(), role.encode(), b"scram-sha-256")
    return sql.SQL("ALTER ROLE {} PASSWORD {}").format(
        sql.Identifier(role), sql.Literal(verifier.decode())
    )


def administration(
    connection: psycopg.Connection, role: str, *, create: bool
) -> Iterator[sql.Composed]:
    """Yield what makes the role, or makes of it what it has to be: nothing if it is that."""
    if create:
        yield sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT 20").format(sql.Identifier(role))
    else:
        yield from _attributes(connection, role)
    yield from _settings(connection, role)
    yield from _memberships(connection, role)


def limit_disk(connection: psycopg.Connection, role: str) -> Iterator[sql.Composed]:
    """Yield what keeps its queries from filling the disk; it takes a superuser."""
    if (None, SUPERUSERS_SETTING, _DISK) not in _stored(connection, role):
        yield _set(role, SUPERUSERS_SETTING, _DISK)


def _attributes(connection: psycopg.Connection, role: str) -> Iterator[sql.Composed]:
    query = sql.SQL("SELECT {} FROM pg_roles WHERE rolname = %s").format(
        sql.SQL(", ").join(map(sql.SQL, _WRONG))
    )
    found = connection.execute(query, [role]).fetchone() or ()
    # Each by itself: it takes a superuser to as much as mention some of them.
    for is_wrong, cure in zip(found, _WRONG.values(), strict=True):
        if is_wrong:
            yield sql.SQL("ALTER ROLE {} {}").format(sql.Identifier(role), sql.SQL(cure))


def _settings(connection: psycopg.Connection, role: str) -> Iterator[sql.Composed]:
    stored = _stored(connection, role)
    for database in {database for database, _, _ in stored if database}:
        yield sql.SQL("ALTER ROLE {} IN DATABASE {} RESET ALL").format(
            sql.Identifier(role), sql.Identifier(database)
        )
    own = {name: value for database, name, value in stored if not database}
    for name in own.keys() - _SETTINGS.keys() - {SUPERUSERS_SETTING}:
        yield sql.SQL("ALTER ROLE {} RESET {}").format(sql.Identifier(role), sql.Identifier(name))
    for name, value in _SETTINGS.items():
        if own.get(name) != value:
            yield _set(role, name, value)


def _stored(connection: psycopg.Connection, role: str) -> list[tuple[str | None, str, str]]:
    """Return its settings: in which database (None: in all), name, value."""
    return connection.execute(_STORED, [role]).fetchall()


def _set(role: str, name: str, value: str) -> sql.Composed:
    return sql.SQL("ALTER ROLE {} SET {} = {}").format(
        sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
    )


def _memberships(connection: psycopg.Connection, role: str) -> Iterator[sql.Composed]:
    """Take it out of all groups; put this login into the role's, to take its rights away."""
    name = sql.Identifier(role)
    for group, grantor in connection.execute(_MEMBERSHIPS, [role]):
        statement = sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), name)
        if connection.info.server_version >= 160000:  # the same may have been granted by several
            statement += sql.SQL(" GRANTED BY {} CASCADE").format(sql.Identifier(grantor))
        yield statement
    is_member = "SELECT pg_has_role(oid, 'USAGE') FROM pg_roles WHERE rolname = %s"
    if connection.execute(is_member, [role]).fetchone() != (True,):
        me = sql.Identifier(connection.info.user)
        yield sql.SQL("GRANT {} TO {}").format(name, me)
