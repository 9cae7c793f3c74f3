"""Addresses that no database could look up."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from esn_pulse.web.problems import Problem, Render

_REFUSAL = Problem(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "This was not understood: there is a NUL (%00) in the address. Please leave it out.",
)


class NoNul:
    """Refuses them, as PostgreSQL has no text with a NUL in it."""

    def __init__(self, app: ASGIApp, render: Render) -> None:
        self._app = app
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 422."""
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            await self._render(Request(scope), _REFUSAL)(scope, receive, send)
            return
        await self._app(scope, receive, send)
