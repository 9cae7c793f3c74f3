"""Python imports this when it starts, and gets a sleep that libfaketime does not break.

Its own waits until a moment of the monotonic clock. libfaketime 0.9.10 mistakes that for a moment
of the clock that it has set, and nobody can wait until then.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
