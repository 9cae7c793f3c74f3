"""What is said of the scheduler, which may be missing for good reasons."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from esn_pulse.health import State
from tests.health.factories import examined

SEEN = "UPDATE calendar_tasks SET began_at = %s"


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (timedelta(), State.OK),
        (timedelta(hours=47), State.OK),
        (timedelta(hours=49), State.UNKNOWN),
        (timedelta(days=900), State.UNKNOWN),
    ],
)
def test_a_scheduler_that_was_seen(
    healthy: str, connection: psycopg.Connection, ago: timedelta, state: State
) -> None:
    seen = datetime.now(UTC) - ago
    connection.execute(SEEN, [seen])
    check = examined(healthy)["scheduler"]

    assert (check.state, check.value) == (state, seen.isoformat())
    assert check.text.startswith("it did something 20")
    assert bool(check.advice) == (state == State.UNKNOWN)


def test_a_scheduler_that_was_never_seen(healthy: str, connection: psycopg.Connection) -> None:
    connection.execute("DELETE FROM calendar_tasks")
    check = examined(healthy)["scheduler"]

    assert (check.state, check.value, check.text) == (
        State.UNKNOWN,
        None,
        "none was ever seen",
    )
    assert "scrapy scheduler" in check.advice
