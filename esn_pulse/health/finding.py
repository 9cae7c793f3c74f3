"""What a check finds, and the alert that may come of it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, ParamSpec

P = ParamSpec("P")


class State(StrEnum):
    """Whether somebody has to do something."""

    OK = "ok"
    UNKNOWN = "unknown"  # can't be told from what is here
    INFO = "info"  # worth knowing, but nobody's task
    PROBLEM = "problem"  # needs a person


@dataclass(frozen=True)
class Finding:
    """What was found.

    :ivar state: whether it is as it should be.
    :ivar value: what was found, for programs: anything that JSON knows.
    :ivar text: the same for people, in a few words.
    :ivar advice: what it means and what to do next; '' when all is well.
    """

    state: State
    value: Any
    text: str
    advice: str = ""


@dataclass(frozen=True)
class Alert(Generic[P]):
    """What people are told when a check finds a problem.

    :ivar title: says what is wrong, in a few words.
    :ivar check: finds out, and has the advice.
    """

    title: str
    check: Callable[P, Finding]


def percent(share: float) -> str:
    """Return a share, 0 to 1, in words; rounded down, so that 79.99 % does not read as 80 %."""
    return f"{math.floor(round(1000 * share, 6)) / 10:g} %"


def moment(at: datetime) -> str:
    """Return a point in time in words, in the machine's own time zone."""
    return f"{at.astimezone():%Y-%m-%d %H:%M %Z}"
