"""What the views of schema ``bi`` mean: their comments in the database, grouped as in the files."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import psycopg

from esn_pulse.database.schema.views import known_views

# The group of views that are in none.
_FURTHER = (sys.maxsize, "Further views", 0)

_COLUMNS = """
    SELECT c.relname, obj_description(c.oid, 'pg_class'), a.attname,
        replace(format_type(a.atttypid, NULL), 'character varying', 'text'),
        col_description(c.oid, a.attnum)
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'bi'::regnamespace AND c.relkind = 'v'
        AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
"""


@dataclass(frozen=True)
class Column:
    """A column of a view.

    :ivar kind: PostgreSQL's name of its type; text of whatever length is text.
    """

    name: str
    kind: str
    comment: str


@dataclass(frozen=True)
class View:
    """A view, with its columns in order.

    :ivar group: number and title of those that it belongs to, and its place among them.
    """

    name: str
    group: tuple[int, str, int]
    comment: str
    columns: list[Column]


def describe(connection: psycopg.Connection) -> list[View]:
    """Return the views in the order in which one gets to know them, those without group last."""
    groups = {script.name: script.group for script in known_views() if script.group}
    found: dict[str, View] = {}
    for name, comment, column, kind, meaning in connection.execute(_COLUMNS):
        group = groups.get(f"bi.{name}", _FURTHER)
        view = found.setdefault(name, View(name, group, comment or "", []))
        view.columns.append(Column(column, kind, meaning or ""))
    return sorted(found.values(), key=lambda view: view.group)


def as_markdown(views: list[View]) -> str:
    """Return the data dictionary: links, then each view with a table of its columns."""
    return "\n".join([*_links(views), *(line for view in views for line in _chapter(view))])


def _links(views: list[View]) -> Iterator[str]:
    for title, members in groupby(views, key=lambda view: view.group[1]):
        yield f"- {title}: {', '.join(f'[{view.name}](#{view.name})' for view in members)}"
    yield ""


def _chapter(view: View) -> Iterator[str]:
    yield f"## {view.name}\n"
    yield f"{view.comment}\n"
    yield "| column | type | what it is |"
    yield "| --- | --- | --- |"
    for column in view.columns:
        meaning = column.comment.replace("|", "\\|")
        yield f"| {column.name} | {column.kind} | {meaning} |"
    yield ""
