from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from esn_pulse.database.schema.migrations import known_migrations
from esn_pulse.health import Finding, State
from esn_pulse.health import database as module
from tests.health.factories import examined

LATEST = max(known_migrations())
OK, INFO, UNKNOWN, PROBLEM = (
    State.OK,
    State.INFO,
    State.UNKNOWN,
    State.PROBLEM,
)


def test_all_is_well(healthy: str) -> None:
    checks = examined(healthy)

    assert {name: check.state for name, check in checks.items() if check.state != OK} == {}
    assert not any(check.advice for check in checks.values())
    own = ("database", "scheduler")  # which others are about
    assert {name: checks[name].value for name in checks if name not in own} == {
        "schema": {
            "applied": LATEST,
            "latest": LATEST,
        },
        "views": {"to_build": [], "obstacles": []},
        "clock": 0,
        "run_accounts": run_value(1),
        "run_activities": run_value(2),
        "success_rate_accounts": 0.8,
        "success_rate_activities": 0.8,
        "freshness": {"stale": 0, "organisations": 1},
        "sections_without_activities": 0,
        "average_participants": 10,
        "open_failures": 0,
        "other_pages": 0,
        "open_validation_errors": 0,
        "recent_validation_errors": 0,
        "invalid_activities": 0,
        "activities_without_organisers": 0,
        "outdated_activities": 0,
        "aliases_to_come": 0,
        "missing_statistics": 0,
        "completeness": {},
        "alias_doubts": [],
    }
    assert checks["run_accounts"].text.startswith("run 1 completed 2026-01-15 ")
    assert checks["database"].text.startswith(f"PostgreSQL {checks['database'].value} at '")


def run_value(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "status": "completed",
        "started_at": "2026-01-15T04:00:00+00:00",
        "completed_at": "2026-01-15T12:00:00+00:00",
        "finish_reason": "finished",
    }


def test_migrations_to_come(healthy: str, connection: psycopg.Connection) -> None:
    connection.execute(f"DELETE FROM _yoyo_migration WHERE migration_id = '{LATEST}'")
    connection.execute("ALTER TABLE scraper_status DROP COLUMN stats")
    connection.execute("INSERT INTO failed_scrapes (url) VALUES ('x')")
    checks = examined(healthy)

    assert checks["schema"].state == INFO
    assert f"The next run applies: {LATEST}." in checks["schema"].advice
    assert checks["success_rate_activities"].text == "not known"
    assert checks["success_rate_activities"].state == UNKNOWN
    assert checks["open_failures"].value == 1  # the others are made


def test_a_database_that_is_newer_than_the_program(
    healthy: str, connection: psycopg.Connection
) -> None:
    connection.execute("UPDATE _yoyo_migration SET migration_id = '9999_later'")
    check = examined(healthy)["schema"]

    assert check.state == PROBLEM
    assert check.value["applied"] == "9999_later"
    assert "newer than this program" in check.advice


def test_a_database_without_tables(empty_database: str) -> None:
    checks = examined(empty_database)

    assert set(checks) == {"database", "schema"}
    assert checks["schema"].state == PROBLEM
    assert "scrapy pulse" in checks["schema"].advice
    with psycopg.connect(empty_database) as connected:
        assert connected.execute("SELECT FROM pg_tables WHERE schemaname = 'public'").rowcount == 0


def test_a_check_that_would_write_is_refused(
    healthy: str, monkeypatch: pytest.MonkeyPatch, connection: psycopg.Connection
) -> None:
    def writes(connected: psycopg.Connection, settings: object) -> Finding:
        connected.execute("DELETE FROM scraper_status")
        return Finding(OK, None, "")

    monkeypatch.setitem(module.CHECKS, "open_failures", writes)
    checks = examined(healthy)

    assert checks["open_failures"].state == PROBLEM
    assert "read-only" in checks["open_failures"].advice
    assert checks["missing_statistics"].state == OK  # the next one is made all the same


def test_a_table_that_is_locked_is_not_waited_for(
    healthy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TIMEOUT", "1s")
    with psycopg.connect(healthy) as other:
        other.execute("LOCK TABLE failed_scrapes")
        checks = examined(healthy)

    assert {name for name, check in checks.items() if check.state == PROBLEM} == {
        "open_failures",
        "other_pages",
    }
    assert "statement timeout" in checks["open_failures"].advice


def test_a_connection_that_is_lost_on_the_way(
    healthy: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(connected: psycopg.Connection, settings: object) -> Finding:
        with psycopg.connect(server) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connected.info.backend_pid])
        connected.execute("SELECT 1")
        return Finding(OK, None, "")

    monkeypatch.setitem(module.CHECKS, "open_failures", cut)
    checks = examined(healthy)

    assert checks["database"].state == PROBLEM
    assert "open_failures" not in checks


def test_an_address_that_is_none() -> None:
    checks = examined("mysql://me:hunter2@localhost/pulse")

    assert set(checks) == {"database"}
    assert checks["database"].state == PROBLEM
    assert "DATABASE_URL is not the address" in checks["database"].advice
    assert "hunter2" not in str(checks)


def test_the_password_is_not_shown(healthy: str, login: dict[str, str]) -> None:
    checks = examined(make_conninfo(healthy, **login))

    assert checks["database"].state == OK
    assert "hunter2" not in str(checks)


@pytest.mark.parametrize("folder", ["pulse/postgres", "postgres"])
def test_without_a_database_none_is_made(tmp_path: Path, folder: str) -> None:
    (tmp_path / "postgres").mkdir()
    checks = examined(None, PULSE_DIR=str((tmp_path / folder).parent))

    assert set(checks) == {"database"}
    assert checks["database"].state == PROBLEM
    assert "scrapy pulse" in checks["database"].advice
    assert [*tmp_path.rglob("*")] == [tmp_path / "postgres"]


def test_an_embedded_server_that_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    checks = examined(None, PULSE_DIR=str(tmp_path))

    assert checks["database"].text == "does not start"
    assert f"the embedded PostgreSQL with its data in {tmp_path}" in checks["database"].advice
