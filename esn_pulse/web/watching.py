"""What those ask who look after the web: whether it lives, whether it can answer, and its metrics.

It is answered beside the rest, without the cache of what is shown.
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial

import psycopg
from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from esn_pulse.analysis.background import NETWORK
from esn_pulse.database.server import in_one_line
from esn_pulse.database.sessions import connect
from esn_pulse.metrics import Families
from esn_pulse.metrics.pipeline import Told
from esn_pulse.scheduling.deduplicated_log import DeduplicatedLog
from esn_pulse.web.kept import Kept
from esn_pulse.web.rules import ANYBODY, Action, Rules
from esn_pulse.web.sign_in.identity import Recognition
from esn_pulse.web.sign_in.tokens import hashed

_PATIENCE = 2  # seconds, in which a database that can be read answers
_READY_SECONDS, _METRICS_SECONDS = 1, 5  # for how long an answer of the database will do


class Access:
    """Decides who may read the metrics.

    A key that was a good one when it was seen last is still good while the database is away, or too
    busy: that is what the metrics have to tell then.

    :param recognition: knows who asks; None: nobody has a key.
    """

    def __init__(self, rules: Rules, recognition: Recognition | None) -> None:
        self._rules = rules
        self._recognition = recognition
        self._good: set[bytes | None] = set()

    async def demand(self, request: Request, *, has_database: bool) -> None:
        """Go on if who asks may read them.

        :param has_database: whether it answers, so that it is worth asking.
        :raises HTTPException: when they may not.
        :raises psycopg.Error: when the database can't tell.
        """
        given = request.headers.get("authorization")
        key = hashed(given) if given else None
        was_good = key in self._good
        if was_good and not has_database:
            return
        try:
            who = await self._recognition.who(request) if self._recognition else ANYBODY
            self._rules.permit(who, Action.READ_METRICS).demand(NETWORK)
        except HTTPException:
            self._good.discard(key)
            raise
        except psycopg.OperationalError:
            if was_good:
                return
            raise
        if key and who != ANYBODY:
            self._good.add(key)


class Watching:
    """Answers them.

    :param conninfo: of whoever reads for the web, which is ready when that answers.
    :param tell: reads the metrics of the pipeline.
    :param counted: what the web counts itself.
    :param access: of whom the metrics are.
    :param clock: tells seconds that never go back.
    """

    def __init__(
        self,
        conninfo: str,
        tell: Callable[[], Told],
        counted: CollectorRegistry,
        access: Access,
        clock: Callable[[], float],
    ) -> None:
        self._conninfo = conninfo
        self._counted = counted
        self._access = access
        ProcessCollector(registry=counted)
        self._log = DeduplicatedLog()
        self._ready = Kept(partial(run_in_threadpool, self._answers), _READY_SECONDS, clock)
        self._told = Kept(partial(run_in_threadpool, tell), _METRICS_SECONDS, clock)

    def routes(self, limit: Middleware) -> list[Route]:
        """Return where what is answered.

        :param limit: of how often one address may try keys; the others cost nothing.
        """
        return [
            Route("/healthz", self.alive),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics, middleware=[limit]),
        ]

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
        """Answer with all metrics, as Prometheus or as OpenMetrics has it.

        :raises HTTPException: when they are not for who asks.
        """
        told = await self._told.get()
        await self._access.demand(request, has_database=told.has_database)
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


class _Together:
    def __init__(self, *collectors: Families | CollectorRegistry) -> None:
        self._collectors = collectors

    def collect(self) -> Iterable[Metric]:
        for one in self._collectors:
            yield from one.collect()
