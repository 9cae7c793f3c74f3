"""What ``--strict`` takes from everybody in the database, and what gives that back."""

from collections.abc import Iterable, Iterator
from typing import LiteralString

import psycopg
from psycopg import sql

from esn_pulse.reader.role import SCHEMA

SCHEMAS = (SCHEMA, "bi_cache", "public")

# Functions that every role may call: large objects fill the disk, and advisory locks keep our runs
# from their work.
FUNCTIONS: LiteralString = r"""
    SELECT * FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~
        '^(lo_(creat|create|from_bytea)|pg_(try_)?advisory_(xact_)?lock(_shared)?)$'
"""
# With each, whether it still is everybody's.
_OPEN: LiteralString = f"""
    SELECT p.oid::regprocedure::text, EXISTS (
        SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0
    )
    FROM ({FUNCTIONS}) AS p ORDER BY 1
"""  # noqa: S608 (no part of it comes from outside)
# Who may write to this table runs the spiders, and needs the locks. A right can't be taken from
# one role that all have, so it is taken from all, and given to these again.
_WRITERS = """
    SELECT rolname FROM pg_roles
    WHERE has_table_privilege(oid, 'public.scraper_status', 'INSERT') AND NOT rolsuper
        AND rolname !~ '^pg_' AND (
            %s OR NOT has_function_privilege(oid, 'pg_try_advisory_lock(int, int)', 'EXECUTE')
        )
    ORDER BY 1
"""
# Whose later views are to be readable, too.
OWNERS = """
    SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s
    UNION SELECT current_user
"""
# To whom all of these functions were granted at once.
_GRANTEES: LiteralString = f"""
    SELECT r.rolname
    FROM ({FUNCTIONS}) AS p CROSS JOIN aclexplode(p.proacl) AS acl
    JOIN pg_roles AS r ON r.oid = acl.grantee
    WHERE acl.grantee <> p.proowner AND acl.grantor = p.proowner AND NOT acl.is_grantable
    GROUP BY r.rolname HAVING count(*) = (SELECT count(*) FROM ({FUNCTIONS}) AS all_of_them)
    ORDER BY 1
"""  # noqa: S608
# What everybody has by default, here: from PostgreSQL, and from the extensions that own relations.
_DEFAULTS = """
    SELECT format('GRANT TEMPORARY ON DATABASE %%I TO PUBLIC', datname) FROM pg_database AS d
    WHERE datname = current_database() AND NOT EXISTS (
        SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba)))
        WHERE grantee = 0 AND privilege_type = 'TEMPORARY'
    )
    UNION ALL
    SELECT format('GRANT %%s ON %%I.%%I TO PUBLIC', default_right.privilege_type, nspname, relname)
    FROM pg_init_privs AS i
    JOIN pg_class AS c ON c.oid = i.objoid AND i.classoid = 'pg_class'::regclass AND i.objsubid = 0
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    CROSS JOIN aclexplode(i.initprivs) AS default_right
    WHERE nspname = ANY (%(schemas)s) AND default_right.grantee = 0 AND NOT EXISTS (
        SELECT FROM aclexplode(c.relacl) AS has
        WHERE has.grantee = 0 AND has.privilege_type = default_right.privilege_type
    )
    ORDER BY 1
"""
# What everybody has, where a strict call takes it.
_EVERYBODYS = """
    SELECT format('GRANT %%s ON DATABASE %%I TO PUBLIC', privilege_type, datname)
    FROM pg_database CROSS JOIN aclexplode(datacl)
    WHERE datname = current_database() AND grantee = 0
    UNION
    SELECT format('GRANT %%s ON SCHEMA %%I TO PUBLIC', privilege_type, nspname)
    FROM pg_namespace CROSS JOIN aclexplode(nspacl)
    WHERE nspname = ANY (%(schemas)s) AND grantee = 0
    UNION
    SELECT format('GRANT %%s%%s ON %%I.%%I TO PUBLIC', privilege_type, columns, nspname, relname)
    FROM (
        SELECT relnamespace, relname, '' AS columns, relacl AS acl FROM pg_class
        UNION ALL
        SELECT relnamespace, relname, format(' (%%I)', attname), attacl
        FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
    ) AS relations
    JOIN pg_namespace AS n ON n.oid = relnamespace CROSS JOIN aclexplode(acl)
    WHERE nspname = ANY (%(schemas)s) AND grantee = 0
"""
# What the owner of the views got instead, and those that may do what it may: superusers, too. It
# stays with who has it from nowhere else: migrations make schemas and tables.
_INSTEAD = """
    WITH granted AS (
        SELECT format('DATABASE %%I', datname) AS name, datdba AS owner, acl.*
        FROM pg_database CROSS JOIN aclexplode(datacl) AS acl WHERE datname = current_database()
        UNION ALL
        SELECT format('SCHEMA %%I', nspname), nspowner, acl.*
        FROM pg_namespace CROSS JOIN aclexplode(nspacl) AS acl WHERE nspname = 'public'
    )
    SELECT format('REVOKE %%s ON %%s FROM %%I', privilege_type, name, rolname)
    FROM granted JOIN pg_roles AS r ON r.oid = grantee
    WHERE grantee <> owner AND grantor = owner AND NOT is_grantable
        AND pg_has_role(
            grantee, (SELECT nspowner FROM pg_namespace WHERE nspname = %(schema)s), 'USAGE'
        )
        AND (
            privilege_type = 'TEMPORARY'
            OR privilege_type = 'CREATE' AND pg_has_role(grantee, owner, 'USAGE')
        )
    ORDER BY 1
"""


