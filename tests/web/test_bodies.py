"""Bodies that come slowly: nobody waits for them for long, and nothing is decided before."""

import json
import socket

import psycopg
import pytest

from esn_pulse.web import bodies
from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import prefix_of
from tests.web.programs import TRIGGER, with_key
from tests.web.servers import served

BODY = json.dumps({"spider": "activities"}).encode()


def begun(line: socket.socket, key: str) -> None:
    """Send all but the end of a request that posts a job."""
    head = [
        f"POST {TRIGGER} HTTP/1.1",
        *("Host: x", "Connection: close", "Content-Type: application/json"),
        f"Authorization: Bearer {key}",
        f"Content-Length: {len(BODY)}",
        *("", ""),
    ]
    line.sendall("\r\n".join(head).encode() + BODY[:5])


def test_a_body_that_does_not_come_is_waited_for_in_vain(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "_PATIENCE", 0.3)
    with served(database, writing=database) as site, site.connect() as line:
        begun(line, with_key(site, database, "operator").key)
        answer = line.recv(65536)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


def test_who_is_asked_for_when_all_has_come(database: str) -> None:
    with served(database, writing=database) as site, site.connect() as line:
        key = with_key(site, database, "operator").key
        begun(line, key)
        assert site.get("/api/v1/jobs", Authorization=f"Bearer {key}").status_code == 200
        with psycopg.connect(database) as connection:
            keys.revoke(connection, prefix_of(key))
        line.sendall(BODY[5:])

        assert line.recv(65536).startswith(b"HTTP/1.1 401 ")
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT FROM scrapyd_jobs").fetchall() == []
