"""What can come of a page that a run wants."""

from enum import Enum


class Answer(Enum):
    """What came of an activity's page."""

    READ = "read"
    GONE = "gone"  # 404 or 410
    FAILED = "failed"  # it is on record
    NOT_ASKED = "not asked"  # the run ended before it was the page's turn
