"""How quickly ``scrapy web`` answers many at a time, and what of the machine that takes.

``python -m bench.web ADDRESS`` measures it alone, on a database that is there.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import ClassVar, get_args

from bench.asked import Draw, Part, what_there_is
from bench.load import Load, put_on
from bench.painting import first_paints
from bench.report import show

_SEED = 2026
_CLIENTS = 50
_SECONDS = 60
_OPENED = 5
_P95_MS = {"API": 100, "pages": 300}
_PROJECT = Path(__file__).parents[1]
_PRINTED = re.compile(r"http://\S+")


class WebError(RuntimeError):
    """Raised when there is nothing to measure."""


@dataclass(frozen=True)
class WebFigures:
    """How quickly it answers.

    :ivar milliseconds: by part of the web, the median, the 95th percentile and the longest.
    :ivar failures: by what came in place of an answer, what was asked for.
    :ivar megabytes_early: what the server had in memory after a third of the time.
    :ivar cpu_share: how much of one processor the server took, without PostgreSQL.
    :ivar first_paint: by kind of page, in milliseconds, with nothing in the browser's cache.
    """

    title: ClassVar[str] = f"The web: {_CLIENTS} clients, each with a request a second"

    requests: dict[str, int]
    milliseconds: dict[str, tuple[float, float, float]]
    failures: dict[str, list[str]]
    megabytes_early: float
    megabytes_late: float
    cpu_share: float
    first_paint: dict[str, float]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the lines of a table."""
        yield "", "number", "median ms", "p95 ms", "longest ms"
        for part, times in self.milliseconds.items():
            name = f"{part}: too slow" if times[1] > _P95_MS[part] else part
            yield name, f"{self.requests[part]:,}", *(f"{one:.0f}" for one in times)
        for failure, paths in self.failures.items():
            yield f"{failure}, such as {paths[0]}", f"{len(paths):,}", "", "", ""
        for kind, taken in self.first_paint.items():
            yield f"first paint: {kind}", f"{_OPENED}", f"{taken:.0f}", "", ""
        yield "MB after a third", f"{self.megabytes_early:.0f}", "", "", ""
        yield "MB at the end", f"{self.megabytes_late:.0f}", "", "", ""
        yield "share of a processor", f"{self.cpu_share:.0%}", "", "", ""


def measure(conninfo: str) -> WebFigures:
    """Serve a database, and ask for what it has.

    :param conninfo: of whoever may read the ``bi`` views.
    """
    draw = Draw(what_there_is(conninfo), Random(_SEED))  # noqa: S311  it is meant to be predictable
    clients = [draw.wishes(_SECONDS) for _ in range(_CLIENTS)]
    pages = {
        "network": ["/"] * _OPENED,
        "country": [f"/countries/{draw.one('countries')}" for _ in range(_OPENED)],
        "section": [f"/sections/{draw.one('sections')}" for _ in range(_OPENED)],
    }
    with _served(conninfo) as (process, url):
        load = asyncio.run(put_on(url, process, clients))
        return _figures(load, first_paints(url, pages))


@contextmanager
def _served(conninfo: str) -> Iterator[tuple[int, str]]:
    """Run ``scrapy web`` until the block is left; yields its process and its address."""
    settings = {"DATABASE_URL": conninfo, "WEB_DATABASE_URL": "", "WEB_PORT": "0", "WEB_LIMITS": ""}
    command = [sys.executable, "-m", "scrapy", "web"]
    with subprocess.Popen(  # noqa: S603
        command, cwd=_PROJECT, env=os.environ | settings, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            printed = next(filter(None, map(_PRINTED.search, process.stdout or ())), None)
            if not printed:
                raise WebError("scrapy web did not start; what it said is above")
            yield process.pid, printed[0]
        finally:
            process.terminate()


def _figures(load: Load, first_paint: dict[str, float]) -> WebFigures:
    times: dict[str, list[float]] = {part: [] for part in get_args(Part)}
    failures: dict[str, list[str]] = {}
    for answer in load.answers:
        times[answer.part].append(answer.milliseconds)
        if answer.failure:
            failures.setdefault(answer.failure, []).append(answer.path)
    return WebFigures(
        requests={part: len(taken) for part, taken in times.items()},
        milliseconds={
            part: (median(taken), quantiles(taken, n=20)[-1], max(taken))
            for part, taken in times.items()
        },
        failures=failures,
        megabytes_early=load.megabytes_early,
        megabytes_late=load.megabytes_late,
        cpu_share=load.cpu_share,
        first_paint=first_paint,
    )


def main() -> None:
    """Measure the web on a database that is there, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=main.__doc__)
    parser.add_argument("address", help="of a database that a crawl has filled, as DATABASE_URL")
    show(measure(parser.parse_args().address))


if __name__ == "__main__":
    main()
