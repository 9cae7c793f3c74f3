"""How long the queries of spiders, commands and BI tools take on a database of full size."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any, ClassVar, LiteralString, cast

from psycopg import AsyncConnection, Connection
from scrapy.settings import Settings

from bench.network import Bench
from esn_pulse.database.queries.listings import known_listing
from esn_pulse.database.queries.organisations import (
    OrganisationFilter,
    is_due,
    newly_known_organisations,
    organisations_to_visit,
)
from esn_pulse.database.queries.repairs import broken_records, failed_pages
from esn_pulse.health.database import CHECKS
from esn_pulse.sources import ACTIVITIES

_TIMES = 60
_LIMIT_MS = 20
_README = Path(__file__).parents[1] / "README.md"

Query = Callable[[AsyncConnection], Awaitable[Any]]


@dataclass(frozen=True)
class QueryFigures:
    """The 95th percentile of each query's time, in milliseconds."""

    title: ClassVar[str] = "Queries, 95th percentile"

    milliseconds: dict[str, float]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the lines of a table, the slowest query first."""
        yield "", "ms", ""
        for name, time_taken in sorted(self.milliseconds.items(), key=lambda item: -item[1]):
            yield name, f"{time_taken:.2f}", "too slow" if time_taken > _LIMIT_MS else ""


def measure(bench: Bench) -> QueryFigures:
    """Run every query many times, on the data that the crawls have left."""
    with Connection.connect(bench.conninfo, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        settings = Settings()
        settings.setmodule("esn_pulse.settings")
        taken = {
            f"scrapy health: {name}": _p95(partial(check, connection, settings))
            for name, check in CHECKS.items()
        }
        for name, query in _documented().items():
            taken[f"README: {name}"] = _p95(partial(_fetch, connection, query))
    return QueryFigures(taken | asyncio.run(_of_spiders(bench.conninfo, settings)))


async def _of_spiders(conninfo: str, settings: Settings) -> dict[str, float]:
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        organisations = await organisations_to_visit(connection, OrganisationFilter())
        now, module = datetime.now(UTC), ACTIVITIES.module
        queries: dict[str, list[Query]] = {
            "organisations to visit": [
                partial(organisations_to_visit, wanted=OrganisationFilter())
            ],
            "is an organisation due": [partial(is_due, organisation=one) for one in organisations],
            "what is known of a listing": [
                partial(known_listing, organisation=one, settings=settings, now=now)
                for one in organisations
            ],
            "failed pages": [partial(failed_pages, module=module)],
            "newly known organisations": [partial(newly_known_organisations, module=module)],
            "broken records": [partial(broken_records, items=ACTIVITIES.items)],
        }
        taken = {}
        for name, variants in queries.items():
            times = []
            for turn in range(max(_TIMES, len(variants))):
                began = time.perf_counter()
                await variants[turn % len(variants)](connection)
                times.append(time.perf_counter() - began)
            taken[f"spiders: {name}"] = _percentile(times)
        return taken


def _documented() -> dict[str, LiteralString]:
    """Return the queries that the README shows, by the comment above each."""
    blocks = re.findall(r"```sql\n(.*?)```", _README.read_text(encoding="utf-8"), re.DOTALL)
    found = re.findall(r"-- (.*?)\n(SELECT.*?);", "\n".join(blocks), re.DOTALL)
    return {name: cast("LiteralString", query) for name, query in found}


def _fetch(connection: Connection, query: LiteralString) -> None:
    connection.execute(query).fetchall()


def _p95(query: Callable[[], object]) -> float:
    times = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        query()
        times.append(time.perf_counter() - began)
    return _percentile(times)


def _percentile(seconds: list[float]) -> float:
    return 1000 * quantiles(seconds, n=20)[-1]
