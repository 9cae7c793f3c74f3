"""An operator, and what is on the pages that they see."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import requests
from parsel import Selector

from esn_pulse.web.sign_in.people import Belongings
from tests.web.dashboard.reading import words
from tests.web.servers import Site, served
from tests.web.visitors import OPERATORS, Visitor, signed_in

NAME = "esn:operator"
PAGES = [
    *("/operations", "/operations/health", "/operations/problems", "/operations/aliases"),
    *("/operations/keys", "/operations/audit", "/operations/problems/failures?kind=status"),
    "/operations/jobs/ask?spider=accounts",
    "/operations/problems/errors?item=ActivityItem&message=is+missing",
]


@contextmanager
def served_for_operators(
    conninfo: str,
    pulse_dir: str = "/nowhere/at/all",
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Site]:
    """Serve a database in which ``NAME`` is an operator."""
    told = {"WEB_OPERATORS": OPERATORS, "PULSE_DIR": pulse_dir}
    with served(conninfo, clock, conninfo, **told) as site:
        yield site


@dataclass(frozen=True)
class Operator:
    """Somebody who may do everything, at a browser."""

    visitor: Visitor

    @classmethod
    def signed_in(cls, site: Site, conninfo: str) -> "Operator":
        """Return one who has signed in."""
        return cls(signed_in(site, conninfo, "operator", Belongings()))

    def page(self, path: str, expected: int = 200, /, **asked: str) -> Selector:
        """Return a page of operations: ``page("/jobs/ask", spider="accounts")``."""
        answer = self.visitor.get(f"/operations{path}{(asked and f'?{urlencode(asked)}') or ''}")
        assert answer.status_code == expected, answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        return Selector(answer.text)

    def confirm(self, asked: Selector) -> requests.Response:
        """Say yes to a question."""
        [form] = asked.css("main form")
        fields = {one.attrib["name"]: one.attrib["value"] for one in form.css("input")}
        return self.visitor.post(str(form.attrib["action"]), fields)

    def rows(self, path: str, title: str, **asked: str) -> list[list[str]]:
        """Return what is in a table of a page."""
        return rows(self.page(path, **asked), title)


def rows(shown: Selector, title: str) -> list[list[str]]:
    """Return what is in the table of a title."""
    found = shown.xpath("//table[caption=$title]/tbody/tr", title=title)
    return [[words(cell) for cell in row.xpath("th|td")] for row in found]


def said(shown: Selector) -> str:
    """Return what a page says below its title."""
    return words(shown.css("main .title p"))


def visit_all(operator: Operator) -> None:
    """See every kind of page once."""
    for path in PAGES:
        operator.page(path.removeprefix("/operations"))
    operator.confirm(operator.page("/keys/ask", name="a tool", role="reader"))
