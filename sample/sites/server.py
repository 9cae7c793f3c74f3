"""Serving both sites on loopback, with faults on request.

Both ports also answer under ``/_sample/``, for tests in another process: ``faults`` (POST a JSON
list of ``Fault``, DELETE), ``requests`` (GET a list of [site, method, path], DELETE) and ``week``
(POST, to let a week pass; it answers with the new ``today``). Those requests are neither struck by
faults nor written down.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from itertools import count
from typing import get_args

from aiohttp import web
from pydantic import ValidationError

from sample.network.model import Network, SiteName
from sample.network.week import a_week_later
from sample.sites.codings import CODINGS, damaged
from sample.sites.disguise import disguised
from sample.sites.faults import Fault, Faults, fault_list
from sample.sites.impostors import cut, impostor
from sample.sites.official_list import unwell
from sample.sites.padding import Padding
from sample.sites.routes import Answer, Sites

_HOST = "127.0.0.1"
_SHUTDOWN_SECONDS = 0.5
_PAGES_KEPT = 1024  # some 10 kB each: a crawl of a large network asks for a page but once


class Server:
    """Both sites of a network, their faults, and what was asked of them."""

    def __init__(self, network: Network, page_weight: int = 0) -> None:
        self._show(network)
        self._padding = Padding(page_weight)
        self._faults = Faults(network.seed)
        self._orders = count(1)
        self._requests: list[tuple[SiteName, str, str]] = []

    def _show(self, network: Network) -> None:
        self._network = network
        self._answer = lru_cache(_PAGES_KEPT)(Sites(network).answer)

    def application(self, site: SiteName) -> web.Application:
        """Return the application that serves one of the sites."""

        async def respond(request: web.Request) -> web.StreamResponse:
            return await self._respond(site, request)

        application = web.Application()
        application.add_routes(
            [
                web.post("/_sample/faults", self._add_faults),
                web.delete("/_sample/faults", self._clear_faults),
                web.get("/_sample/requests", self._list_requests),
                web.delete("/_sample/requests", self._forget_requests),
                web.post("/_sample/week", self._pass_week),
                web.get("/{path:.*}", respond),
            ]
        )
        return application

    async def _respond(self, site: SiteName, request: web.Request) -> web.StreamResponse:
        target = request.path_qs
        self._requests.append((site, request.method, target))
        fault = self._faults.strike(site, request.method, target)
        if fault and fault.kind == "status":
            return _refuse(fault)
        if fault and fault.kind == "drop":
            return _drop(request)
        if fault and fault.kind == "slow":
            await self._faults.pause(fault.seconds)
        answer = self._padding.pad(self._faulty(site, request, fault))
        if fault and fault.kind == "truncate":
            return await _truncate(request, answer)
        body = answer.body.encode()
        if fault and fault.kind == "cut":
            body = cut(body, fault.part, closed=fault.closed)
        return _properly(answer, *_coded(request, fault, body))

    def _faulty(self, site: SiteName, request: web.Request, fault: Fault | None) -> Answer:
        """Return what is asked for, or what a fault makes of it."""
        target = request.path_qs
        if fault and fault.kind == "impostor":
            page = impostor(fault.page, site, target, self._network.seed)
            return Answer(fault.status or 200, page)
        if fault and fault.kind == "swapped":
            return self._answer(site, request.method, fault.other)
        if fault and fault.kind == "shuffled":
            network = replace(self._network, order=next(self._orders))
            return Sites(network).answer(site, request.method, target)
        answer = self._answer(site, request.method, target)
        if fault and fault.kind == "list" and answer.content_type == "application/json":
            return answer._replace(body=unwell(answer.body, fault.unwell, fault.part, fault.key))
        if fault and fault.kind == "crawl_delay" and target == "/robots.txt":
            return answer._replace(body=f"{answer.body}Crawl-delay: {fault.seconds}\n")
        return disguised(answer, fault, str(request.url)) if fault else answer

    async def _add_faults(self, request: web.Request) -> web.Response:
        try:
            self._faults.add(fault_list.validate_json(await request.read()))
        except ValidationError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.Response(status=204)

    async def _clear_faults(self, _: web.Request) -> web.Response:
        self._faults.clear()
        return web.Response(status=204)

    async def _pass_week(self, _: web.Request) -> web.Response:
        self._show(a_week_later(self._network).network)
        return web.json_response({"today": str(self._network.today)})

    async def _list_requests(self, _: web.Request) -> web.Response:
        return web.json_response(self._requests)

    async def _forget_requests(self, _: web.Request) -> web.Response:
        self._requests.clear()
        return web.Response(status=204)


def _coded(request: web.Request, fault: Fault | None, body: bytes) -> tuple[bytes, str | None]:
    """Return the body as it is sent, and the name of its coding."""
    if fault and fault.kind in ("coded", "short", "damaged"):
        coding = CODINGS[fault.coding]
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        coding = CODINGS["gzip"]
    else:
        return body, None
    body = coding.encode(body)
    if fault and fault.kind == "short":
        body = body[: int(len(body) * fault.part)]
    elif fault and fault.kind == "damaged":
        body = damaged(body, fault.part)
    return body, coding.name


def _properly(answer: Answer, body: bytes, coding: str | None) -> web.Response:
    headers = {"Location": answer.location} if answer.location else {}
    if coding:
        headers["Content-Encoding"] = coding
    return web.Response(
        status=answer.status,
        body=body,
        content_type=answer.content_type,
        charset="utf-8",
        headers=headers,
    )


def _refuse(fault: Fault) -> web.Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return web.Response(status=fault.status or 503, text="Come back later.", headers=headers)


def _drop(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _truncate(request: web.Request, answer: Answer) -> web.StreamResponse:
    body = answer.body.encode()
    response = web.StreamResponse(status=answer.status)
    response.content_type = answer.content_type
    response.charset = "utf-8"
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport:
        request.transport.close()
    return response


@asynccontextmanager
async def serving(
    network: Network, *, accounts_port: int = 0, activities_port: int = 0, page_weight: int = 0
) -> AsyncIterator[dict[SiteName, str]]:
    """Serve both sites, a port of 0 being any free one, and give their addresses.

    HTML pages that have fewer than ``page_weight`` bytes are padded to about that many.
    Raises OSError if a port is taken.
    """
    server = Server(network, page_weight)
    ports = {"accounts": accounts_port, "activities": activities_port}
    runners: list[web.AppRunner] = []
    addresses: dict[SiteName, str] = {}
    try:
        for site in get_args(SiteName):
            runner = web.AppRunner(
                server.application(site), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
            )
            runners.append(runner)
            await runner.setup()
            await web.TCPSite(runner, _HOST, ports[site]).start()
            addresses[site] = f"http://{_HOST}:{runner.addresses[0][1]}"
        yield addresses
    finally:
        for runner in runners:
            await runner.cleanup()
