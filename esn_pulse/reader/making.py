"""Makes the role, and grants it what it may read."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random

from esn_pulse.database.locks import VIEWS, WAIT
from esn_pulse.database.sessions import connected
from esn_pulse.exceptions import ReaderError
from esn_pulse.reader.limits import closing, leftovers, owned, unreadable
from esn_pulse.reader.role import (
    ROLE,
    SCHEMA,
    administration,
    exists,
    is_superuser,
    set_password,
)

_CONNECTABLE = """
    SELECT datname FROM pg_database CROSS JOIN aclexplode(datacl) AS acl
    WHERE datallowconn AND acl.privilege_type = 'CONNECT'
        AND acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)
    UNION SELECT current_database()
"""
# Whose later views are to be readable, too.
_OWNERS = """
    SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s
    UNION SELECT current_user
"""
# What the later of two is told that change the same role, or the same rights, at once.
_CONFLICTS = (
    errors.UniqueViolation,
    errors.DuplicateObject,
    errors.InternalError_,  # "tuple concurrently updated"
    errors.DeadlockDetected,
)


@dataclass(frozen=True)
class Reader:
    """The role as it is now, and where it can log in.

    :ivar host: a name or address, or the folder of a Unix socket.
    :ivar password: a new one; None when the one that it had was left as it was.
    :ivar leftovers: what it can do beyond reading, for want of rights to prevent it, each with
        what an administrator can do about it.
    """

    role: str
    host: str
    port: int
    database: str
    created: bool
    password: str | None
    leftovers: list[str]


@retry(
    retry=retry_if_exception_type(_CONFLICTS),
    stop=stop_after_attempt(20),
    wait=wait_random(0, 0.2),
    reraise=True,
)
def make_reader(conninfo: str, *, new_password: bool = False, role: str = ROLE) -> Reader:
    """Create the role, or make of an existing one what it has to be; all of that or nothing.

    Roles belong to the server, rights to a database: each database needs a call of its own, and
    all share one password. It reaches the server as a SCRAM verifier only.

    :param conninfo: a database whose schema is up to date.
    :param new_password: also replace the password of a role that exists.
    :raises ReaderError: when the login may not do that, with what an administrator has to do; and
        when the role owns something.
    :raises psycopg.Error: when the server can't be reached, or refuses something else.
    """
    with connected(conninfo) as connection:
        # When another one makes it meanwhile, ours is refused, and all begins again.
        created = not exists(connection, role)
        if found := owned(connection, role):
            raise ReaderError(_owner(role, found))
        password = secrets.token_urlsafe(32) if created or new_password else None
        _administer(connection, role, password, create=created)
        _grant(connection, role)
        return Reader(
            role=role,
            host=connection.info.host,
            port=connection.info.port,
            database=connection.info.dbname,
            created=created,
            password=password,
            leftovers=[*leftovers(connection, role)],
        )


def _administer(
    connection: psycopg.Connection, role: str, password: str | None, *, create: bool
) -> None:
    """Do what takes more than to own the database, as far as it is still to be done."""
    try:
        with connection.transaction():
            for statement in administration(connection, role, create=create):
                connection.execute(statement)
            if password:
                connection.execute(set_password(connection, role, password))
            if is_superuser(connection):
                for statement in closing(connection, role):
                    connection.execute(statement)
    except errors.InsufficientPrivilege as error:
        told = _for_administrator(connection, role, error, password, create=create)
        raise ReaderError(told) from error


def _grant(connection: psycopg.Connection, role: str) -> None:
    try:
        # PostgreSQL refuses a refresh of what gets other rights meanwhile, and the run would fail.
        connection.execute(WAIT, [VIEWS, 0])
        for statement in _rights(connection, role):
            connection.execute(statement)
        refused = [f"{view} stays unreadable" for view in unreadable(connection, role)]
    except errors.InsufficientPrivilege as error:
        refused = [error.diag.message_primary or ""]
    if refused:
        raise ReaderError(
            f"'{connection.info.user}' may not let others read the views ({', '.join(refused)})."
            " Run this with the login that the spiders use: the views are its own"
        )


def _rights(connection: psycopg.Connection, role: str) -> Iterator[sql.Composed]:
    """Yield what takes all rights from the role, and gives it those that it is to have."""
    name, schema = sql.Identifier(role), sql.Identifier(SCHEMA)
    here = sql.Identifier(connection.info.dbname)
    connectable = connection.execute(_CONNECTABLE, [role]).fetchall()
    yield sql.SQL("DROP OWNED BY {}").format(name)  # it owns nothing but rights
    for (database,) in connectable:
        yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), name)
    yield sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC").format(here)
    for ours in (SCHEMA, "bi_cache", "public"):
        within = sql.Identifier(ours)
        yield sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC").format(within)
        for kind in sql.SQL("TABLES"), sql.SQL("SEQUENCES"):
            yield sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA {} FROM PUBLIC").format(kind, within)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name)
    yield sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, name)
    for (owned_by,) in connection.execute(_OWNERS, [SCHEMA]).fetchall():
        owner = sql.Identifier(owned_by)
        yield sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA {} GRANT SELECT ON TABLES TO {}"
        ).format(owner, schema, name)
        # Migrations and the refresh need what it may have had as everybody's right only.
        yield sql.SQL("GRANT CREATE, TEMPORARY ON DATABASE {} TO {}").format(here, owner)
        yield sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(owner)


def _owner(role: str, found: list[str]) -> str:
    return (
        f"{role} owns {', '.join(found)}, and can do with that whatever it likes. There, give it to"
        f" another role (REASSIGN OWNED BY {role} TO …) or drop it (DROP OWNED BY {role}), and run"
        " this again"
    )


def _for_administrator(
    connection: psycopg.Connection,
    role: str,
    error: psycopg.Error,
    password: str | None,
    *,
    create: bool,
) -> str:
    statements = *administration(connection, role, create=create), *closing(connection, role)
    lines = [f"{statement.as_string(connection)};" for statement in statements]
    if password:
        lines.append(f"\\password {role}")
    return (
        f"'{connection.info.user}' may not do that to the role {role}"
        f" ({error.diag.message_primary}). Let an administrator of the server, such as postgres,"
        f" run this in psql, connected to database {connection.info.dbname}; then run this command"
        " again, for the rights and the settings:\n\n" + "\n".join(lines)
    )
