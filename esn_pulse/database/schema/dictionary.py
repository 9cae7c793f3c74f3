"""What the views of schema ``bi`` mean: their comments in the database."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

# The order in which one gets to know them; a view that is in no group comes last.
_GROUPS = {
    "The network": ("countries", "sections", "section_figures"),
    "Activities": (
        "activities",
        "activity_causes",
        "activity_sdgs",
        "activity_objectives",
        "activity_organisers",
    ),
    "Over time": (
        "calendar",
        "section_months",
        "country_months",
        "network_months",
        "section_history",
    ),
    "What activities are about": ("country_causes", "section_statistics"),
    "How far to rely on the data": ("data_quality", "data_problems", "runs"),
}
_FURTHER = "Further views"

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
    """A view, with its columns in order."""

    name: str
    comment: str
    columns: list[Column]


def describe(connection: psycopg.Connection) -> list[View]:
    """Return the views, those first that others refer to."""
    views: dict[str, View] = {}
    for name, comment, column, kind, meaning in connection.execute(_COLUMNS):
        view = views.setdefault(name, View(name, comment or "", []))
        view.columns.append(Column(column, kind, meaning or ""))
    known = [name for names in _GROUPS.values() for name in names]
    return sorted(views.values(), key=lambda v: (v.name not in known, _place(v.name, known)))


def as_markdown(views: list[View]) -> str:
    """Return the data dictionary: links, then each view with a table of its columns."""
    return "\n".join([*_links(views), *(line for view in views for line in _chapter(view))])


def _place(name: str, known: list[str]) -> int | str:
    return known.index(name) if name in known else name


def _group(view: View) -> str:
    return next((group for group, names in _GROUPS.items() if view.name in names), _FURTHER)


def _links(views: list[View]) -> Iterator[str]:
    for group in (*_GROUPS, _FURTHER):
        links = [f"[{view.name}](#{view.name})" for view in views if _group(view) == group]
        if links:
            yield f"- {group}: {', '.join(links)}"
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
