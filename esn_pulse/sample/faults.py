"""The faults that a test can ask the sample sites for."""

import re
from random import Random
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from esn_pulse.sample.model import SiteName


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return text


class Fault(BaseModel):
    """What goes wrong, and with which requests.

    ``path`` is a regular expression, searched for in the path with its query; ``site`` and
    ``method`` restrict it further. ``times`` is how many requests are struck (None: all),
    ``share`` the part of the matching requests that is. ``status`` and ``retry_after`` (seconds or
    an HTTP date) belong to the kind ``status``, ``seconds`` to ``slow``, which answers properly
    once the time is over. ``drop`` closes the connection unanswered; ``truncate`` closes it after
    half of the body. ``shell`` answers with an empty page that only JavaScript fills,
    ``other_markup`` as if the site had been redesigned: with the same text, but none of the
    classes, ids, data, headings and links by which a page is read. Both leave answers alone that
    are no HTML page.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["status", "drop", "slow", "truncate", "shell", "other_markup"]
    path: Annotated[str, AfterValidator(_pattern)] = ""
    site: SiteName | None = None
    method: Literal["GET", "HEAD"] | None = None
    status: Annotated[int, Field(ge=400, le=599)] = 503
    retry_after: int | str | None = None
    seconds: Annotated[float, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=1)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] = 1


fault_list = TypeAdapter(list[Fault])


class Faults:
    """The faults now in force. The same ``seed`` and requests give the same strikes."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._rules: list[Fault] = []
        self._left: list[int | None] = []

    def add(self, rules: list[Fault]) -> None:
        """Put more faults in force, after those that are."""
        self._rules += rules
        self._left += [rule.times for rule in rules]

    def clear(self) -> None:
        """Let everything work again."""
        self._rules.clear()
        self._left.clear()

    def strike(self, site: SiteName, method: str, target: str) -> Fault | None:
        """Return the first fault that strikes this request, and count it."""
        for index, rule in enumerate(self._rules):
            if self._left[index] == 0 or not _matches(rule, site, method, target):
                continue
            if rule.share < 1 and self._rng.random() >= rule.share:
                continue
            self._use_up(index)
            return rule
        return None

    def _use_up(self, index: int) -> None:
        left = self._left[index]
        if left is not None:
            self._left[index] = left - 1


def _matches(rule: Fault, site: SiteName, method: str, target: str) -> bool:
    return (
        rule.site in (None, site)
        and rule.method in (None, method)
        and re.search(rule.path, target) is not None
    )
