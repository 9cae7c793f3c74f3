"""Makes the role, and grants it what it may read."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random

from esn_pulse.database.locks import VIEWS, WAIT
from esn_pulse.database.sessions import connected
from esn_pulse.exceptions import ReaderError
from esn_pulse.reader.limits import elsewhere, leftovers, owned, superusers_part, unreadable
from esn_pulse.reader.role import (
    ROLE,
    SCHEMA,
    administration,
    exists,
    is_superuser,
    set_password,
)
from esn_pulse.reader.strict import OWNERS, give_back, take_rights

_CONNECTABLE = """
    SELECT datname FROM pg_database CROSS JOIN aclexplode(datacl) AS acl
    WHERE datallowconn AND acl.privilege_type = 'CONNECT'
        AND acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)
    UNION SELECT current_database()
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
    :ivar leftovers: what it can do in this database beyond reading, each with what prevents it.
    :ivar elsewhere: what it can do in others, with what prevents it.
    :ivar lost: statements that give everybody what was taken and ``undo_strict`` can't know.
    """

    role: str
    host: str
    port: int
    database: str
    created: bool
    password: str | None
    leftovers: list[str]
    elsewhere: str | None
    lost: list[str]


_one_after_the_other = retry(
    retry=retry_if_exception_type(_CONFLICTS),
    stop=stop_after_attempt(20),
    wait=wait_random(0, 0.2),
    reraise=True,
)


@_one_after_the_other
def make_reader(
    conninfo: str, *, strict: bool = False, new_password: bool = False, role: str = ROLE
) -> Reader:
    """Create the role, or make of an existing one what it has to be; all of that or nothing.

    Roles belong to the server, rights to a database: each database needs a call of its own, and
    all share one password. It reaches the server as a SCRAM verifier only.

    :param conninfo: a database whose schema is up to date.
    :param strict: also take from everybody in the database what the role could do by it.
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
        _administer(connection, role, password, create=created, strict=strict)
        lost = _grant(connection, role, strict=strict)
        return Reader(
            role=role,
            host=connection.info.host,
            port=connection.info.port,
            database=connection.info.dbname,
            created=created,
            password=password,
            leftovers=leftovers(connection, role, strict=strict),
            elsewhere=elsewhere(connection, role),
            lost=lost,
        )


@_one_after_the_other
def undo_strict(conninfo: str) -> list[str]:
    """Give everybody back what PostgreSQL lets everybody do; all of that or nothing.

    :returns: the statements that did it; none when there was nothing to give back.
    :raises ReaderError: when the login may not do that, with what an administrator has to do.
    :raises psycopg.Error: when the server can't be reached, or refuses something else.
    """
    with connected(conninfo) as connection:
        statements = [*give_back(connection)]
        lines = [f"{one.as_string(connection)};" for one in statements]
        try:
            for statement in statements:
                connection.execute(statement)
            # Who has a right may not always grant it; PostgreSQL refuses that with a warning only.
            refused = "it is not its to grant" if any(give_back(connection)) else None
        except errors.InsufficientPrivilege as error:
            refused = error.diag.message_primary
        if refused:
            raise ReaderError(
                f"'{connection.info.user}' may not give that back ({refused})."
                f" {_in_psql(connection)}:\n\n" + "\n".join(lines)
            )
        return lines


def _administer(
    connection: psycopg.Connection,
    role: str,
    password: str | None,
    *,
    create: bool,
    strict: bool,
) -> None:
    """Do what takes more than to own the database, as far as it is still to be done."""
    try:
        with connection.transaction():
            for statement in administration(connection, role, create=create):
                connection.execute(statement)
            if password:
                connection.execute(set_password(connection, role, password))
            if is_superuser(connection):
                for statement in superusers_part(connection, role, strict=strict):
                    connection.execute(statement)
    except errors.InsufficientPrivilege as error:
        statements = (
            *administration(connection, role, create=create),
            *superusers_part(connection, role, strict=strict),
        )
        told = _for_administrator(connection, role, error, statements, password)
        raise ReaderError(told) from error


def _grant(connection: psycopg.Connection, role: str, *, strict: bool) -> list[str]:
    try:
        # PostgreSQL refuses a refresh of what gets other rights meanwhile, and the run would fail.
        connection.execute(WAIT, [VIEWS, 0])
        for statement in _rights(connection, role):
            connection.execute(statement)
        lost = take_rights(connection) if strict else []
        refused = [f"{view} stays unreadable" for view in unreadable(connection, role)]
    except errors.InsufficientPrivilege as error:
        refused = [error.diag.message_primary or ""]
    if refused:
        raise ReaderError(
            f"'{connection.info.user}' may not let others read the views ({', '.join(refused)})."
            " Run this with the login that the spiders use: the views are its own"
        )
    return lost


def _rights(connection: psycopg.Connection, role: str) -> Iterator[sql.Composed]:
    """Yield what takes all rights from the role, and gives it those that it is to have."""
    name, schema = sql.Identifier(role), sql.Identifier(SCHEMA)
    connectable = connection.execute(_CONNECTABLE, [role]).fetchall()
    yield sql.SQL("DROP OWNED BY {}").format(name)  # it owns nothing but rights
    for (database,) in connectable:
        yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), name)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name)
    yield sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, name)
    for (owner,) in connection.execute(OWNERS, [SCHEMA]).fetchall():
        yield sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA {} GRANT SELECT ON TABLES TO {}"
        ).format(sql.Identifier(owner), schema, name)


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
    statements: Iterable[sql.Composed],
    password: str | None,
) -> str:
    lines = [f"{statement.as_string(connection)};" for statement in statements]
    if password:
        lines.append(f"\\password {role}")
    return (
        f"'{connection.info.user}' may not do that to the role {role}"
        f" ({error.diag.message_primary}). {_in_psql(connection)}; then run this command again,"
        " for the rights and the settings:\n\n" + "\n".join(lines)
    )


def _in_psql(connection: psycopg.Connection) -> str:
    return (
        "Let an administrator of the server, such as postgres, run this in psql, connected to"
        f" database {connection.info.dbname}"
    )
