"""How far a run has come, derived from what it has counted so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from esn_pulse.run import stats

_FIGURES = {
    "sections_known": stats.SECTIONS_KNOWN,
    "sections_processed": stats.SECTIONS_PROCESSED,
    "sections_failed": stats.SECTIONS_FAILED,
    "pages_read": stats.PAGES_READ,
    "pages_failed": stats.PAGES_FAILED,
    "requests": stats.REQUESTS,
}


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """The counts of a run that has not ended.

    :ivar seconds: for how long it has been running.
    :ivar sections_known: how many sections and national organisations there are to do, as far as
        is known by now.
    """

    seconds: float
    sections_known: int
    sections_processed: int
    sections_failed: int
    pages_read: int
    pages_failed: int
    requests: int

    @property
    def sections_done(self) -> int:
        """How many are behind it, good or bad."""
        return self.sections_processed + self.sections_failed

    @property
    def pages_per_second(self) -> float:
        """How many pages it has read in a second, on average."""
        return self.pages_read / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes if it goes on like this; None when that can't be told yet."""
        done, known = self.sections_done, self.sections_known
        return self.seconds / done * (known - done) if 0 < done <= known else None


def counts_of(figures: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of a run, by their names in ``RunProgress``.

    :param figures: the run's stats so far.
    """
    return {count: int(figures.get(name, 0)) for count, name in _FIGURES.items()}
