"""What a server knows of a role."""

from typing import LiteralString

import psycopg

ATTRIBUTES = """
    SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin,
        rolconnlimit FROM pg_roles WHERE rolname = %s
"""
# All that the server knows of the role and of what it and everybody may do.
KNOWN: dict[str, LiteralString] = {
    "attributes": ATTRIBUTES,
    "password": "SELECT rolpassword FROM pg_authid WHERE rolname = %s",
    "groups": "SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole",
    "settings": "SELECT setdatabase, array(SELECT unnest(setconfig) ORDER BY 1)"
    " FROM pg_db_role_setting WHERE setrole = %s::regrole",
    "rights": "SELECT pg_describe_object(classid, objid, objsubid), deptype FROM pg_shdepend"
    " WHERE refobjid = %s::regrole AND dbid IN"
    " (0, (SELECT oid FROM pg_database WHERE datname = current_database())) ORDER BY 1, 2",
    "rights on relations": "SELECT oid, array(SELECT acl::text FROM unnest(relacl) AS acl"
    " ORDER BY 1) FROM pg_class WHERE %s <> '' ORDER BY 1",
    "rights on schemas": "SELECT oid, array(SELECT acl::text FROM unnest(nspacl) AS acl ORDER BY 1)"
    " FROM pg_namespace WHERE %s <> '' ORDER BY 1",
    "rights on functions": "SELECT oid, array(SELECT acl::text FROM unnest(proacl) AS acl"
    " ORDER BY 1) FROM pg_proc WHERE %s <> '' ORDER BY 1",
    "rights here": "SELECT acl::text FROM pg_database CROSS JOIN unnest(datacl) AS acl"
    " WHERE datname = current_database() AND %s <> '' ORDER BY 1",
}


def known(connection: psycopg.Connection, role: str) -> dict[str, str]:
    return {
        name: str(connection.execute(query, [role]).fetchall()) for name, query in KNOWN.items()
    }
