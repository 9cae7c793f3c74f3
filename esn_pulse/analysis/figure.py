"""What a figure is, whatever draws it: the report's script, or a page of the web."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column of a figure's table; numbers stand to the right."""

    title: str
    is_number: bool = False


@dataclass(frozen=True)
class LegendEntry:
    """What a mark of a chart means.

    :ivar mark: how ``figures.css`` draws it.
    """

    mark: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A chart, the sentence above it, and the same as a table.

    :ivar name: of its chart (see ``charts``), and of its element.
    :ivar says: what it shows, in sentences; why there is nothing, when there are no rows.
    :ivar rows: the chart's data, ready for JSON; empty when there is nothing to draw.
    :ivar table: rows of cells, as text; as long as ``columns``.
    :ivar signals: what else the chart is told, by the name of its signal.
    :ivar keys: what each row of the table is about: the code of a country, the slug of a section;
        None where it is neither. Empty when the table is of something else.
    """

    name: str
    title: str
    says: str
    rows: list[dict[str, Any]]
    columns: list[Column]
    table: list[list[str]]
    signals: dict[str, Any] = field(default_factory=dict)
    legend: list[LegendEntry] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Tile:
    """A figure in large type: what it is, its value, and what to make of it."""

    label: str
    value: str
    note: str


def milliseconds(day: date) -> int:
    """Return a day as charts take it: rows that are exchanged later are not read as text."""
    return int(datetime.combine(day, time.min, UTC).timestamp() * 1000)
