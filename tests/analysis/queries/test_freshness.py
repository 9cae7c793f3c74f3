import psycopg
import pytest

from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.queries.freshness import Filters, listed

DAYS = {"Brno": 1, "Izmír": 20, "Milano": 90}


@pytest.fixture
def read(changing: psycopg.Connection) -> psycopg.Connection:
    for name, days in DAYS.items():
        changing.execute(
            "UPDATE public.sections SET last_scraped = now() - make_interval(days => %s)"
            " WHERE name LIKE %s",
            [days, f"%{name}"],
        )
    return changing


def found(connection: psycopg.Connection, **given: str) -> list[tuple[str, int | None, str]]:
    page = listed(connection, Filters.model_validate(given), Window())
    assert page.total == len(page.rows)
    return [(row.section, row.days_since_read, row.freshness) for row in page.rows]


def test_what_is_oldest_comes_first(read: psycopg.Connection) -> None:
    assert found(read) == [
        ("ESN Ankara", None, "never"),
        ("ESN Milano", 90, "older"),
        ("ESN Izmír", 20, "this month"),
        ("ESN Brno", 1, "this week"),
    ]


def test_filters_leave_the_others_out(read: psycopg.Connection) -> None:
    read.execute("UPDATE public.sections SET state = 'merged' WHERE name = 'ESN Brno'")

    assert [name for name, _, _ in found(read, country="TR")] == ["ESN Ankara", "ESN Izmír"]
    assert [name for name, _, _ in found(read, freshness="older")] == ["ESN Milano"]
    assert found(read, freshness="this week") == found(read, country="CZ") == []
