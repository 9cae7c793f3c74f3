"""Long lists, a page at a time."""

from dataclasses import dataclass
from typing import Any, Generic

import psycopg
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field

from esn_pulse.analysis.rows import R, columns, fetch


class Window(BaseModel):
    """Which page of a list is wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: int = Field(default=1, ge=1, le=1_000_000, description="Which page; 1 is the first.")
    limit: int = Field(default=20, ge=1, le=100, description="How many rows a page has.")

    @property
    def offset(self) -> int:
        """How many rows are on the pages before."""
        return (self.page - 1) * self.limit


@dataclass(frozen=True)
class Listed(Generic[R]):
    """A page of a list.

    :ivar total: how many rows all pages have.
    """

    rows: list[R]
    total: int


@dataclass(frozen=True)
class Source:
    """Where a list's rows come from: ``FROM …`` with the conditions, and what these name."""

    text: sql.Composed
    parameters: dict[str, Any]


def fetch_page(
    connection: psycopg.Connection, row: type[R], source: Source, order: sql.SQL, window: Window
) -> Listed[R]:
    """Return the rows of a page.

    :param order: by which no two rows are the same.
    """
    query = sql.SQL("SELECT {} {} ORDER BY {} LIMIT %(limit)s OFFSET %(offset)s")
    selected = query.format(columns(row), source.text, order)
    bounds = {"limit": window.limit, "offset": window.offset}
    rows = fetch(connection, row, selected, source.parameters | bounds)
    return Listed(rows, count(connection, source))


def count(connection: psycopg.Connection, source: Source) -> int:
    """Return how many rows there are on all pages."""
    query = sql.SQL("SELECT count(*) {}").format(source.text)
    [(total,)] = connection.execute(query, source.parameters, prepare=False).fetchall()
    return int(total)
