"""Reads the database in the form in which the sample network tells the truth."""

from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

Row = dict[str, Any]

# Tables with rows of sections, and of activities, name these by id.
_OF_SECTIONS = sql.SQL(
    "SELECT s.accounts_platform_slug, t.* FROM {} t LEFT JOIN sections s ON s.id = t.section_id"
)
_OF_ACTIVITIES = sql.SQL(
    "SELECT a.event_slug, t.* FROM {} t JOIN activities a ON a.id = t.activity_id"
)

_JUNCTIONS = {
    "activity_section_organisers": """
        SELECT a.event_slug, s.accounts_platform_slug FROM activity_section_organisers
        JOIN activities a ON a.id = activity_id JOIN sections s ON s.id = section_id""",
    "activity_to_type": """
        SELECT a.event_slug, t.name FROM activity_to_type
        JOIN activities a ON a.id = activity_id JOIN activity_types t ON t.id = type_id""",
    "activity_to_cause": """
        SELECT a.event_slug, c.name FROM activity_to_cause
        JOIN activities a ON a.id = activity_id JOIN activity_causes c ON c.id = cause_id""",
    "activity_to_sdg": """
        SELECT a.event_slug, g.name FROM activity_to_sdg
        JOIN activities a ON a.id = activity_id JOIN sdgs g ON g.id = sdg_id""",
    "activity_to_objective": """
        SELECT a.event_slug, o.name FROM activity_to_objective
        JOIN activities a ON a.id = activity_id JOIN objectives o ON o.id = objective_id""",
}


def table(conninfo: str, name: str) -> list[Row]:
    """Return all rows, with ``accounts_platform_slug`` and ``event_slug`` beside such ids."""
    if name == "activity_organisers":
        query = _OF_ACTIVITIES
    elif name == "organisations" or name.startswith("section_"):
        query = _OF_SECTIONS
    else:
        query = sql.SQL("SELECT * FROM {}")
    with psycopg.connect(conninfo, row_factory=dict_row) as connection:
        return connection.execute(query.format(sql.Identifier(name))).fetchall()


def junction(conninfo: str, name: str) -> set[tuple[str, str]]:
    """Return the pairs of a junction table."""
    with psycopg.connect(conninfo) as connection:
        return set(connection.execute(_JUNCTIONS[name]).fetchall())


def activities_of(conninfo: str, alias: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return a section's activities with all of their relations, without ids and timestamps."""
    own = (
        "a.id IN (SELECT activity_id FROM activity_section_organisers o JOIN sections s"
        f" ON s.id = o.section_id WHERE s.activities_platform_slug = '{alias}')"
    )
    with psycopg.connect(conninfo) as connection:
        found = {
            name: connection.execute(f"{query} WHERE {own} ORDER BY 1, 2").fetchall()
            for name, query in _JUNCTIONS.items()
        }
        columns = "event_slug, title, description, start_date, end_date, participants, is_valid"
        query = f"SELECT {columns} FROM activities a WHERE {own} ORDER BY 1"
        found["activities"] = connection.execute(query).fetchall()
    return found


def rows(conninfo: str, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with psycopg.connect(conninfo) as connection:
        return connection.execute(query).fetchall()


def dump(conninfo: str) -> dict[str, list[Row]]:
    """Return the rows of all tables of the project without their timestamps, in a fixed order."""
    tables = rows(
        conninfo,
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " AND tablename !~ 'yoyo' ORDER BY 1",
    )
    dumped = {}
    with psycopg.connect(conninfo, row_factory=dict_row) as connection:
        for (name,) in tables:
            query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))
            timed = connection.execute(query).fetchall()
            dumped[name] = sorted(
                ({k: v for k, v in row.items() if not hasattr(v, "tzinfo")} for row in timed),
                key=repr,
            )
    return dumped
