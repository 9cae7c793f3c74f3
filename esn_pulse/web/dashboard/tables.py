"""Tables as pages show them: columns that can be sorted by, cells that lead somewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from fastapi import Request
from pydantic import BaseModel


@dataclass(frozen=True)
class Cell:
    """A cell; ``path`` is where it leads, '' for nowhere, and ``tag`` a mark behind the text."""

    text: str
    path: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Heading:
    """The head of a column.

    :ivar path: of the same page sorted by it, '' when that is not possible.
    :ivar order: ``ascending`` or ``descending`` when it is sorted by it.
    """

    title: str
    is_number: bool = False
    path: str = ""
    order: str = ""


@dataclass(frozen=True)
class Table:
    """A table; ``title`` is for who can't see where it stands."""

    title: str
    columns: list[Heading]
    rows: list[list[Cell]]


class Sorting(BaseModel):
    """The column that a table is sorted by; with a minus sign before it the other way round.

    :cvar place: the id of where the table is; '' when it is all of the page.
    """

    place: ClassVar = ""
    by: str = ""


class Listed(NamedTuple):
    """A row that can be sorted.

    :ivar by: what it is sorted by, by name.
    :ivar comes_first: whether it stands before the others, however they are sorted.
    """

    by: dict[str, Any]
    cells: list[Cell]
    comes_first: bool = False


def sorted_table(
    request: Request,
    asked: Sorting,
    title: str,
    columns: Mapping[str, tuple[str, bool]],
    rows: list[Listed],
) -> Table:
    """Return a table, sorted by what was asked for; as it comes where nothing like it is there.

    :param columns: title, and whether it is a number, by the name of what it is sorted by.
    """
    name, falls = asked.by.removeprefix("-"), asked.by.startswith("-")
    if name in columns:
        known = [row for row in rows if row.by[name] is not None]
        unknown = [row for row in rows if row.by[name] is None]
        rows = [*sorted(known, key=lambda row: _folded(row.by[name]), reverse=falls), *unknown]
    rows = sorted(rows, key=lambda row: not row.comes_first)
    headings = []
    for name_, (heading, is_number) in columns.items():
        falling_first = (f"-{name_}", name_)  # numbers from the largest down first
        by, order = turn(asked.by, *(falling_first if is_number else falling_first[::-1]))
        headings.append(Heading(heading, is_number, changed(request, asked.place, by=by), order))
    return Table(title, headings, [row.cells for row in rows])


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def turn(sort: str, first: str, second: str) -> tuple[str, str]:
    """Return what a column sorts by next, and the order that it gives now, '' for none.

    :param first: what it sorts by first, and ``second``: the other way round.
    """
    order = ""
    if sort in (first, second):
        order = "descending" if sort.startswith("-") else "ascending"
    return (second if sort == first else first), order


@dataclass(frozen=True)
class Pager:
    """Where one is in a list of pages, and the paths to those beside it; '' for none."""

    number: int
    last: int
    previous: str
    next: str


def changed(request: Request, place: str, **parameters: str | int) -> str:
    """Return the address of the same page with other parameters; ``page`` begins anew.

    :param place: the id of what is shown then; '' for the top.
    """
    asked = request.url.remove_query_params("page").include_query_params(**parameters)
    return f"{asked.path}?{asked.query}{place and f'#{place}'}"


def pager(request: Request, place: str, number: int, limit: int, total: int) -> Pager:
    """Return where one is in the list that has an id."""
    last = max(1, -(-total // limit))
    beside = {
        step: changed(request, place, page=min(number + step, last))
        if number + step >= 1 and (step < 0 or number < last)
        else ""
        for step in (-1, 1)
    }
    return Pager(number, last, beside[-1], beside[1])
