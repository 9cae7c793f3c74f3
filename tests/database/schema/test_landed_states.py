"""What earlier versions left comes up to date; of their backups, see tests/backups."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from scrapy.settings import Settings

from esn_pulse.database import prepare
from tests.conftest import create_database, database_name, drop_database
from tests.database.schema.states import LANDED, PLACES, set_to, structure

WITH_VIEWS = 10  # the first state that has some
RIGHTS = """
    SELECT c.oid::regclass::text, acl.privilege_type
    FROM pg_class AS c CROSS JOIN aclexplode(c.relacl) AS acl
    WHERE acl.grantee = %s::regrole
"""


@pytest.fixture(scope="module")
def somebody(server: str) -> Iterator[str]:
    """A role that may read a view, from when there is one."""
    name = f"reader_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        yield name
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def states(server: str, somebody: str) -> Iterator[dict[int, str]]:
    """Addresses of databases in each state, with a few rows."""
    growing = create_database(server, "template0")
    made: dict[int, str] = {}
    try:
        for state in LANDED:
            set_to(growing, state)
            with psycopg.connect(growing) as connection:
                if state == LANDED[0]:
                    connection.execute(PLACES)
                if state == WITH_VIEWS:
                    granting = sql.SQL("GRANT SELECT ON bi.activities TO {}")
                    connection.execute(granting.format(sql.Identifier(somebody)))
            made[state] = create_database(server, database_name(growing))
        yield made
    finally:
        for conninfo in (growing, *made.values()):
            drop_database(server, conninfo)


@pytest.fixture(scope="module")
def expected_structure(migrated_template: str) -> list[str]:
    return structure(migrated_template)


@pytest.mark.parametrize("state", LANDED)
def test_every_landed_state_comes_up_to_date(
    states: dict[int, str], expected_structure: list[str], somebody: str, state: int
) -> None:
    prepare(Settings({"DATABASE_URL": states[state]}))

    with psycopg.connect(states[state]) as connection:
        found = connection.execute("SELECT country, sections FROM bi.countries").fetchall()
        assert found == [("Türkiye", 1)]
        granted = connection.execute(RIGHTS, [somebody]).fetchall()
        assert granted == ([("bi.activities", "SELECT")] if state >= WITH_VIEWS else [])
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(somebody)))
    assert [line for line in structure(states[state]) if line] == [
        line for line in expected_structure if line
    ]
