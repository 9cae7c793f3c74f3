"""What all upserts share: records to write, lists of columns, and what came of it."""

from collections.abc import Iterable
from enum import Enum
from typing import Any, LiteralString

from psycopg import AsyncConnection, sql
from psycopg.abc import Params
from pydantic import BaseModel

from esn_pulse.rules.verdicts import Verdict

Record = dict[str, Any]


def records(verdicts: Iterable[Verdict], *key: str) -> list[Record]:
    """Dump the rows in the order of their keys, of two with the same key the later valid one.

    (Runs side by side that lock rows in the same order don't deadlock.)
    """
    dumped: dict[tuple[str, ...], Record] = {}
    for verdict in verdicts:
        if verdict.row is not None:
            record = verdict.row.model_dump(mode="json") | {"is_valid": not verdict.errors}
            name = tuple(str(record[column]) for column in key)
            known = dumped.get(name)
            if known is None or record["is_valid"] or not known["is_valid"]:
                dumped[name] = record
    return [dumped[name] for name in sorted(dumped)]


class SaveOutcome(Enum):
    """What came of a record."""

    STORED = "stored"  # new, or other than what was stored
    UNCHANGED = "unchanged"
    KEPT = "kept"  # it is broken; the valid row from an earlier run stays
    REJECTED = "rejected"  # it can't be stored at all


def columns(model: type[BaseModel], *without: str) -> list[str]:
    """List the columns that a model's fields are stored in."""
    return [name for name in model.model_fields if name not in without]


def names(listed: Iterable[str], of: str | None = None) -> sql.Composed:
    """Build ``a, b, c``, or with a table's alias ``t.a, t.b, t.c``."""
    path = (of,) if of else ()
    return sql.SQL(", ").join(sql.Identifier(*path, column) for column in listed)


def assignments(value: str, listed: Iterable[str]) -> sql.Composed:
    """Build ``a = value, b = value``; ``{c}`` in the value stands for the column."""
    return sql.SQL(", ").join(
        sql.SQL("{c} = " + value).format(c=sql.Identifier(column)) for column in listed
    )


def reporting(statement: sql.Composed, table: str, key: str, compared: list[str]) -> sql.Composed:
    """Let a statement that writes to ``table AS t`` return the keys of the rows it has changed.

    The outer query still sees the table as it was before, so that old and new can be compared.
    """
    return sql.SQL(
        """
        WITH saved AS ({statement} RETURNING t.*)
        SELECT saved.{key} FROM saved LEFT JOIN {table} AS old ON old.{key} = saved.{key}
        WHERE ({old}) IS DISTINCT FROM ({new})
        """
    ).format(
        statement=statement,
        table=sql.Identifier(table),
        key=sql.Identifier(key),
        old=names(compared, of="old"),
        new=names(compared, of="saved"),
    )


async def changed(
    connection: AsyncConnection, statement: sql.Composed | LiteralString, parameters: Params
) -> set[Any]:
    """Run a statement that returns the keys of what it has changed."""
    cursor = await connection.execute(statement, parameters)
    return {key for (key,) in await cursor.fetchall()}
