"""A server of both sites whose answers go wrong in whatever way a test wants."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import NamedTuple

from aiohttp import web

from sample.network.model import SiteName
from sample.sites.routes import Sites

# The last one stands for all hosts that are neither of the two sites.
_HOSTS = {"accounts": "127.0.0.1", "activities": "127.0.0.1", "foreign": "127.0.0.2"}


class Reply(NamedTuple):
    """What is answered. ``raw`` is sent as it is, in place of all else, and ends the connection.

    ``{accounts}``, ``{activities}`` and ``{foreign}`` in a text or header stand for the addresses.
    """

    body: str | bytes = ""
    status: int = 200
    kind: str | None = "text/html; charset=utf-8"
    headers: Mapping[str, str] = {}
    raw: bytes | None = None


# Makes a reply of the page that would have been right.
Twist = Callable[[str], Reply]


@dataclass
class Hostile:
    """The running server.

    :ivar twists: what happens to a path, or to a path with its query, on either site.
    :ivar asked: site, method, path with query of each request.
    """

    sites: Sites
    twists: Mapping[str, Twist]
    urls: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Answer as the sample network would, or as a twist has it."""
        path, target = request.rel_url.raw_path, request.rel_url.raw_path_qs
        name = next(name for name, url in self.urls.items() if url.endswith(f"//{request.host}"))
        self.asked.append((name, request.method, target))
        site: SiteName = "accounts" if name == "accounts" else "activities"
        answer = self.sites.answer(site, request.method, target)
        if twist := self.twists.get(target) or self.twists.get(path):
            reply = twist(answer.body)
        else:
            reply = Reply(answer.body, answer.status)
        if reply.raw is None:
            return self._response(reply)
        if request.transport:
            request.transport.write(reply.raw)
            request.transport.close()
        return web.Response()

    def _response(self, reply: Reply) -> web.Response:
        body = self._text(reply.body).encode() if isinstance(reply.body, str) else reply.body
        headers = {name: self._text(value) for name, value in reply.headers.items()}
        response = web.Response(status=reply.status, body=body, headers=headers)
        if reply.kind is not None:
            response.headers["Content-Type"] = reply.kind
        return response

    def _text(self, text: str) -> str:
        for name, url in self.urls.items():
            text = text.replace(f"{{{name}}}", url)
        return text


@contextmanager
def serving(sites: Sites, twists: Mapping[str, Twist]) -> Iterator[Hostile]:
    """Serve both sites, and a third host that nobody should ask, until the end of the block."""
    hostile = Hostile(sites, twists)
    begun, over, loop = Event(), asyncio.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", hostile.respond)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        for name, host in _HOSTS.items():
            await web.TCPSite(runner, host, 0).start()
            hostile.urls[name] = f"http://{host}:{runner.addresses[-1][1]}"
        begun.set()
        await over.wait()
        await runner.cleanup()

    thread = Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    begun.wait()
    try:
        yield hostile
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
