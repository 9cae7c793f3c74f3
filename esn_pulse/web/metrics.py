"""Counts requests, by the routes that answer them, and how long they take."""

from collections.abc import Iterator, Sequence
from time import perf_counter

from fastapi.routing import iter_route_contexts
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from starlette.routing import BaseRoute, Mount, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UNMATCHED = "unmatched"
# Clients may name any method: what is none of these is one.
_METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
_OTHER = "other"

disable_created_metrics()  # each would come with a second one that says since when it counts


class Counting:
    """Stands around all that answers, so that what a cache answers counts, too.

    A route is counted under its template, and all addresses that no route knows under one:
    whoever makes up addresses makes up no labels.

    :param routes: those of the application and, one after the other, of what is mounted there.
    :param registry: gets the metrics.
    """

    def __init__(
        self, app: ASGIApp, routes: Sequence[BaseRoute], registry: CollectorRegistry
    ) -> None:
        self._app = app
        self._templates = [(compile_path(one)[0], one) for one in _templates(routes)]
        self._requests = Counter(
            "esn_pulse_http_requests_total",
            "Requests to the web, by the template of their route.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "esn_pulse_http_request_duration_seconds",
            "How long it took until they were answered to the end.",
            ["method", "route"],
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and count."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # what the server answers when nobody else does
        begun = perf_counter()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        route = self._route(scope["path"])
        try:
            await self._app(scope, receive, note)
        finally:
            self._requests.labels(method, route, status).inc()
            self._seconds.labels(method, route).observe(perf_counter() - begun)

    def _route(self, path: str) -> str:
        return next((one for known, one in self._templates if known.match(path)), _UNMATCHED)


def _templates(routes: Sequence[BaseRoute]) -> Iterator[str]:
    for route in iter_route_contexts(routes):
        if isinstance(route.route, Mount):
            prefix = route.route.path
            yield from (f"{prefix}{one}" for one in _templates(route.route.routes))
        elif route.path is not None:
            yield route.path
