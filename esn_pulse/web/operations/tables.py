"""Tables whose rows come in one order only."""

from collections.abc import Iterable, Sequence

from esn_pulse.web.dashboard.tables import Cell, Heading, Table

_LONGEST = 300  # signs of what others wrote


def table(title: str, columns: Sequence[str], rows: Iterable[list[Cell]]) -> Table:
    """Return a table, as ``parts.html.j2`` shows it."""
    return Table(title, [Heading(column) for column in columns], list(rows))


def shortened(text: str) -> str:
    """Return as much of what others wrote as a cell has room for."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
