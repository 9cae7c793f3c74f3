"""What all upserts share: records to write, and lists of columns."""

from collections.abc import Iterable
from typing import Any

from psycopg import sql
from pydantic import BaseModel

from esn_pulse.verdicts import Verdict

Record = dict[str, Any]


def records(verdicts: Iterable[Verdict], key: str) -> list[Record]:
    """Dump the rows in the order of their keys, of two with the same key the later valid one.

    (Runs side by side that lock rows in the same order don't deadlock.)
    """
    dumped: dict[Any, Record] = {}
    for verdict in verdicts:
        if verdict.row is not None:
            record = verdict.row.model_dump(mode="json") | {"is_valid": not verdict.errors}
            known = dumped.get(record[key])
            if known is None or record["is_valid"] or not known["is_valid"]:
                dumped[record[key]] = record
    return [dumped[name] for name in sorted(dumped)]


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
