"""Makes the views what their files say, where these have changed since the views were made."""

import logging
from dataclasses import dataclass
from typing import LiteralString

from psycopg import Connection, errors, sql

from esn_pulse.database.locks import VIEWS, WAIT
from esn_pulse.database.schema.migrations import applied_migrations, known_migrations
from esn_pulse.database.schema.views import ViewScript, identifier, known_views
from esn_pulse.database.sessions import transaction

logger = logging.getLogger(__name__)

# A statement that waits for a lock has everybody wait who comes after it.
_LOCK_TIMEOUT = "10s"

# Found by their names, as to_regclass takes rights to their schemas.
_BUILT = """
    SELECT v.name, v.digest, c.relkind FROM public.view_scripts AS v
    JOIN pg_namespace AS n ON n.nspname = split_part(v.name, '.', 1)
    JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = split_part(v.name, '.', 2)
    WHERE c.relkind IN ('v', 'm') ORDER BY v.id
"""
_ADD = """
    INSERT INTO public.view_scripts (name, digest) SELECT * FROM unnest(%s::text[], %s::text[])
"""
_DROP: dict[str, LiteralString] = {
    "v": "DROP VIEW {}",
    "m": "DROP MATERIALIZED VIEW {}",
}
_RIGHTS = """
    SELECT column_name, format('GRANT %%s %%s ON %%s TO %%s %%s', acl.privilege_type,
        '(' || quote_ident(column_name) || ')', c.oid::regclass,
        CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END,
        CASE WHEN acl.is_grantable THEN 'WITH GRANT OPTION' END)
    FROM pg_class AS c
    CROSS JOIN LATERAL (
        SELECT NULL, c.relacl
        UNION ALL SELECT attname, attacl FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
    ) AS part (column_name, acl)
    CROSS JOIN LATERAL aclexplode(part.acl) AS acl
    WHERE c.oid = to_regclass(%s) AND acl.grantee <> c.relowner
"""
_OTHER_OWNERS = """
    SELECT name, relowner::regrole::text
    FROM unnest(%s::text[]) AS name JOIN pg_class ON oid = to_regclass(name)
    WHERE relowner <> current_user::regrole
"""
_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s)"
# What default privileges gave to a new view.
_GIVEN = """
    SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
    FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) AS acl
    WHERE pg_class.oid = to_regclass(%s) AND grantee <> relowner
"""
# What is built on views, with their row types and all else that goes with them, but is none of
# them; and what has the name of a view that is to be.
_OBSTACLES = """
    WITH RECURSIVE parts (classid, objid) AS (
        SELECT 'pg_class'::regclass::oid, to_regclass(name)::oid
        FROM unnest(%(built)s::text[]) AS name
        UNION
        SELECT d.classid, d.objid FROM pg_depend AS d
        JOIN parts AS p ON d.refclassid = p.classid AND d.refobjid = p.objid
        WHERE d.deptype IN ('a', 'i')
    ), found (classid, objid) AS (
        SELECT d.classid, d.objid FROM pg_depend AS d
        JOIN parts AS p ON d.refclassid = p.classid AND d.refobjid = p.objid
        WHERE d.deptype = 'n' AND (d.classid, d.objid) NOT IN (SELECT classid, objid FROM parts)
        UNION
        SELECT 'pg_class'::regclass, to_regclass(name) FROM unnest(%(new)s::text[]) AS name
        WHERE to_regclass(name) IS NOT NULL
    )
    SELECT DISTINCT type || ' ' || identity
    FROM found LEFT JOIN pg_rewrite AS rule
        ON found.classid = 'pg_rewrite'::regclass AND rule.oid = found.objid
    CROSS JOIN LATERAL pg_identify_object(
        CASE WHEN rule.oid IS NULL THEN found.classid ELSE 'pg_class'::regclass END,
        coalesce(rule.ev_class, found.objid), 0
    )
    ORDER BY 1
"""


@dataclass(frozen=True)
class Plan:
    """What there is to do.

    :ivar changed: views that are not there, or were made from another text.
    :ivar affected: these and all that read them, those first that others read.
    :ivar outdated: which of these are there, and views that have no file any more: what
        ``pg_class`` calls their kind, by name, those first that read others.
    """

    changed: list[ViewScript]
    affected: list[ViewScript]
    outdated: dict[str, str]

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.changed or self.outdated)

    @property
    def names(self) -> list[str]:
        """The names of the views whose files are new, changed or gone."""
        without_file = self.outdated.keys() - {script.name for script in self.affected}
        return sorted({script.name for script in self.changed} | without_file)


