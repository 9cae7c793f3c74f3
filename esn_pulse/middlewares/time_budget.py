"""Time budget: when it is spent, sections that wait for their turn are left for the next run."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from esn_pulse.exceptions import NotBegun
from esn_pulse.run.hub import Run, current_run


class TimeBudget:
    """Stops requests that would begin a section (``meta["begins_section"]``)."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the run, which knows its time."""
        return cls(current_run(crawler))

    def process_request(self, request: Request) -> None:
        """Let a request through as long as there is time.

        :raises NotBegun: afterwards.
        """
        if request.meta.get("begins_section") and self._run.time_is_up:
            raise NotBegun("the time budget of the run is spent")
