"""Validators of answers: an ``ETag`` from what the answer says, and 304 for who has it already.

It is a hash of the body everywhere. What was refreshed last would do for some views only: others
move with the clock.
"""

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAM = "text/event-stream"
_LEFT_OUT_OF_304 = ("content-length", "content-encoding", "content-type")


class Tags:
    """Gives each answer to GET that is no failure its ``ETag``.

    It is a weak one, as the answer may be compressed on its way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        started: list[Message] = []
        parts: list[bytes] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                if _is_stream(message):
                    await send(message)
                return
            if _is_stream(started[0]):
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body, [start] = b"".join(parts), started
            if start["status"] == 200:
                digest = sha256(body).hexdigest()[:32]
                MutableHeaders(raw=start["headers"]).setdefault("ETag", f'W/"{digest}"')
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, hold)


class NotModified:
    """Answers 304 to whoever has an answer already, as its ``If-None-Match`` says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        given = Headers(scope=scope).get("if-none-match") if scope["type"] == "http" else None
        if given is None or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        known = {one.strip().removeprefix("W/") for one in given.split(",")}
        is_known = False

        async def shorten(message: Message) -> None:
            nonlocal is_known
            if message["type"] == "http.response.start":
                tag = Headers(raw=message["headers"]).get("etag", "").removeprefix("W/")
                is_known = message["status"] == 200 and tag != "" and bool({tag, "*"} & known)
                await send(_without_body(message) if is_known else message)
            elif not is_known:
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body", "body": b""})

        await self._app(scope, receive, shorten)


def _is_stream(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith(STREAM)


def _without_body(start: Message) -> Message:
    headers = MutableHeaders(raw=[*start["headers"]])
    for name in _LEFT_OUT_OF_304:
        del headers[name]
    return {**start, "status": 304, "headers": headers.raw}
