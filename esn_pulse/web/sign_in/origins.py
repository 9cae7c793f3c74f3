"""That what changes something was sent from one of our own pages.

Browsers say so themselves (``Sec-Fetch-Site``, ``Origin``) and no page can change what they say; so
there is no token in forms that could be lost or stolen.
"""

from http import HTTPStatus

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from esn_pulse.web.problems import Problem, Render
from esn_pulse.web.sign_in.identity import SAFE

_REFUSAL = Problem(
    HTTPStatus.FORBIDDEN,
    "This was sent from another site, or by a browser that does not say from where. Please open the"
    " page here, and send it from there.",
)


class OwnOrigin:
    """Refuses what other sites let a browser send; the API takes keys only, which none of them has.

    :param url: how the public reaches us; None: as we are asked for.
    """

    def __init__(self, app: ASGIApp, url: str | None, render: Render) -> None:
        self._app = app
        self._url = url
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 403."""
        if scope["type"] == "http" and not self._is_own(HTTPConnection(scope)):
            await self._render(Request(scope), _REFUSAL)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_own(self, request: HTTPConnection) -> bool:
        if request.scope["method"] in SAFE or request.scope["path"].startswith("/api/"):
            return True
        site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
        if site not in (None, "same-origin"):
            return False
        if origin is None:
            return site is not None
        host = request.headers.get("host", "")
        own = {self._url or f"{request.scope['scheme']}://{host}"}
        if site and not self._url:
            own.add(f"https://{host}")  # a proxy may have it that says nothing of it
        return origin in own