def take_functions(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    """Yield what leaves locks and large objects to the spiders' logins; it takes a superuser."""
    found = connection.execute(_OPEN).fetchall()
    names = _listed(name for name, _ in found)
    is_open = any(is_open for _, is_open in found)
    if is_open:
        yield sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(names)
    writers = [sql.Identifier(name) for (name,) in connection.execute(_WRITERS, [is_open])]
    if writers:
        to = sql.SQL(", ").join(writers)
        yield sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(names, to)


def take_rights(connection: psycopg.Connection) -> list[str]:
    """Take from everybody whatever changes this database, or reads its tables.

    :returns: statements that give everybody what somebody had granted, and is not given back.
    """
    before = _everybodys(connection)
    for statement in _taking(connection):
        connection.execute(statement)
    known = {statement.as_string(connection) for statement in give_back(connection)}
    return sorted(before - _everybodys(connection) - known)


def give_back(connection: psycopg.Connection) -> Iterator[sql.SQL | sql.Composed]:
    """Yield what undoes all that: nothing where it is undone."""
    found = connection.execute(_OPEN).fetchall()
    if taken := [name for name, is_open in found if not is_open]:
        yield sql.SQL("GRANT EXECUTE ON FUNCTION {} TO PUBLIC").format(_listed(taken))
    if grantees := [sql.Identifier(name) for (name,) in connection.execute(_GRANTEES)]:
        yield sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM {}").format(
            _listed(name for name, _ in found), sql.SQL(", ").join(grantees)
        )
    parameters = {"schema": SCHEMA, "schemas": list(SCHEMAS)}
    for query in _DEFAULTS, _INSTEAD:
        for (statement,) in connection.execute(query, parameters).fetchall():
            yield sql.SQL(statement)


def _taking(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    here = sql.Identifier(connection.info.dbname)
    yield sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC").format(here)
    for schema in map(sql.Identifier, SCHEMAS):
        yield sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC").format(schema)
        for kind in sql.SQL("TABLES"), sql.SQL("SEQUENCES"):
            yield sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA {} FROM PUBLIC").format(kind, schema)
    # Migrations and the refresh need what it may have had as everybody's right only.
    for owner in (sql.Identifier(name) for (name,) in connection.execute(OWNERS, [SCHEMA])):
        yield sql.SQL("GRANT CREATE, TEMPORARY ON DATABASE {} TO {}").format(here, owner)
        yield sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(owner)


def _everybodys(connection: psycopg.Connection) -> set[str]:
    found = connection.execute(_EVERYBODYS, {"schemas": list(SCHEMAS)})
    return {statement for (statement,) in found}


def _listed(functions: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(name) for name in functions)
