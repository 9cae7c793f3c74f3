"""What activities can be about: the names that lists are filtered by."""

from typing import ClassVar, Literal

import psycopg
from psycopg import sql

from esn_pulse.analysis.rows import Row, columns, fetch


class Subject(Row):
    """A cause, Sustainable Development Goal, type or objective."""

    view: ClassVar = "subjects"
    kind: Literal["cause", "SDG", "type", "objective"]
    name: str
    number: int | None
    sdg_name: str | None


def subjects(connection: psycopg.Connection) -> list[Subject]:
    """Return all of them, kind by kind; SDGs by number, others by name."""
    query = sql.SQL("SELECT {} FROM bi.subjects ORDER BY kind, number, name")
    return fetch(connection, Subject, query.format(columns(Subject)))
