"""Templates and what they are told: neither has anything that the other does not."""

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import jinja2
import psycopg
import pytest

from esn_pulse.analysis.rendering import environment
from esn_pulse.web.dashboard.rendering import Page
from esn_pulse.web.rules import Who
from tests.web.dashboard.test_jobs import at_work
from tests.web.dashboard.test_network import PAGES
from tests.web.dashboard.test_sections import METU
from tests.web.operations.operator import Operator, visit_all
from tests.web.servers import Site
from tests.web.visitors import Visitor

WEB = "esn_pulse.web."


@dataclass
class Told:
    """Which templates were asked for, and which attributes of what they ask for."""

    rendered: set[str] = field(default_factory=set)
    used: dict[type, set[str]] = field(default_factory=dict)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    noted = Told()
    getattr_, get_template = jinja2.Environment.getattr, jinja2.Environment.get_template

    def note(self: jinja2.Environment, obj: Any, attribute: str) -> Any:
        noted.used.setdefault(type(obj), set()).add(attribute)
        return getattr_(self, obj, attribute)

    def note_name(self: jinja2.Environment, name: str, *others: Any) -> jinja2.Template:
        noted.rendered.add(name)
        return get_template(self, name, *others)

    monkeypatch.setattr(jinja2.Environment, "getattr", note)
    monkeypatch.setattr(jinja2.Environment, "get_template", note_name)
    return noted


def test_every_template_is_one() -> None:
    made = environment("esn_pulse.web")
    names = made.list_templates()
    assert "base.html.j2" in names
    for name in names:
        made.get_template(name)


def test_each_uses_all_that_it_is_told(
    site: Site, operator: Visitor, metu: Visitor, jobs: psycopg.Connection, told: Told
) -> None:
    for number, path in enumerate([*PAGES, "/activities/soon", "/nothing"]):
        mark = "&" if "?" in path else "?"
        site.get(f"{path}{mark}kept={number}")  # not what is kept from another test
        operator.get(path)
    metu.get("/")
    at_work(jobs)
    for path in "/jobs/abc", METU:
        metu.get(path)
    visit_all(Operator(operator))

    made = environment("esn_pulse.web")
    pages = {name for name in made.list_templates() if "extends" in source(made, name)}
    assert pages <= told.rendered
    assert {*Page.__subclasses__()} <= told.used.keys()
    own = [one for one in told.used if is_dataclass(one) and one.__module__.startswith(WEB)]
    own.remove(Who)  # told to all pages, and more to the rules than to them
    unused = {
        f"{one.__name__}.{known.name}"
        for one in own
        for known in fields(one)
        if known.name not in told.used[one]
    }
    assert unused == set()


def source(made: jinja2.Environment, name: str) -> str:
    assert made.loader
    return made.loader.get_source(made, name)[0]
