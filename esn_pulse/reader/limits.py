"""What PostgreSQL lets every role do: what of it can be taken away, and what is left."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
from psycopg import sql

from esn_pulse.reader.role import SCHEMA, limit_disk

# Functions that every role may call: large objects fill the disk, and advisory locks keep our runs
# from their work. With each, whether it still is everybody's.
_FUNCTIONS = """
    SELECT p.oid::regprocedure::text, EXISTS (
        SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0
    )
    FROM pg_proc AS p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~
        '^(lo_(creat|create|from_bytea)|pg_(try_)?advisory_(xact_)?lock(_shared)?)$'
    ORDER BY 1
"""
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
_OWNED = """
    SELECT coalesce(nullif(count(*), 1) || ' objects', 'an object')
        || coalesce(' in database ' || d.datname, ' of the whole server')
    FROM pg_shdepend AS s LEFT JOIN pg_database AS d ON d.oid = s.dbid
    WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype = 'o'
        AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = %s)
    GROUP BY d.datname ORDER BY 1
"""
_UNREADABLE = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'v'
        AND NOT has_table_privilege(%(role)s, oid, 'SELECT')
    ORDER BY 1
"""
# What the role can do in this database, and what takes that away.
_ABILITIES: LiteralString = """
    SELECT 'make temporary tables', format(
        'GRANT TEMPORARY ON DATABASE %%1$I TO %%2$I;'
        ' REVOKE TEMPORARY ON DATABASE %%1$I FROM PUBLIC',
        d, (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %(schema)s)
    )
    FROM current_database() AS d WHERE has_database_privilege(%(role)s, d, 'TEMPORARY')
    UNION ALL
    SELECT 'make schemas', format('REVOKE CREATE ON DATABASE %%I FROM PUBLIC', d)
    FROM current_database() AS d WHERE has_database_privilege(%(role)s, d, 'CREATE')
    UNION ALL
    SELECT format('make objects in schema %%I', nspname),
        format('REVOKE CREATE ON SCHEMA %%I FROM PUBLIC', nspname)
    FROM pg_namespace WHERE has_schema_privilege(%(role)s, oid, 'CREATE')
    UNION ALL
    SELECT format('use %%s', c.oid::regclass),
        format('REVOKE ALL ON %%s FROM PUBLIC', c.oid::regclass)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_|^information_schema$' AND CASE
        WHEN c.relkind = 'S' THEN has_sequence_privilege(%(role)s, c.oid, 'USAGE, SELECT, UPDATE')
        WHEN c.relkind IN ('r', 'p', 'v', 'm', 'f')
        THEN has_table_privilege(%(role)s, c.oid, 'DELETE, TRUNCATE, TRIGGER')
            OR has_any_column_privilege(%(role)s, c.oid, 'INSERT, UPDATE, REFERENCES')
            OR n.nspname <> %(schema)s AND has_any_column_privilege(%(role)s, c.oid, 'SELECT')
    END
    ORDER BY 1
"""
_OTHER_DATABASES = """
    SELECT string_agg(quote_ident(datname), ', ' ORDER BY datname) FROM pg_database
    WHERE datallowconn AND datname <> current_database()
        AND has_database_privilege(%s, datname, 'CONNECT')
"""


def closing(connection: psycopg.Connection, role: str) -> Iterator[sql.Composed]:
    """Yield what keeps the role from what every role may do, and takes a superuser to say."""
    yield from limit_disk(connection, role)
    found = connection.execute(_FUNCTIONS).fetchall()
    names = sql.SQL(", ").join(sql.SQL(name) for name, _ in found)
    is_open = any(is_open for _, is_open in found)
    if is_open:
        yield sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(names)
    writers = [sql.Identifier(name) for (name,) in connection.execute(_WRITERS, [is_open])]
    if writers:
        to = sql.SQL(", ").join(writers)
        yield sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(names, to)


def owned(connection: psycopg.Connection, role: str) -> list[str]:
    """Return in words how many objects the role owns, and where."""
    return [found for (found,) in connection.execute(_OWNED, [role])]


def unreadable(connection: psycopg.Connection, role: str) -> list[str]:
    """Return the views that the role can't read."""
    found = connection.execute(_UNREADABLE, {"role": role, "schema": SCHEMA})
    return [view for (view,) in found]


def leftovers(connection: psycopg.Connection, role: str) -> Iterator[str]:
    """Yield what the role can do beyond reading, each with what an administrator can do."""
    for ability, cure in connection.execute(_ABILITIES, {"role": role, "schema": SCHEMA}):
        yield f"It can {ability}. An administrator prevents that: {cure};"
    if script := [f"{one.as_string(connection)};" for one in closing(connection, role)]:
        yield (
            "It can fill the disk with large objects and large sorts, and keep runs from sections"
            " by their advisory locks. An administrator prevents that, with psql in this"
            " database:\n" + "\n".join(script)
        )
    (others,) = connection.execute(_OTHER_DATABASES, [role]).fetchone() or (None,)
    if others:
        yield (
            f"It can connect to other databases of the server ({others}), and do there what every"
            " role may. To let it into this one only, put these lines first in pg_hba.conf:\n"
            f"hostssl {connection.info.dbname} {role} all scram-sha-256\n"
            f"host    all {role} all reject"
        )