def plan(connection: Connection) -> Plan:
    """Compare the views that were built with their files.

    What a newer program has made of a database is left to it.

    :raises UndefinedTable: when the migrations have not got as far as that.
    """
    if applied_migrations(connection) - known_migrations():
        return Plan([], [], {})
    built = {name: (digest, kind) for name, digest, kind in connection.execute(_BUILT)}
    digests = {name: digest for name, (digest, _) in built.items()}
    changed = [script for script in known_views() if digests.get(script.name) != script.digest]
    names = {script.name for script in changed}
    for script in known_views():
        if script.reads & names:
            names.add(script.name)
    kept = {script.name for script in known_views()} - names
    outdated = {name: built[name][1] for name in reversed(built) if name not in kept}
    return Plan(changed, [script for script in known_views() if script.name in names], outdated)


def obstacles(connection: Connection, todo: Plan) -> list[str]:
    """Return in words what of others keeps views from being built."""
    new = [script.name for script in todo.changed if script.name not in todo.outdated]
    found = connection.execute(_OBSTACLES, {"built": [*todo.outdated], "new": new})
    return [name for (name,) in found]


def rebuild_views(connection: Connection) -> None:
    """Build the views whose text has changed, and those that read them; all of them or none.

    Where that can't be, all stay as they are. Those that begin together wait for one another, and
    for a refresh.

    :param connection: outside of a transaction; the migrations have been applied.
    :raises psycopg.Error: when the login may not, or a file is wrong.
    """
    if not plan(connection):
        return
    try:
        with transaction(connection):
            connection.execute(WAIT, [VIEWS, 0])
            connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            if todo := plan(connection):
                logger.info("Building views: %s", ", ".join(todo.names))
                if not _replace(connection, todo):
                    _build(connection, todo)
                _keep_books(connection)
    except (
        errors.DeadlockDetected,
        errors.DependentObjectsStillExist,
        errors.DuplicateTable,
        errors.LockNotAvailable,
        errors.ReadOnlySqlTransaction,
    ) as error:
        todo = plan(connection)
        logger.warning(
            "Views stay as an earlier version made them (%s), as PostgreSQL says: %s (%s). The next"
            " run tries again, and scrapy health says what to do",
            ", ".join(todo.names),
            error.diag.message_primary,
            ", ".join(obstacles(connection, todo)) or "nothing is built on them",
        )


def _replace(connection: Connection, todo: Plan) -> bool:
    """Replace views where they are, which leaves alone what is built on them, if that can be.

    It can when they have their columns still, and no other ones but at the end. What is
    materialised would be as it was.
    """
    without_file = todo.outdated.keys() - {script.name for script in todo.affected}
    is_materialised = any(script.is_materialised for script in todo.affected)
    if without_file or is_materialised or "m" in todo.outdated.values():
        return False
    try:
        with connection.transaction():
            for script in todo.affected:
                _make(connection, script, replace=script.name in todo.outdated)
    except errors.InvalidTableDefinition:
        return False
    return True


def _build(connection: Connection, todo: Plan) -> None:
    owners: dict[str, str] = dict(connection.execute(_OTHER_OWNERS, [[*todo.outdated]]).fetchall())
    rights = {name: connection.execute(_RIGHTS, [name]).fetchall() for name in todo.outdated}
    for name, kind in todo.outdated.items():
        connection.execute(sql.SQL(_DROP[kind]).format(identifier(name)))
    for script in todo.affected:
        _make(connection, script)
        if script.name in todo.outdated:
            _give(connection, script.name, owners.get(script.name), rights[script.name])


def _make(connection: Connection, script: ViewScript, *, replace: bool = False) -> None:
    text = script.text
    if replace:
        text = text.replace(f"CREATE VIEW {script.name}", f"CREATE OR REPLACE VIEW {script.name}")
    connection.execute(text.encode())
    view = identifier(script.name)
    if script.comment:
        kind = sql.SQL("MATERIALIZED VIEW" if script.is_materialised else "VIEW")
        connection.execute(sql.SQL("COMMENT ON {} {} IS {}").format(kind, view, script.comment))
    for name, comment in script.columns.items():
        column = identifier(f"{script.name}.{name}")
        connection.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(column, comment))


def _give(
    connection: Connection, name: str, owner: str | None, rights: list[tuple[str | None, str]]
) -> None:
    """Give a view the rights that its forerunner had, and no more, and its owner if given one."""
    if owner:
        connection.execute(f"ALTER TABLE {name} OWNER TO {owner}".encode())
    for (role,) in connection.execute(_GIVEN, [name]).fetchall():
        connection.execute(f"REVOKE ALL ON {name} FROM {role}".encode())
    columns = {column for (column,) in connection.execute(_COLUMNS, [name])}
    for column, grant in rights:
        if column is None or column in columns:
            connection.execute(grant.encode())


def _keep_books(connection: Connection) -> None:
    connection.execute("TRUNCATE public.view_scripts RESTART IDENTITY")
    names, digests = zip(*((script.name, script.digest) for script in known_views()), strict=True)
    connection.execute(_ADD, [[*names], [*digests]])
