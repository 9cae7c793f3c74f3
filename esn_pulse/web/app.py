"""The web as one application: what answers where, and what every request passes on its way."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from esn_pulse.web.api.app import Api, problem_json
from esn_pulse.web.cache import Cache
from esn_pulse.web.dashboard.app import Dashboard
from esn_pulse.web.dashboard.rendering import Pages
from esn_pulse.web.headers import Headers
from esn_pulse.web.limits import Limits
from esn_pulse.web.metrics import Counting
from esn_pulse.web.nul import NoNul
from esn_pulse.web.problems import Problem, Render, install
from esn_pulse.web.reading import Reading
from esn_pulse.web.settings import WebSettings
from esn_pulse.web.validators import Tags
from esn_pulse.web.watching import Watching


def create_app(
    conninfo: str, settings: WebSettings, clock: Callable[[], float] = time.monotonic
) -> ASGIApp:
    """Return the application.

    :param conninfo: of whoever may read the ``bi`` views.
    :param clock: tells seconds that never go back.
    """
    reading = Reading(conninfo)
    pages = Pages(settings.url)
    render = _rendering(pages)
    answering = {"/api": Api(settings.url, pages), "": Dashboard(pages)}
    for app in answering.values():
        app.state.reading = reading
    mounts = [Mount(path, app) for path, app in answering.items()]
    shown = Starlette(routes=mounts, middleware=_middleware(settings, render, clock))
    counted = CollectorRegistry()
    watched = Watching(conninfo, settings, counted, clock).routes
    whole = Starlette(routes=[*watched, Mount("", shown)], lifespan=reading.lifespan)
    install(shown, render)
    install(whole, render)
    headed = Headers(whole, is_secure=(settings.url or "").startswith("https://"))
    return Counting(headed, [*watched, *mounts], counted)


def _middleware(
    settings: WebSettings, render: Render, clock: Callable[[], float]
) -> list[Middleware]:
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET"],
        allow_headers=["If-None-Match"],
        expose_headers=["ETag", "Link", "Retry-After", "X-Total-Count"],
    )
    return [
        *([cors] if settings.cors_origins else []),
        Middleware(Limits, limits=settings.limits, render=render, clock=clock),
        Middleware(NoNul, render=render),
        Middleware(Cache, clock=clock),
        Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
        Middleware(Tags),
    ]


def _rendering(pages: Pages) -> Render:
    """Return what says what went wrong as it is said where that was asked for."""

    def render(request: Request, problem: Problem) -> Response:
        is_api = request.scope["path"].startswith("/api/")
        return (problem_json if is_api else pages.problem)(request, problem)

    return render
