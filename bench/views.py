"""What the views for BI tools cost: to read as a whole, to make anew, and to refresh."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any, ClassVar

from psycopg import AsyncConnection, Connection, sql

from bench.network import Bench
from esn_pulse.database.schema.views import known_views, refresh_views

_TIMES = 5
_VIEWS = "SELECT table_name FROM information_schema.views WHERE table_schema = 'bi' ORDER BY 1"


@dataclass(frozen=True)
class ViewFigures:
    """Medians, in milliseconds.

    :ivar read: by view of ``bi``, its number of rows and the time to make all of them, with every
        column; without sending them.
    :ivar made: the same by view that is materialised, if it were not.
    :ivar refreshed: the time to refresh all of these, as at the end of a run.
    """

    title: ClassVar[str] = "Views for BI tools"

    read: dict[str, tuple[int, float]]
    made: dict[str, tuple[int, float]]
    refreshed: float

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the lines of a table, the slowest view first."""
        yield "", "rows", "ms"
        for kind, views in ("bi.", self.read), ("made anew: ", self.made):
            for name, (rows, taken) in sorted(views.items(), key=lambda item: -item[1][1]):
                yield f"{kind}{name}", f"{rows:,}", f"{taken:.1f}"
        yield "refreshing bi_cache", "", f"{self.refreshed:.0f}"


def measure(bench: Bench) -> ViewFigures:
    """Read every view, on the data that the crawls have left."""
    with Connection.connect(bench.conninfo, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        names = [name for (name,) in connection.execute(_VIEWS)]
        read = {name: _whole(connection, sql.Identifier("bi", name)) for name in names}
        made = {
            view.name: _whole(connection, _definition(connection, view.name))
            for view in known_views()
            if view.is_materialised
        }
    return ViewFigures(read, made, asyncio.run(_refresh(bench.conninfo)))


def _definition(connection: Connection, name: str) -> sql.Composable:
    query = "SELECT pg_get_viewdef(to_regclass(%s))"
    [(definition,)] = connection.execute(query, [name]).fetchall()
    return sql.SQL("({})").format(sql.SQL(definition.rstrip(";")))


def _whole(connection: Connection, relation: sql.Composable) -> tuple[int, float]:
    """Return how many rows a relation has, and how long it takes to make them."""
    query = sql.SQL("SELECT count(v) FROM {} AS v").format(relation)
    counted: list[Any] = []
    taken = _median(lambda: counted.append(connection.execute(query).fetchone()))
    return counted[0][0], taken


async def _refresh(conninfo: str) -> float:
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        began = time.perf_counter()
        async with connection.transaction():
            await refresh_views(connection)
        return 1000 * (time.perf_counter() - began)


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return 1000 * median(times)
