"""Bodies: read as a whole before anything is decided, and no longer than anything that is asked.

Who may do something is found out once a request. A body that came later than that could let
somebody act who may not any more.
"""

import asyncio
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esn_pulse.web.problems import Problem, Render

_MOST = 64_000  # bytes
_PATIENCE = 10  # seconds
_TOO_LONG = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    f"What was sent is longer than {_MOST} bytes, which nothing here needs.",
)
_TOO_SLOW = Problem(
    HTTPStatus.REQUEST_TIMEOUT,
    f"What was sent did not come within {_PATIENCE} seconds. Please send it again.",
)


class WholeBodies:
    """Hands on requests with all of their bodies; refuses those that are too long or too slow."""

    def __init__(self, app: ASGIApp, render: Render) -> None:
        self._app = app
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 413 or 408."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                body = await _read(receive)
        except TimeoutError:
            body = _TOO_SLOW
        except ClientDisconnect:
            return
        if isinstance(body, Problem):
            await self._render(Request(scope), body)(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def hand_on() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, hand_on, send)


async def _read(receive: Receive) -> bytes | Problem:
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > _MOST:
            return _TOO_LONG
        if not message.get("more_body"):
            return body
