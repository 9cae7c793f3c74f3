import pytest

from esn_pulse.run import stats
from esn_pulse.run.progress import RunProgress, counts_of


def progress(seconds: float = 0, **counts: int) -> RunProgress:
    return RunProgress(seconds=seconds, **counts_of({}) | counts)


def test_counts_are_those_of_the_stats() -> None:
    figures = {
        stats.SECTIONS_KNOWN: 40,
        stats.SECTIONS_PROCESSED: 9,
        stats.SECTIONS_FAILED: 1,
        stats.PAGES_READ: 2000,
        stats.PAGES_FAILED: 3,
        stats.REQUESTS: 2100,
        stats.ITEMS_STORED: 7,
    }

    assert counts_of(figures) == {
        "sections_known": 40,
        "sections_processed": 9,
        "sections_failed": 1,
        "pages_read": 2000,
        "pages_failed": 3,
        "requests": 2100,
    }
    assert set(counts_of({}).values()) == {0}


def test_failed_sections_are_done_too() -> None:
    assert progress(sections_processed=9, sections_failed=1).sections_done == 10


@pytest.mark.parametrize(("seconds", "rate"), [(0, 0.0), (800, 2.5)])
def test_how_many_pages_are_read_in_a_second(seconds: float, rate: float) -> None:
    assert progress(seconds, pages_read=2000).pages_per_second == rate


@pytest.mark.parametrize(
    ("known", "processed", "failed", "left"),
    [
        (0, 0, 0, None),
        (40, 0, 0, None),  # nothing to judge by
        (40, 9, 1, 300.0),
        (40, 39, 1, 0.0),
        (0, 1, 0, None),  # a page of one section, of which no list told
    ],
)
def test_how_long_it_still_takes(
    known: int, processed: int, failed: int, left: float | None
) -> None:
    so_far = progress(
        100, sections_known=known, sections_processed=processed, sections_failed=failed
    )

    assert so_far.seconds_left == left
