"""Rows of the ``bi`` views, typed. What a field means is said once: in the view's file."""

from functools import cache
from typing import Any, ClassVar, LiteralString, TypeVar

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from esn_pulse.database.schema.views import known_views

R = TypeVar("R", bound="Row")


class Row(BaseModel):
    """What a query returns a row of; its fields are the columns.

    :cvar view: of ``bi``, which describes the fields that have no description of their own.
    :raises KeyError: at a definition, when the view has no column of a field's name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    view: ClassVar[str] = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Describe the fields."""
        super().__pydantic_init_subclass__(**kwargs)
        undescribed = {n: field for n, field in cls.model_fields.items() if not field.description}
        for name, field in undescribed.items():
            field.description = _comments(cls.view)[name]
        if undescribed:
            cls.model_rebuild(force=True)


@cache
def _comments(view: str) -> dict[str, str]:
    """Return what the columns of a view of ``bi`` are, by name."""
    [script] = [script for script in known_views() if script.name == f"bi.{view}"]
    return script.columns


def columns(row: type[Row]) -> sql.Composed:
    """Return the names of a row's fields, for SELECT."""
    return sql.SQL(", ").join(map(sql.Identifier, row.model_fields))


def fetch(
    connection: psycopg.Connection,
    row: type[R],
    query: LiteralString | sql.Composed,
    parameters: dict[str, Any] | None = None,
) -> list[R]:
    """Run a query and return its rows.

    It is planned each time: what is everywhere and what is rare want to be looked up differently.

    :raises pydantic.ValidationError: when a row is not what was declared.
    """
    with connection.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(query, parameters, prepare=False).fetchall()


def fetch_one(
    connection: psycopg.Connection,
    row: type[R],
    query: LiteralString | sql.Composed,
    parameters: dict[str, Any],
) -> R | None:
    """Run a query that returns one row at most, and return it.

    :raises pydantic.ValidationError: when it is not what was declared.
    :raises ValueError: when there are more.
    """
    if not (found := fetch(connection, row, query, parameters)):
        return None
    [one] = found
    return one
