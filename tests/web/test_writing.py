"""The login by which the web writes, as ``deploy/web-login.sql`` makes it: enough, and no more."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

from esn_pulse.metrics.pipeline import OF_DATABASE
from esn_pulse.web import audit
from esn_pulse.web.audit import Did
from esn_pulse.web.jobs import posting
from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from esn_pulse.web.sign_in.passwords import hash_password
from esn_pulse.web.sign_in.people import Belongings, Operators, keep_account
from tests.conftest import create_database, database_name, drop_database
from tests.deploy.files import DEPLOY
from tests.metrics.readings import Reading
from tests.scheduling.factories import add_job
from tests.web.servers import served
from tests.web.visitors import COOKIE, Visitor

PASSWORD = "correct horse"
READER = """
    CREATE ROLE {reader};
    GRANT USAGE ON SCHEMA bi TO {reader};
    GRANT SELECT ON ALL TABLES IN SCHEMA bi TO {reader};
"""


@pytest.fixture(scope="module")
def web_database(server: str, network_template: str) -> Iterator[str]:
    """Address of a network's database, as its owner."""
    conninfo = create_database(server, database_name(network_template))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture(scope="module")
def login(web_database: str) -> Iterator[str]:
    """The same as that login, where there is a reader."""
    # Roles are the server's, which may be shared.
    name, reader = (f"{kind}_{uuid4().hex}" for kind in ("web", "reader"))
    script = (DEPLOY / "web-login.sql").read_text()
    script = script.replace("esn_pulse_web", name).replace("esn_pulse_reader", reader)
    roles = {"web": sql.Identifier(name), "reader": sql.Identifier(reader)}
    with psycopg.connect(web_database, autocommit=True) as owner:
        owner.execute(sql.SQL(READER).format(**roles))
        for _ in range(2):  # as after an upgrade
            owner.execute(script.encode())
        owner.execute(sql.SQL("ALTER ROLE {web} PASSWORD 'secret'").format(**roles))
        yield make_conninfo(web_database, user=name, password="secret")
        owner.execute(sql.SQL("DROP OWNED BY {web}, {reader}").format(**roles))
        owner.execute(sql.SQL("DROP ROLE {web}, {reader}").format(**roles))


@pytest.fixture
def connection(login: str) -> Iterator[psycopg.Connection]:
    """Connection of that login; what is done by it is undone."""
    with psycopg.connect(login) as connected:
        yield connected
        connected.rollback()


def test_one_signs_in_asks_for_a_refresh_and_signs_out(login: str, web_database: str) -> None:
    with psycopg.connect(web_database) as owner:
        owner.execute(
            "INSERT INTO web_people (name, password_hash, sections) VALUES (%s, %s, %s)",
            ["local:anna", hash_password(PASSWORD), ["acc-esn-metu"]],
        )
    with served(web_database, writing=login) as site:
        given = Visitor(site).post("/sign-in", {"name": "anna", "password": PASSWORD})
        anna = Visitor(site, given.cookies[COOKIE] or "")
        asked = anna.post("/sections/esn-metu/refresh")
        shown = anna.get(asked.headers["Location"])
        assert "It waits for its turn" in shown.text
        assert anna.post("/sign-out").status_code == 303
        assert anna.get(asked.headers["Location"]).status_code == 303
    with psycopg.connect(web_database) as owner:
        assert [entry.action for entry in audit.listed(owner, 3)] == [
            Did.SIGNED_OUT,
            Did.POSTED_JOB,
            Did.SIGNED_IN,
        ]


def test_keys_are_made_used_and_revoked(connection: psycopg.Connection) -> None:
    nobody = Operators(frozenset())
    token = keys.make(connection, NewKey("for a test", "operator"), "cli:test")
    who = keys.find(connection, token, nobody)
    assert who
    [key] = keys.listed(connection)
    assert who.name == f"key:{key.prefix}"
    assert keys.revoke(connection, key.prefix)
    assert keys.find(connection, token, nobody) is None


def test_esn_accounts_are_stored(connection: psycopg.Connection) -> None:
    names = "esn:anna", "esn:anna.b"
    first, again = (keep_account(connection, name, "4711", Belongings()) for name in names)
    assert first == again


def test_jobs_are_cancelled_and_aliases_pinned_and_freed(
    connection: psycopg.Connection, web_database: str
) -> None:
    with psycopg.connect(web_database, autocommit=True) as owner:
        add_job(owner, "cancelled", arguments=Jsonb({}))
    posting.cancel(connection, "esn_pulse", "local:anna", "cancelled", "127.0.0.1")
    pin = "INSERT INTO section_slug_overrides VALUES ('acc-esn-metu', 'esn-metu')"
    assert connection.execute(pin).rowcount == 1
    assert connection.execute("DELETE FROM section_slug_overrides").rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO countries VALUES ('XX', 'X', 'x', 'x')",
        "UPDATE sections SET name = ''",
        "DELETE FROM activities",
        "TRUNCATE web_audit",
        "UPDATE web_audit SET who = ''",
        "UPDATE scrapyd_jobs SET arguments = '{}'",
        "INSERT INTO scrapyd_jobs (project, job, spider, priority, arguments, settings)"
        " VALUES ('x', 'x', 'x', 0, '{}', '{}')",
        "UPDATE scrapyd_jobs SET leased_until = now()",
        "DELETE FROM scrapyd_jobs",
        "INSERT INTO scraper_status (scraper_module, status) VALUES ('x', 'running')",
        "UPDATE calendar_tasks SET ended_at = now()",
        "CREATE TABLE made (x int)",
        "DROP TABLE web_audit",
        "ALTER TABLE web_people ADD COLUMN x int",
        "CREATE ROLE more",
        "COPY web_people TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_more_it_may_not_do(connection: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_it_tells_prometheus_all_that_the_database_has(login: str, web_database: str) -> None:
    with served(web_database, writing=login, WEB_METRICS_OPEN="1") as site:
        told = Reading(site.get("/metrics").text).of("collector_success")

    assert {name for (name,), success in told.items() if success} >= {*OF_DATABASE}
