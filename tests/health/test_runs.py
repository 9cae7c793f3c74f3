from typing import LiteralString

import psycopg
import pytest
from psycopg.types.json import Jsonb

from esn_pulse.database.locks import RUN
from esn_pulse.health import Finding, State
from tests.health.factories import add_run, examined

OK, INFO, PROBLEM = State.OK, State.INFO, State.PROBLEM
OLD = "UPDATE sections SET last_scraped = now() - interval '169 hours'"


def test_no_run_yet(healthy: str, connection: psycopg.Connection) -> None:
    connection.execute("DELETE FROM scraper_status")
    checks = examined(healthy)

    for spider in "accounts", "activities":
        assert checks[f"run_{spider}"].state == PROBLEM
        assert "scrapy pulse" in checks[f"run_{spider}"].advice
        assert checks[f"success_rate_{spider}"].state == State.UNKNOWN


def test_a_run_that_failed(healthy: str, connection: psycopg.Connection) -> None:
    add_run(connection, status="failed", error_message="the [site] went away")
    checks = examined(healthy)

    assert checks["run_accounts"].state == OK
    check = checks["run_activities"]
    assert (check.state, check.value["status"]) == (PROBLEM, "failed")
    assert check.advice.startswith("The reason: the [site] went away. ")
    assert check.advice.endswith("scrapy crawl activities")


def test_a_run_that_was_cancelled_is_no_problem(
    healthy: str, connection: psycopg.Connection
) -> None:
    add_run(connection, status="cancelled", error_message="its job was cancelled")

    check = examined(healthy)["run_activities"]

    assert (check.state, check.value["status"]) == (INFO, "cancelled")
    assert "scrapy crawl activities" in check.advice


def test_a_run_that_is_at_work(healthy: str, connection: psycopg.Connection) -> None:
    connection.execute(OLD)
    run = add_run(connection, status="running", completed_at=None, stats=None)
    connection.execute("SELECT pg_advisory_lock(%s, %s)", [RUN, run])
    checks = examined(healthy)

    assert checks["run_activities"].state == OK
    assert checks["run_activities"].value["status"] == "running"
    assert checks["freshness"] == Finding(
        INFO,
        {"stale": 1, "organisations": 1},
        "1 of 1 organisations not read for 7 days",
        f"Run {run} is reading them.",
    )
    assert checks["success_rate_activities"].value == 0.8  # of the one before


@pytest.mark.parametrize(
    "lock",
    ["(%(kind)s::bigint << 32 | %(run)s)", "(%(kind)s, %(run)s + 1)", "(%(kind)s + 1, %(run)s)"],
)
def test_a_run_whose_process_is_gone(
    healthy: str, connection: psycopg.Connection, lock: LiteralString
) -> None:
    connection.execute(OLD)
    run = add_run(connection, status="running", completed_at=None, stats=None)
    connection.execute(f"SELECT pg_advisory_lock{lock}", {"run": run, "kind": RUN})
    checks = examined(healthy)

    check = checks["run_activities"]
    assert (check.state, check.value["status"]) == (PROBLEM, "dead")
    assert check.text == f"run {run} died"
    assert "scrapy crawl activities" in check.advice
    assert checks["freshness"].state == PROBLEM


def test_a_run_of_another_database_is_not_ours(
    healthy: str, server: str, connection: psycopg.Connection
) -> None:
    run = add_run(connection, status="running", completed_at=None, stats=None)
    with psycopg.connect(server) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [RUN, run])

        assert examined(healthy)["run_activities"].state == PROBLEM


def test_a_success_rate_that_is_too_low(healthy: str, connection: psycopg.Connection) -> None:
    add_run(connection, read=7999, failed=2001)
    check = examined(healthy)["success_rate_activities"]

    assert (check.state, check.value) == (PROBLEM, 0.7999)
    assert check.text == "79.9 % of the pages read (7999 of 10000)"
    assert "At least 80 % is expected" in check.advice
    assert examined(healthy, HEALTH_SUCCESS_RATE=0.7)["success_rate_activities"].state == OK


@pytest.mark.parametrize("repair", ["retry_failed", "revalidate"])
def test_the_success_rate_of_a_repair_does_not_count(
    healthy: str, connection: psycopg.Connection, repair: str
) -> None:
    add_run(connection, read=0, failed=2, arguments=Jsonb({repair: "1"}))

    assert examined(healthy)["success_rate_activities"].value == 0.8
