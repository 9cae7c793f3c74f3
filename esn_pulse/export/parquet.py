"""A view as Parquet, with its comments."""

from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql

from esn_pulse.database.schema.dictionary import Column, View
from esn_pulse.exceptions import ExportError

# Rows in memory at a time; each lot becomes a row group.
BATCH = 5000

_TYPES = {
    "boolean": pa.bool_(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    # Shares, averages and coordinates: a double has more digits than any of them, and every tool
    # calculates with it, which can't be said of decimals.
    "numeric": pa.float64(),
    "double precision": pa.float64(),
    "text": pa.string(),
    "text[]": pa.list_(pa.string()),
    "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}


def write_parquet(connection: psycopg.Connection, view: View, path: Path) -> int:
    """Write a view, a batch at a time; returns how many rows there are.

    :raises ExportError: when a column has a type that is not provided for.
    """
    schema = _schema(view)
    query = sql.SQL("SELECT {} FROM bi.{}").format(
        sql.SQL(", ").join(map(_column, view.columns)), sql.Identifier(view.name)
    )
    written = 0
    with connection.cursor("export") as cursor, pq.ParquetWriter(path, schema) as file:
        cursor.execute(query)
        while rows := cursor.fetchmany(BATCH):
            file.write_batch(_batch(rows, schema))
            written += len(rows)
    return written


def _schema(view: View) -> Any:
    for column in view.columns:
        if column.kind not in _TYPES:
            raise ExportError(
                f"bi.{view.name} has a column of type {column.kind} ({column.name}), for which"
                " there is no Parquet type: add one to _TYPES in esn_pulse/export/parquet.py"
            )
    fields = [
        pa.field(column.name, _TYPES[column.kind], metadata={"description": column.comment})
        for column in view.columns
    ]
    return pa.schema(fields, metadata={"description": view.comment})


def _column(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL("{}::float8").format(name) if column.kind == "numeric" else name


def _batch(rows: list[tuple[Any, ...]], schema: Any) -> Any:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.record_batch(arrays, schema=schema)
