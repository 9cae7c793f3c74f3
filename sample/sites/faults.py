"""The faults that a test can ask the sample sites for."""

import asyncio
import re
from contextlib import suppress
from random import Random
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from sample.network.model import SiteName
from sample.sites.codings import CodingName
from sample.sites.impostors import Impostor
from sample.sites.official_list import Unwell


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return text


FaultKind = Literal[
    "status", "drop", "truncate", "slow", "shell", "other_markup",
    "impostor", "swapped", "emptied", "cut", "shuffled", "prefixed", "canonical",
    "coded", "short", "damaged", "crawl_delay", "list",
]  # fmt: skip


class Fault(BaseModel):
    """What goes wrong, and with which requests.

    ``path`` is a regular expression, searched for in the path with its query; ``site`` and
    ``method`` restrict it further. ``times`` is how many requests are struck (None: all),
    ``share`` the part of the matching requests that is. Of the kinds of faults,

    - ``status`` refuses with ``status`` (503) and ``retry_after`` (seconds or an HTTP date);
    - ``drop`` closes the connection unanswered, ``truncate`` after half of the body;
    - ``slow`` answers properly once ``seconds`` are over, or all works again;
    - ``shell`` answers with an empty page that only JavaScript fills;
    - ``other_markup`` as if the site had been redesigned: with the same text, but none of the
      classes, ids, data, headings and links by which a page is read;
    - ``impostor`` with a ``page`` that is not the page, and ``status`` (200);
    - ``swapped`` with the page of another address of the same site, ``other``;
    - ``emptied`` with the page's frame alone;
    - ``cut`` with the first ``part`` of the page as if that were all, ``closed`` by a proper end;
    - ``shuffled`` with the cards of one day in another order each time;
    - ``prefixed`` with ``prefix`` before the addresses of ``part`` of its links;
    - ``canonical`` with its own address in its head;
    - ``coded`` in a ``coding`` of its own choice, ``short`` in it with the first ``part`` of the
      coded body as if that were all, ``damaged`` in gzip with one byte changed, after ``part``;
    - ``list`` as a JSON list that is not as it should be, see ``official_list.unwell``;
    - ``crawl_delay`` with a robots.txt that asks for ``seconds`` between two requests.

    Answers that are no HTML page can be refused, swapped, cut and replaced, but not changed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    path: Annotated[str, AfterValidator(_pattern)] = ""
    site: SiteName | None = None
    method: Literal["GET", "HEAD"] | None = None
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    retry_after: int | str | None = None
    seconds: Annotated[float, Field(ge=0)] = 0
    page: Impostor = "rejection"
    other: str = "/"
    part: Annotated[float, Field(ge=0, le=1)] = 0.5
    closed: bool = False
    coding: CodingName = "gzip"
    prefix: Literal["/index.php", "/en", "/pt-br", "/index.php/en"] = "/index.php"
    unwell: Unwell = "empty"
    key: str = ""
    times: Annotated[int, Field(ge=1)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] = 1


fault_list = TypeAdapter(list[Fault])


class Faults:
    """The faults now in force. The same ``seed`` and requests give the same strikes."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._rules: list[Fault] = []
        self._left: list[int | None] = []
        self._cleared = asyncio.Event()

    def add(self, rules: list[Fault]) -> None:
        """Put more faults in force, after those that are."""
        self._rules += rules
        self._left += [rule.times for rule in rules]

    def clear(self) -> None:
        """Let everything work again."""
        self._rules.clear()
        self._left.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Let so many seconds pass; fewer when everything works again by then."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._cleared.wait(), seconds)

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
