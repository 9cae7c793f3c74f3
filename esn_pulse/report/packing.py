"""The overviews as JSON, small enough for a file that holds those of all countries."""

import json
from collections.abc import Sequence
from typing import Any

from esn_pulse.analysis import texts
from esn_pulse.analysis.figure import Figure, Tile
from esn_pulse.analysis.overview import Overview


class _Columns:
    """The columns of all rows and tables, each different one once."""

    def __init__(self) -> None:
        self.kept: list[tuple[Any, ...]] = []
        self._numbers: dict[str, int] = {}

    def numbers(self, rows: Sequence[Sequence[Any]]) -> list[int]:
        """Keep the columns of some rows, and return where they are."""
        return [self._number(column) for column in zip(*rows, strict=True)]

    def _number(self, column: tuple[Any, ...]) -> int:
        text = json.dumps(column)  # as values, 0 and False are the same
        if text not in self._numbers:
            self._numbers[text] = len(self.kept)
            self.kept.append(column)
        return self._numbers[text]


def pack(overviews: Sequence[Overview]) -> dict[str, Any]:
    """Return what ``report.js`` shows, by the code of the country; '' is the network.

    Most months and names are those of all countries, and so are all sections on the map: rows and
    tables are kept by columns, each different one once.
    """
    columns = _Columns()
    scopes = {one.scope.country_code or "": _overview(one, columns) for one in overviews}
    return {"scopes": scopes, "columns": columns.kept}


def _overview(overview: Overview, columns: _Columns) -> dict[str, Any]:
    return {
        "name": texts.heading(overview.scope),
        "title": texts.page_title(overview.scope),
        "tiles": {
            "key-figures": _tiles(overview.key_tiles),
            "quality-figures": _tiles(overview.quality_tiles),
        },
        "figures": {name: _figure(one, columns) for name, one in overview.figures.items()},
    }


def _tiles(tiles: Sequence[Tile]) -> list[list[str]]:
    return [[tile.label, tile.value, tile.note] for tile in tiles]


def _figure(figure: Figure, columns: _Columns) -> dict[str, Any]:
    return {
        "says": figure.says,
        "names": list(figure.rows[0]) if figure.rows else [],
        "rows": columns.numbers([list(row.values()) for row in figure.rows]),
        "signals": figure.signals,
        "legend": [[entry.mark, entry.text] for entry in figure.legend],
        "titles": [[column.title, column.is_number] for column in figure.columns],
        "table": columns.numbers(figure.table),
    }
