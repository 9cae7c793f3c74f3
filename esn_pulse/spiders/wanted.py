"""The pages of activities that a run wants: each is asked for once, whoever lists it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from esn_pulse.spiders.visits import Visit


class Answer(Enum):
    """What came of a page that was wanted."""

    READ = "read"
    FAILED = "failed"  # or gone; it is on record
    NOT_ASKED = "not asked"  # the run ended before it was the page's turn


@dataclass
class WantedPage:
    """An activity's page, and the visits that wait for it.

    :ivar listed_by: the sections whose listings have shown it in this run, the first one first.
    :ivar answer: None while it is under way.
    :ivar event_slug: as its address had it when it was read; others have led to it.
    """

    listed_by: list[int] = field(default_factory=list)
    answer: Answer | None = None
    event_slug: str | None = None
    _waiting: list[tuple[Visit, str]] = field(default_factory=list)

    def wait(self, visit: Visit, slug: str, listed_by: Iterable[int]) -> None:
        """Let a visit wait, which knows the activity by ``slug``."""
        visit.pending += 1
        self._waiting.append((visit, slug))
        self._list(listed_by)

    def take_over(self, other: "WantedPage") -> None:
        """Let the visits that wait for another page, which leads to this one, wait for this one."""
        self._waiting += other._waiting
        self._list(other.listed_by)

    def settle(self) -> Iterator[tuple[Visit, str]]:
        """Return the visits that need not wait any more, once the answer is known.

        :returns: with the slug by which each knows the activity.
        """
        if self.answer is None:
            return
        waited, self._waiting = self._waiting, []
        for visit, slug in waited:
            if self.answer is not Answer.READ:
                visit.listing.page_not_read(slug)
            if self.answer is Answer.NOT_ASKED:
                visit.failed = True
            yield visit, slug

    def _list(self, sections: Iterable[int]) -> None:
        self.listed_by += [section for section in sections if section not in self.listed_by]
