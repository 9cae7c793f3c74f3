"""Answers that anybody may have, kept for as long as their ``Cache-Control`` lets anybody.

What the network's pages show takes the database some hundred milliseconds, and changes when a run
ends. Whoever asks for the same within a minute gets what the last one got.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esn_pulse.web.rules import ANYBODY
from esn_pulse.web.sign_in.identity import who_asks

_ROOM = 64_000_000  # bytes
_OVERHEAD = 1000  # bytes, beside what is in an answer
# What never changes is for browsers to keep: here it would take the room of the rest.
_PUBLIC = re.compile(r"public, max-age=(\d+)")

Key = tuple[str, bytes, str, str]


@dataclass(frozen=True)
class Answer:
    """An answer as it is sent.

    :ivar made: when it was asked for, in seconds of the clock.
    :ivar lasts: for how many seconds anybody may have it; 0 for what is not kept at all.
    """

    start: Message
    body: bytes
    made: float
    lasts: int

    @property
    def headers(self) -> Headers:
        """Its headers."""
        return Headers(raw=self.start["headers"])


class Cache:
    """Answers from what is kept; what is asked by somebody who is known is never kept.

    :param clock: tells seconds that never go back.
    """

    def __init__(self, app: ASGIApp, clock: Callable[[], float]) -> None:
        self._app = app
        self._clock = clock
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._size = 0
        self._underway: dict[Key, asyncio.Task[Answer]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; HEAD is GET without the body, which the server leaves out."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        scope = {**scope, "method": "GET"}
        if who_asks(HTTPConnection(scope)) != ANYBODY:
            await self._app(scope, receive, send)
            return
        key = _key(scope, Headers(scope=scope))
        answer = self._fresh(key) or await self._shared(key, scope, receive)
        await self._send(answer, send)

    async def _shared(self, key: Key, scope: Scope, receive: Receive) -> Answer:
        """Let those that ask for the same at the same time wait for one answer.

        One with a cookie is for whoever asked first alone: it may be a session.
        """
        underway = self._underway.get(key)
        if underway is None:
            underway = self._underway[key] = asyncio.create_task(self._made(scope, receive))
            underway.add_done_callback(lambda made: self._finish(key, made))
            return await asyncio.shield(underway)
        answer = await asyncio.shield(underway)
        is_for_one = "set-cookie" in answer.headers
        return await self._made(scope, receive) if is_for_one else answer

    def _finish(self, key: Key, made: asyncio.Task[Answer]) -> None:
        del self._underway[key]
        if not made.cancelled() and not made.exception() and made.result().lasts:
            self._keep(key, made.result())

    def _fresh(self, key: Key) -> Answer | None:
        answer = self._kept.get(key)
        if answer is None or self._clock() >= answer.made + answer.lasts:
            return None
        self._kept.move_to_end(key)
        return answer

    async def _made(self, scope: Scope, receive: Receive) -> Answer:
        messages: list[Message] = []
        made = self._clock()

        async def hold(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, hold)
        start, *parts = messages
        body = b"".join(part.get("body", b"") for part in parts)
        found = _PUBLIC.fullmatch(Headers(raw=start["headers"]).get("cache-control", ""))
        lasts = int(found[1]) if found and start["status"] == 200 else 0
        return Answer(start, body, made, lasts)

    def _keep(self, key: Key, answer: Answer) -> None:
        if old := self._kept.pop(key, None):
            self._size -= _size(key, old)
        self._kept[key] = answer
        self._size += _size(key, answer)
        while self._size > _ROOM:
            self._size -= _size(*self._kept.popitem(last=False))

    async def _send(self, answer: Answer, send: Send) -> None:
        # A copy: what is on the way to the client adds what is for this client only.
        headers = [*answer.start["headers"]]
        if answer.lasts:
            headers.append((b"age", str(int(self._clock() - answer.made)).encode()))
        await send({**answer.start, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


def _key(scope: Scope, headers: Headers) -> Key:
    """Return what an answer depends on: the address, and what ``Vary`` names."""
    coding = "gzip" if "gzip" in headers.get("accept-encoding", "") else ""
    kind = headers.get("accept", "") if scope["path"].startswith("/api/") else ""
    return scope["path"], scope["query_string"], kind, coding


def _size(key: Key, answer: Answer) -> int:
    headers = sum(len(name) + len(value) for name, value in answer.start["headers"])
    return sum(map(len, key)) + headers + _OVERHEAD + len(answer.body)
