"""The figures that are made of counts."""

import pytest

from esn_pulse.run import stats
from esn_pulse.run.stats import quality_score, success_rate


@pytest.mark.parametrize(
    ("counts", "rate"),
    [
        ({}, None),
        ({stats.PAGES_READ: 3}, 1),
        ({stats.PAGES_FAILED: 3}, 0),
        # A page that is gone was answered.
        ({stats.PAGES_READ: 3, stats.PAGES_FAILED: 1, stats.PAGES_GONE: 9}, 0.75),
    ],
)
def test_the_success_rate_is_the_share_of_pages_read(
    counts: dict[str, int], rate: float | None
) -> None:
    assert success_rate(counts) == rate


@pytest.mark.parametrize(
    ("counts", "score"),
    [
        ({}, None),
        ({stats.SECTIONS_PROCESSED: 3, stats.PAGES_GONE: 2}, None),
        ({stats.ITEMS_STORED: 2, stats.ITEMS_UNCHANGED: 3}, 100),
        ({stats.PAGES_FAILED: 2}, 0),
        ({stats.ITEMS_UNCHANGED: 3, stats.PAGES_FAILED: 1}, 75),
        (
            {
                stats.ITEMS_STORED: 4,
                stats.ITEMS_UNCHANGED: 3,
                stats.ITEMS_KEPT: 2,
                stats.ITEMS_REJECTED: 1,
                stats.ITEMS_INVALID: 5,  # two of them stored
            },
            50,
        ),
    ],
)
def test_the_quality_score_is_the_percentage_of_valid_records(
    counts: dict[str, int], score: float | None
) -> None:
    assert quality_score(counts) == score
