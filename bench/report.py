"""Where figures go: to the terminal, and as JSON to a file."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Protocol

from rich.console import Console
from rich.table import Table


class Figures(Protocol):
    """The figures of one measurement: a dataclass that can show itself as a table."""

    title: ClassVar[str]

    def rows(self) -> Iterable[tuple[str, ...]]:
        """Yield the lines of a table, the header first."""


def show(figures: Figures) -> None:
    """Print the figures of a measurement."""
    header, *rows = figures.rows()
    table = Table(title=figures.title, title_justify="left")
    for number, column in enumerate(header):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def write(path: Path, size: Any, measured: Sequence[Figures]) -> None:
    """Write all figures, with the size of the network and the machine that they hold for."""
    results = {
        "machine": {
            "processors": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            **{name: version(name) for name in ("scrapy", "lxml", "psycopg")},
        },
        "network": asdict(size),
    }
    results |= {type(figures).__name__: _values(figures) for figures in measured}
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    Console().print(f"Written to {path}")


def _values(figures: Any) -> Any:
    """Turn dataclasses into JSON, with what their properties make of the fields."""
    if not is_dataclass(figures):
        return figures
    computed = [name for name, value in vars(type(figures)).items() if isinstance(value, property)]
    names = [field.name for field in fields(figures)] + computed
    return {name: _values(getattr(figures, name)) for name in names}
