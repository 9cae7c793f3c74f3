"""The web's real server in this process, and a page and an answer of it that do as a test says."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from types import SimpleNamespace
from typing import Annotated
from unittest.mock import patch

import psycopg
import requests
from fastapi import APIRouter, Query
from scrapy.settings import Settings
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from esn_pulse.web import app as web
from esn_pulse.web import serving
from esn_pulse.web.api import app as api
from esn_pulse.web.dashboard.app import Dashboard
from esn_pulse.web.dashboard.rendering import Pages
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.settings import WebSettings
from esn_pulse.web.sign_in.guards import READ

Reads = Callable[[psycopg.Connection], str]

API, PAGE = "/api/v1/probe", "/probe"
PLACES = [API, PAGE]
KEPT = {"Cache-Control": "public, max-age=60", "Vary": "Accept"}


def web_settings(**given: object) -> Settings:
    """Return the project's settings: on a free port, and without limits unless they are given."""
    settings = Settings()
    settings.setmodule("esn_pulse.settings")
    return Settings({**settings.copy_to_dict(), "WEB_PORT": "0", "WEB_LIMITS": "", **given})


class Clock:
    """A clock that a test puts forward."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Probe:
    """Answers at ``API`` and at ``PAGE``.

    :ivar reads: gives the text of the answer.
    :ivar headers: of the answer.
    :ivar asked: how often it was called.
    """

    def __init__(self) -> None:
        self.reads: Reads = asks("SELECT 1")
        self.headers: dict[str, str] = {}
        self.asked = 0

    def answer(
        self, reading: Snapshot, number: Annotated[int, Query(ge=1, le=9)] = 1, text: str = ""
    ) -> Response:
        self.asked += 1
        return Response(self.reads(reading), headers=self.headers, media_type="text/plain")


def asks(query: str) -> Reads:
    """Return what asks a database something."""
    return lambda connection: str(connection.execute(query.encode()).fetchall())


class Site:
    """A web that is served.

    :ivar begun: how many requests came in.
    :ivar keys: the key that goes along with requests, by how their addresses begin.
    """

    def __init__(self, app: ASGIApp, url: str, probe: Probe) -> None:
        self.url = url
        self.probe = probe
        self.begun = 0
        self.keys: dict[str, str] = {}
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.begun += 1
        await self._app(scope, receive, send)

    def get(self, path: str, method: str = "GET", **headers: str) -> requests.Response:
        """Ask; an underscore in a header's name is a hyphen."""
        return self.send_form(path, None, method, **headers)

    def send_form(
        self,
        path: str,
        form: Mapping[str, str] | bytes | None,
        method: str = "POST",
        **headers: str,
    ) -> requests.Response:
        """Send a form, or what else is sent."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for start, key in self.keys.items():
            if path.startswith(start):
                named.setdefault("Authorization", f"Bearer {key}")
        return requests.request(
            method, self.url + path, data=form, headers=named, timeout=30, allow_redirects=False
        )

    def look_on(self, path: str, **headers: str) -> requests.Response:
        """Ask for what does not end by itself; whoever does closes it."""
        return requests.get(self.url + path, headers=headers, stream=True, timeout=30)

    def connect(self) -> socket.socket:
        """Connect, for what no client would send."""
        host, port = self.url.removeprefix("http://").split(":")
        return socket.create_connection((host, int(port)), timeout=30)

    def send(self, target: bytes, *headers: bytes) -> bytes:
        """Send an address as it is; returns all that is answered."""
        with self.connect() as line:
            line.sendall(request(target, *headers))
            return b"".join(iter(lambda: line.recv(65536), b""))


def request(target: bytes, *headers: bytes) -> bytes:
    """Return a request after which the connection ends."""
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: x", b"Connection: close", *headers]
    return b"\r\n".join([*lines, b"", b""])


@contextmanager
def served(
    conninfo: str,
    clock: Callable[[], float] = time.monotonic,
    writing: str | None = None,
    **settings: str,
) -> Iterator[Site]:
    """Serve until the block is left, with ``Probe`` beside what there is.

    :param writing: the database in which people sign in, and change things; None: nobody does.
    """
    probe, router = Probe(), APIRouter()
    router.add_api_route("/probe", probe.answer, include_in_schema=False, dependencies=[READ])

    class Probed(Dashboard):
        def __init__(self, pages: Pages, *, can_sign_in: bool) -> None:
            super().__init__(pages, can_sign_in=can_sign_in)
            self.add_api_route(PAGE, probe.answer, dependencies=[READ])

    told = WebSettings.read(web_settings(**settings))
    with (
        patch.object(web, "Dashboard", Probed),
        patch.object(api, "_SUBJECTS", (*api._SUBJECTS, SimpleNamespace(router=router))),
    ):
        app = web.create_app(conninfo, told, writing, clock)
    with serving.listen(told) as opened:
        site = Site(app, serving.address(opened), probe)
        server = serving.Server(serving.configured(site, told))
        thread = Thread(target=server.run, args=[[opened]])
        thread.start()
        try:
            yield site
        finally:
            server.should_exit = True
            thread.join()
