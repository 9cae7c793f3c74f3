"""A view as CSV, as PostgreSQL's COPY writes it."""

from pathlib import Path

import psycopg
from psycopg import sql

from esn_pulse.database.schema.dictionary import Column, View


def write_csv(connection: psycopg.Connection, view: View, path: Path) -> None:
    """Write a view, without its arrays: nothing but PostgreSQL reads them from CSV."""
    columns = [_column(column) for column in view.columns if not column.kind.endswith("[]")]
    query = sql.SQL("COPY (SELECT {} FROM bi.{}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')")
    with connection.cursor() as cursor, path.open("wb") as file:
        named = query.format(sql.SQL(", ").join(columns), sql.Identifier(view.name))
        with cursor.copy(named) as rows:
            for row in rows:
                file.write(row)


def _column(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    if column.kind == "boolean":  # COPY says t and f, which BI tools take for texts
        return sql.SQL("{}::text AS {}").format(name, name)
    return name
