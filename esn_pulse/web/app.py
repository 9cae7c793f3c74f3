"""The web as one application: what answers where, and what every request passes on its way."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import TypedDict

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from esn_pulse.exceptions import ConfigurationError
from esn_pulse.metrics import Pipeline
from esn_pulse.web.api.app import Api, problem_json
from esn_pulse.web.bodies import WholeBodies
from esn_pulse.web.cache import Cache
from esn_pulse.web.dashboard.app import Dashboard
from esn_pulse.web.dashboard.rendering import Pages
from esn_pulse.web.headers import Headers
from esn_pulse.web.limits import ADDRESSES, KEYS, Limits
from esn_pulse.web.live import Live
from esn_pulse.web.metrics import Counting
from esn_pulse.web.nul import NoNul
from esn_pulse.web.operations.health import examination
from esn_pulse.web.problems import Problem, Render, install
from esn_pulse.web.reading import Reading
from esn_pulse.web.rules import Rules
from esn_pulse.web.settings import WebSettings
from esn_pulse.web.sign_in.cookies import Cookie
from esn_pulse.web.sign_in.esn import Esn
from esn_pulse.web.sign_in.identity import Identity, Recognition
from esn_pulse.web.sign_in.local_sign_in import LocalSignIn
from esn_pulse.web.sign_in.origins import OwnOrigin
from esn_pulse.web.sign_in.people import Operators
from esn_pulse.web.tidying import keep_tidy, log_end
from esn_pulse.web.validators import NotModified, Tags
from esn_pulse.web.watching import Access, Watching
from esn_pulse.web.writing import Writing


class State(TypedDict):
    """What there is while the web runs: the server has it, too."""

    live: Live


def create_app(
    conninfo: str,
    settings: WebSettings,
    writing_conninfo: str | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """Return the application.

    :param conninfo: of whoever may read the ``bi`` views.
    :param writing_conninfo: of whoever may write what the web writes; None: nobody can sign in.
    :param clock: tells seconds that never go back.
    :raises ConfigurationError: when nobody could read anything.
    """
    reading = Reading(conninfo)
    writing = Writing(writing_conninfo) if writing_conninfo else None
    if not (writing or settings.is_public):
        raise ConfigurationError(
            "WEB_PUBLIC=0 shows nothing to those who have not signed in, and nobody can sign in"
            " where nothing can be written. Set WEB_WRITING_DATABASE_URL, or leave WEB_PUBLIC out"
        )
    session = Cookie("esn_pulse_session", is_secure=settings.is_secure)
    rules = Rules(is_public=settings.is_public, metrics_are_open=settings.metrics_open)
    pages = Pages(settings.url, rules, can_sign_in=writing is not None)
    render = _rendering(pages)
    api = Api(settings.url, pages, takes_keys=writing is not None)
    dashboard = Dashboard(pages, can_sign_in=writing is not None)
    answering = {"/api": api, "": dashboard}
    operators = Operators(settings.operators)
    recognition = Recognition(writing, operators, session) if writing else None
    for app in answering.values():
        app.state.reading = reading
        app.state.rules = rules
        app.state.settings = settings
        app.state.writing = writing
        app.state.session = session
    if writing and writing_conninfo:
        dashboard.state.local_sign_in = LocalSignIn(writing, clock)
        dashboard.state.esn = Esn(settings.esn) if settings.esn else None
        dashboard.state.examination = examination(settings.scrapy, writing_conninfo, clock)
    mounts = [Mount(path, app) for path, app in answering.items()]
    shown = Starlette(
        routes=mounts,
        middleware=[
            *_on_the_way(settings, render, clock),
            *(_of_access(settings, recognition, render, clock) if recognition else []),
            *_answering(clock),
        ],
    )
    counted = CollectorRegistry()
    access = Access(rules, recognition)
    pipeline = Pipeline(settings.scrapy)
    # Of whoever may read the most.
    tell = partial(pipeline.read, lambda: writing_conninfo or conninfo)
    limit = _limit(settings, render, clock)
    watched = Watching(conninfo, tell, counted, access, clock).routes(limit)
    whole = Starlette(
        routes=[*watched, Mount("", shown)],
        lifespan=_lifespan(reading, writing, settings.audit_days),
    )
    install(shown, render)
    install(whole, render)
    headed = Headers(whole, is_secure=settings.is_secure)
    return Counting(headed, [*watched, *mounts], counted)


def _on_the_way(
    settings: WebSettings, render: Render, clock: Callable[[], float]
) -> list[Middleware]:
    """Return what each request passes first."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET"],
        allow_headers=["Authorization", "If-None-Match"],
        expose_headers=["ETag", "Link", "Retry-After", "X-Total-Count"],
    )
    return [
        *([cors] if settings.cors_origins else []),
        _limit(settings, render, clock),
        Middleware(NoNul, render=render),
        Middleware(WholeBodies, render=render),
    ]


def _limit(settings: WebSettings, render: Render, clock: Callable[[], float]) -> Middleware:
    """Return what counts how often one address asks."""
    return Middleware(Limits, settings.limits, render, clock, ADDRESSES)


def _of_access(
    settings: WebSettings, recognition: Recognition, render: Render, clock: Callable[[], float]
) -> list[Middleware]:
    """Return what finds out who asks, where somebody can sign in."""
    return [
        Middleware(OwnOrigin, settings.url, render),
        Middleware(Identity, recognition, render),
        Middleware(Limits, settings.key_limits, render, clock, KEYS),
    ]


def _answering(clock: Callable[[], float]) -> list[Middleware]:
    """Return what makes answers smaller, or keeps them."""
    return [
        Middleware(NotModified),
        Middleware(Cache, clock=clock),
        Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
        Middleware(Tags),
    ]


def _lifespan(
    reading: Reading, writing: Writing | None, audit_days: int
) -> Callable[[Starlette], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[State]:
        with reading.open(), writing.open() if writing else nullcontext():
            tidying = asyncio.create_task(keep_tidy(writing, audit_days)) if writing else None
            if tidying:
                tidying.add_done_callback(log_end)
            yield State(live=Live())
            if tidying:
                tidying.cancel()
                await asyncio.wait([tidying])

    return lifespan


def _rendering(pages: Pages) -> Render:
    """Return what says what went wrong as it is said where that was asked for."""

    def render(request: Request, problem: Problem) -> Response:
        is_api = request.scope["path"].startswith("/api/")
        return (problem_json if is_api else pages.problem)(request, problem)

    return render
