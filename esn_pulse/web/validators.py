"""Validators of answers: an ``ETag`` from what the answer says, and 304 for who has it already.

It is a hash of the body everywhere. What was refreshed last would do for some views only: others
move with the clock.
"""

from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Tell whether a client has an answer already, from its ``If-None-Match``."""
    known = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    return tag.removeprefix("W/") in known or "*" in known


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
