"""What somebody gets who looks on at what changes."""

from collections.abc import Iterator

import requests
from parsel import Selector


class Stream:
    """Server-sent events, one after the other."""

    def __init__(self, answer: requests.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()

    def event(self) -> tuple[str, str]:
        """Wait for the next one; returns its name and what it says."""
        name, said = "message", list[str]()
        for line in self._lines:
            key, _, value = line.decode().partition(": ")
            if key == "event":
                name = value
            elif key.startswith("data"):
                said.append(value)
            elif not line and (said or name != "message"):
                return name, "\n".join(said)
        return "over", ""

    def shown(self) -> Iterator[Selector]:
        """Return what comes in place of a part of the page, each time that it changes."""
        while (event := self.event()) != ("over", ""):
            name, html = event
            assert name == "message"
            yield Selector(html)
