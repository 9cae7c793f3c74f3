"""What the migration to values of their own makes of the messages that are there."""

from typing import Any

import psycopg
import pytest

from tests.conftest import PROJECT
from tests.pipelines.factories import rows

OLD = "INSERT INTO validation_errors (url, field_name, error_message, resolved_at) VALUES "
NEITHER = " (got neither)"  # as it may stand in a text

# As earlier versions wrote them, and what becomes of them: the rule and the value.
SPLIT = {
    "is missing": ("is missing", None),
    "is not a whole number (got 'many')": ("is not a whole number", "'many'"),
    "is not an http(s) address (got 'htp://x')": ("is not an http(s) address", "'htp://x'"),
    "is not a whole number (got '); is not a day (x')": (
        "is not a whole number",
        "'); is not a day (x'",
    ),
    'is not a whole number (got "it\'s")': ("is not a whole number", '"it\'s"'),
    "Input should be less than or equal to 90 (got 91.5)": (
        "Input should be less than or equal to 90",
        "91.5",
    ),
    f"is not an http(s) address (got 'htp://{'x' * 72}…)": (
        "is not an http(s) address",
        f"'htp://{'x' * 72}…",
    ),
    "is not an e-mail address: It is too long (5 characters too many). (got 'a@b')": (
        "is not an e-mail address",
        "'a@b'",
    ),
    "List should have at most 1000 items after validation, not 1001 (got ['x', 'y', …)": (
        "has more than 1000 entries",
        "['x', 'y', …",
    ),
    "names no goal (got 'SDG 0'); names no goal (got 'SDG 99')": (
        "names no goal",
        "'SDG 0'; 'SDG 99'",
    ),
    "names no goal (got 'x'); is too long (got \"it's\"); names no goal (got 'x')": (
        "is too long; names no goal",
        "'x'; \"it's\"",
    ),
    "names no goal (got 'x'); is missing; is too long (got 'y')": (
        "is missing; is too long; names no goal",
        "'x'; 'y'",
    ),
    "the database refused the row: violates a check\nDETAIL:  Failing row contains (1, x\ny).": (
        "the database refused the row: violates a check",
        "Failing row contains (1, x\ny).",
    ),
    "the database refused the row: it said no more": (
        "the database refused the row: it said no more",
        None,
    ),
}
# Where a rule ends and a value begins can't be told.
LEFT = [
    f"is too long (got '{NEITHER}')",
    f"is too long (got 'it\\'s \"{NEITHER}\"'); is too long (got 'x')",
    f"is too long (got '{'x' * 60}{NEITHER}…); is too long (got 'x')",
    "is too long (got ['x']); is too long (got 'x')",
    "is too long (got 'x'); is missing",
    f"is too long (got '{'x' * 80}')",
]


@pytest.mark.parametrize("resolved", [None, "2026-05-04Z"])
def test_messages_are_split_where_that_is_safe(empty_database: str, resolved: str | None) -> None:
    *before, values = sorted((PROJECT / "sql").glob("00*.sql"))[:14]
    expected: dict[str, Any] = SPLIT | {message: (message, None) for message in LEFT}
    with psycopg.connect(empty_database) as connection:
        for script in before:
            connection.execute(script.read_bytes())
        connection.cursor().executemany(
            f"{OLD} (%s, 'field', %s, %s)",
            [(str(number), message, resolved) for number, message in enumerate(expected)],
        )

        connection.execute(values.read_bytes())

        found = rows(connection, "SELECT error_message, value FROM validation_errors ORDER BY id")
        assert [(row["error_message"], row["value"]) for row in found] == [*expected.values()]
