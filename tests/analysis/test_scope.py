from datetime import date, timedelta

import pytest

from esn_pulse.analysis.scope import Period

TODAY = date(2026, 3, 1)


def test_a_period_until_today_has_as_many_days() -> None:
    today = date(2026, 11, 28)

    assert Period.until(today).days == 365
    assert Period.until(today, 1) == Period(today, today)


@pytest.mark.parametrize("offset", range(0, 1500, 7))
def test_no_day_is_left_out_between_365_days_and_those_before(offset: int) -> None:
    period = Period.until(date(2026, 1, 1) + timedelta(offset))

    assert period.year_before.days in (365, 366)
    assert period.year_before.last == period.first - timedelta(1)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-01", "2026-06-30", ("2025-01-01", "2025-06-30")),
        ("2028-02-29", "2028-02-29", ("2027-02-28", "2027-02-28")),
        ("2028-01-01", "2028-12-31", ("2027-01-01", "2027-12-31")),
        ("0001-01-01", "0001-01-02", ("0001-01-01", "0001-01-01")),
    ],
)
def test_the_same_days_a_year_before(first: str, last: str, expected: tuple[str, str]) -> None:
    before = Period(date.fromisoformat(first), date.fromisoformat(last)).year_before

    assert (f"{before.first}", f"{before.last}") == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, Period(date(2025, 3, 2), TODAY)),
        (date(2026, 1, 1), None, Period(date(2026, 1, 1), TODAY)),
        (date(2027, 1, 1), None, Period(date(2027, 1, 1), date(2027, 1, 1))),
        (None, date(2024, 12, 31), Period(date(2024, 1, 2), date(2024, 12, 31))),
        (None, date(1, 1, 2), Period(date.min, date(1, 1, 2))),
    ],
)
def test_a_period_by_its_ends(first: date | None, last: date | None, expected: Period) -> None:
    assert Period.of(first, last, TODAY) == expected


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period.until(TODAY), Period(date(2024, 3, 2), date(2025, 3, 1))),
        (Period(date(2024, 2, 29), TODAY), Period(date(2023, 2, 28), date(2025, 3, 1))),
        (Period(date.min, date(1, 12, 31)), Period(date.min, date.min)),
        (Period.until(date(2, 6, 1)), Period(date.min, date(1, 6, 1))),
    ],
)
def test_a_year_before_where_the_calendar_is_odd(period: Period, before: Period) -> None:
    assert period.year_before == before
