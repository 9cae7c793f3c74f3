from datetime import date

import pytest

from esn_pulse.analysis import texts
from esn_pulse.analysis.scope import Period

TODAY = date(2026, 11, 28)
LATELY = texts.when(Period.until(TODAY), TODAY)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (None, "–"),
        (0, "0\u00a0%"),
        (0.001, "< 1\u00a0%"),
        (0.125, "13\u00a0%"),
        (0.999, "> 99\u00a0%"),
        (1, "100\u00a0%"),
        (12.5, "1,250\u00a0%"),
    ],
)
def test_a_share(share: float | None, expected: str) -> None:
    assert texts.percent(share) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (0, 0, "none in the year before either"),
        (3, 0, "none in the year before"),
        (1000, 1001, "about as many as in the year before"),
        (1000, 1000, "as many as in the year before"),
        (3, 2, "50\u00a0% more than in the year before"),
        (1, 2, "50\u00a0% fewer than in the year before"),
        (0, 2, "100\u00a0% fewer than in the year before"),
        (4, 2, "2 times as many as in the year before"),
        (5, 2, "2.5 times as many as in the year before"),
        (20_000, 10, "2,000 times as many as in the year before"),
    ],
)
def test_a_comparison(now: int, before: int, expected: str) -> None:
    assert texts.comparison(now, before, LATELY) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-01", "2026-06-30", "from 1 January 2026 to 30 June 2026"),
        ("2026-01-01", "2026-01-01", "on 1 January 2026"),
        ("2025-11-29", "2026-11-28", "in the last 365 days"),
        ("2025-11-28", "2026-11-27", "from 28 November 2025 to 27 November 2026"),
    ],
)
def test_a_period_in_words(first: str, last: str, expected: str) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))

    assert texts.when(period, TODAY).within == expected
