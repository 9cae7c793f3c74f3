"""What those ask who look after the web: whether it lives, whether it can answer, and its metrics.

It is answered beside the rest: without limits, and without the cache of what is shown.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import psycopg
from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from esn_pulse.database.server import in_one_line
from esn_pulse.database.sessions import connect
from esn_pulse.metrics import Families, Pipeline
from esn_pulse.scheduling.deduplicated_log import DeduplicatedLog
from esn_pulse.web.settings import WebSettings

T = TypeVar("T")

_PATIENCE = 2  # seconds, in which a database that can be read answers
_READY_SECONDS, _METRICS_SECONDS = 1, 5  # for how long an answer of the database will do


class Watching:
    """Answers them.

    :param conninfo: of whoever reads for the web.
    :param counted: what the web counts itself.
    :param clock: tells seconds that never go back.
    """

    def __init__(
        self,
        conninfo: str,
        settings: WebSettings,
        counted: CollectorRegistry,
        clock: Callable[[], float],
    ) -> None:
        self._conninfo = conninfo
        self._counted = counted
        ProcessCollector(registry=counted)
        self._log = DeduplicatedLog()
        pipeline = Pipeline(settings.project)
        self._ready = Kept(self._answers, _READY_SECONDS, clock)
        self._told = Kept(lambda: pipeline.read(lambda: conninfo), _METRICS_SECONDS, clock)
        self.routes = [Route("/healthz", self.alive), Route("/readyz", self.ready)]
        if settings.metrics_open:
            self.routes.append(Route("/metrics", self.metrics))

    async def alive(self, _: Request) -> Response:
        """Say that the process lives; nothing else is asked for it."""
        return PlainTextResponse("The web lives.\n")

    async def ready(self, _: Request) -> Response:
        """Say whether the database answers."""
        if await self._ready.get():
            return PlainTextResponse("The web is ready.\n")
        return PlainTextResponse(
            "The database does not answer; its operator finds the reason in the log.\n",
            status_code=503,
        )

    async def metrics(self, request: Request) -> Response:
        """Answer with all metrics, as Prometheus or as OpenMetrics has it."""
        told = await self._told.get()
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        together = _Together(Families(told.samples), self._counted)
        return Response(encode(together), headers={"Content-Type": media_type})

    def _answers(self) -> bool:
        try:
            with connect(self._conninfo, _PATIENCE, connect_timeout=_PATIENCE) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error as error:
            why = in_one_line(error)
            self._log.log("ready", why, logging.ERROR, "The web is not ready: %s", why)
            return False
        self._log.resolved("ready", "The web is ready again")
        return True


class Kept(Generic[T]):
    """What is found out once for all who ask within some seconds: they may be many.

    :param find: finds it out, in a thread.
    :param clock: tells seconds that never go back.
    """

    def __init__(self, find: Callable[[], T], seconds: float, clock: Callable[[], float]) -> None:
        self._find = find
        self._seconds = seconds
        self._clock = clock
        self._found: tuple[float, T] | None = None
        self._turn = asyncio.Lock()

    async def get(self) -> T:
        """Return it; those who ask at the same time wait for one answer."""
        async with self._turn:
            if self._found is None or self._clock() >= self._found[0] + self._seconds:
                self._found = self._clock(), await run_in_threadpool(self._find)
            return self._found[1]


class _Together:
    def __init__(self, *collectors: Families | CollectorRegistry) -> None:
        self._collectors = collectors

    def collect(self) -> Iterable[Metric]:
        for one in self._collectors:
            yield from one.collect()
