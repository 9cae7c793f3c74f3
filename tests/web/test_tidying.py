"""What has ended is deleted, also when the database was away in between."""

import psycopg
import pytest

from esn_pulse.web import tidying
from tests.end_to_end.village import wait_until
from tests.web.servers import served

ROWS = """
    INSERT INTO web_people (name, password_hash) VALUES ('local:anna', 'x') ON CONFLICT DO NOTHING;
    INSERT INTO web_sessions (token_hash, person_id, ends_at)
        SELECT sha256((random() || said)::bytea), id, now() + said::interval
        FROM web_people, (VALUES ('-1 second'), ('1 hour')) AS ends (said);
    INSERT INTO web_sign_ins (state_hash, verifier, leads_to, ends_at)
        SELECT sha256((random() || said)::bytea), 'x', '/', now() + said::interval
        FROM (VALUES ('-1 second'), ('10 minutes')) AS ends (said);
    INSERT INTO web_audit (at, who, action, what)
        SELECT now() - days * interval '1 day', 'local:anna', 'signed in', ''
        FROM (VALUES (31), (29)) AS ages (days);
"""
KEYS = """
    INSERT INTO web_keys (prefix, token_hash, name, role, made_by, ends_at, revoked_at)
    SELECT name, sha256(name::bytea), name, 'reader', 'cli:root',
        now() - ended * interval '1 day', now() - revoked * interval '1 day'
    FROM (VALUES ('good', NULL, NULL), ('ends later', -1, NULL), ('ended', 29, NULL),
        ('ended long ago', 31, NULL), ('revoked', -1, 29), ('revoked long ago', NULL, 31),
        ('revoked long before its end', -1, 31)) AS keys (name, ended, revoked)
"""
LEFT = """
    SELECT (SELECT count(*) FROM web_sessions), (SELECT count(*) FROM web_sign_ins),
        (SELECT count(*) FROM web_audit)
"""


@pytest.fixture
def rows(connection: psycopg.Connection) -> psycopg.Connection:
    """A database in which of everything one has ended, and one has not."""
    connection.execute(ROWS)
    return connection


def left(connection: psycopg.Connection) -> tuple[int, ...]:
    [row] = connection.execute(LEFT).fetchall()
    return tuple(row)


def test_it_tidies_at_the_start(rows: psycopg.Connection, database: str) -> None:
    assert left(rows) == (2, 2, 2)
    with served(database, writing=database, WEB_AUDIT_DAYS="30"):
        wait_until(lambda: left(rows) == (1, 1, 1))
    for table in b"web_sessions", b"web_sign_ins":
        assert rows.execute(b"SELECT FROM " + table + b" WHERE ends_at > now()").rowcount == 1


def test_of_keys_those_are_deleted_that_ended_long_ago(
    connection: psycopg.Connection, database: str
) -> None:
    connection.execute(KEYS)
    names = "SELECT name FROM web_keys ORDER BY id"
    left_over = [("good",), ("ends later",), ("ended",), ("revoked",)]
    with served(database, writing=database, WEB_AUDIT_DAYS="30"):
        wait_until(lambda: connection.execute(names).fetchall() == left_over)


def test_while_it_waits_for_a_table_it_keeps_no_other(
    rows: psycopg.Connection, database: str
) -> None:
    with psycopg.connect(database) as other:
        other.execute("LOCK web_keys")
        with served(database, writing=database, WEB_AUDIT_DAYS="30"):
            wait_until(lambda: left(rows) == (1, 1, 1))
            other.rollback()


def test_it_goes_on_when_the_database_is_back(
    rows: psycopg.Connection,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(tidying, "_PAUSE", 0.01)
    with served(database, writing=database, WEB_AUDIT_DAYS="30") as site:
        wait_until(lambda: left(rows) == (1, 1, 1))
        rows.execute("ALTER TABLE web_audit RENAME TO away")
        wait_until(lambda: "Nothing could be tidied" in caplog.text)
        assert site.get("/sign-in").status_code == 200
        rows.execute("ALTER TABLE away RENAME TO web_audit")
        rows.execute(ROWS)
        wait_until(lambda: left(rows) == (2, 2, 2))


def test_when_it_ends_unexpectedly_it_says_so(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody expected that")

    monkeypatch.setattr(tidying, "_tidy", fail)
    with served(database, writing=database):
        wait_until(lambda: "Nothing is tidied any more" in caplog.text)
    assert "nobody expected that" in caplog.text


def test_without_a_database_it_says_so_and_the_web_ends_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    nowhere = "postgresql://me:hunter2@127.0.0.1:1/x"
    with served(nowhere, writing=nowhere):
        wait_until(lambda: "Nothing could be tidied" in caplog.text)
    assert "hunter2" not in caplog.text
