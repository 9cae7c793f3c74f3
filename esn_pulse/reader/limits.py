"""What PostgreSQL lets every role do: what of it the role can do, and what prevents that."""

from collections import defaultdict
from collections.abc import Iterator
from typing import LiteralString

import psycopg
from psycopg import sql

from esn_pulse.reader.role import SCHEMA, limit_disk
from esn_pulse.reader.strict import FUNCTIONS, take_functions

_NAMED = 3  # how many things of a kind are named where one line has to do

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
# What the role can do in this database, with what, and what takes that away.
_ABILITIES: LiteralString = """
    SELECT 'make temporary tables', '', format(
        'GRANT TEMPORARY ON DATABASE %%1$I TO %%2$I;'
        ' REVOKE TEMPORARY ON DATABASE %%1$I FROM PUBLIC',
        d, (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %(schema)s)
    )
    FROM current_database() AS d WHERE has_database_privilege(%(role)s, d, 'TEMPORARY')
    UNION ALL
    SELECT 'make schemas', '', format('REVOKE CREATE ON DATABASE %%I FROM PUBLIC', d)
    FROM current_database() AS d WHERE has_database_privilege(%(role)s, d, 'CREATE')
    UNION ALL
    SELECT 'make objects in schema', quote_ident(nspname),
        format('REVOKE CREATE ON SCHEMA %%I FROM PUBLIC', nspname)
    FROM pg_namespace WHERE has_schema_privilege(%(role)s, oid, 'CREATE')
    UNION ALL
    SELECT 'use', format('%%I.%%I', nspname, relname),
        format('REVOKE ALL ON %%I.%%I FROM PUBLIC', nspname, relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_|^information_schema$' AND CASE
        WHEN c.relkind = 'S' THEN has_sequence_privilege(%(role)s, c.oid, 'USAGE, SELECT, UPDATE')
        WHEN c.relkind IN ('r', 'p', 'v', 'm', 'f')
        THEN has_table_privilege(%(role)s, c.oid, 'DELETE, TRUNCATE, TRIGGER')
            OR has_any_column_privilege(%(role)s, c.oid, 'INSERT, UPDATE, REFERENCES')
            OR n.nspname <> %(schema)s AND has_any_column_privilege(%(role)s, c.oid, 'SELECT')
    END
    ORDER BY 1, 2
"""
_CALLABLE: LiteralString = f"""
    SELECT DISTINCT CASE
        WHEN p.proname ~ '^lo_' THEN 'write large objects'
        ELSE 'take the advisory locks that runs depend on'
    END
    FROM ({FUNCTIONS}) AS p WHERE has_function_privilege(%s, p.oid, 'EXECUTE') ORDER BY 1
"""  # noqa: S608 (no part of it comes from outside)
_OTHER_DATABASES = """
    SELECT string_agg(quote_ident(datname), ', ' ORDER BY datname) FROM pg_database
    WHERE datallowconn AND datname <> current_database()
        AND has_database_privilege(%s, datname, 'CONNECT')
"""


def superusers_part(
    connection: psycopg.Connection, role: str, *, strict: bool
) -> Iterator[sql.Composed]:
    """Yield what limits the role, as far as it takes a superuser and is still to be done."""
    yield from limit_disk(connection, role)
    if strict:
        yield from take_functions(connection)


def owned(connection: psycopg.Connection, role: str) -> list[str]:
    """Return in words how many objects the role owns, and where."""
    return [found for (found,) in connection.execute(_OWNED, [role])]


def unreadable(connection: psycopg.Connection, role: str) -> list[str]:
    """Return the views that the role can't read."""
    found = connection.execute(_UNREADABLE, {"role": role, "schema": SCHEMA})
    return [view for (view,) in found]


def leftovers(connection: psycopg.Connection, role: str, *, strict: bool) -> list[str]:
    """Return what the role can do in this database beyond reading, with what prevents it."""
    return [*(_to_be_closed if strict else _left_open)(connection, role)]


def elsewhere(connection: psycopg.Connection, role: str) -> str | None:
    """Return what the role can do in other databases, with what prevents it."""
    (others,) = connection.execute(_OTHER_DATABASES, [role]).fetchone() or (None,)
    return others and (
        f"It can connect to other databases of the server ({others}), and do there what every"
        " role may. To let it into this one only, put these lines first in pg_hba.conf:\n"
        f"hostssl {connection.info.dbname} {role} all scram-sha-256\n"
        f"host    all {role} all reject"
    )


def _to_be_closed(connection: psycopg.Connection, role: str) -> Iterator[str]:
    for does, what, cure in _abilities(connection, role):
        yield f"It can {does} {what}".rstrip() + f". An administrator prevents that: {cure};"
    script = [
        f"{one.as_string(connection)};" for one in superusers_part(connection, role, strict=True)
    ]
    if script:
        yield (
            "It can fill the disk with large objects and large sorts, and keep runs from sections"
            " by their advisory locks. An administrator prevents that, with psql in this"
            " database:\n" + "\n".join(script)
        )


def _left_open(connection: psycopg.Connection, role: str) -> Iterator[str]:
    things = defaultdict(list)
    for does, what, _ in _abilities(connection, role):
        things[does].append(what)
    can = [f"{does} {_listed(what)}".rstrip() for does, what in things.items()]
    can += [does for (does,) in connection.execute(_CALLABLE, [role])]
    if any(limit_disk(connection, role)):
        can.append("fill the disk with large sorts")
    if can:
        yield (
            f"It can, as everybody in this database (PUBLIC) can: {'; '.join(can)}."
            "\n`scrapy reader --strict` takes that from everybody, or says how."
        )


def _abilities(connection: psycopg.Connection, role: str) -> list[tuple[str, str, str]]:
    return connection.execute(_ABILITIES, {"role": role, "schema": SCHEMA}).fetchall()


def _listed(names: list[str]) -> str:
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return ", ".join(names[:_NAMED] + more)
