"""Who asks: found out once a request, from a key or from a session.

Programs send a key to the API. Browsers send the cookie of a session to pages, and to the API only
to read: what changes something there needs a key, which no other site can make a browser send.
"""

from collections.abc import Callable

import psycopg
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esn_pulse.web.assets import PLACE
from esn_pulse.web.problems import EXPECTED, Render, problem_of
from esn_pulse.web.rules import ANYBODY, SignInNeeded, Who
from esn_pulse.web.sign_in import keys, sessions
from esn_pulse.web.sign_in.cookies import Cookie
from esn_pulse.web.sign_in.people import Operators
from esn_pulse.web.writing import Writing

SAFE = frozenset(["GET", "HEAD", "OPTIONS"])
_OF_PROGRAMS = ("/api/", "/metrics")
_BEARER = "bearer "

Find = Callable[[psycopg.Connection, str, Operators], Who | None]


def who_asks(request: HTTPConnection) -> Who:
    """Return who asks."""
    who: Who = request.scope.get("state", {}).get("who", ANYBODY)
    return who


class Recognition:
    """Knows who asks.

    :param operators: whom ``WEB_OPERATORS`` names.
    :param session: the cookie.
    """

    def __init__(self, writing: Writing, operators: Operators, session: Cookie) -> None:
        self._writing = writing
        self._operators = operators
        self._session = session

    async def who(self, request: HTTPConnection) -> Who:
        """Return who asks.

        :raises SignInNeeded: when a key is none.
        :raises psycopg.Error: when the database can't tell.
        """
        is_of_program = request.scope["path"].startswith(_OF_PROGRAMS)
        given = request.headers.get("authorization")
        if is_of_program and given is not None:
            return await self._of_key(given)
        token = self._session.get(request)
        is_wanted = not is_of_program or request.scope["method"] in SAFE
        if not (is_wanted and token and sessions.looks_like_one(token)):
            return ANYBODY
        return await self._find(sessions.find, token) or ANYBODY

    async def _of_key(self, given: str) -> Who:
        is_bearer = given[: len(_BEARER)].lower() == _BEARER
        token = given[len(_BEARER) :].strip()
        is_key = is_bearer and keys.looks_like_one(token)
        who = await self._find(keys.find, token) if is_key else None
        if who is None:
            raise SignInNeeded(
                "This key is none, has ended or was revoked. Send one as: Authorization: Bearer"
                " esnp_…; an operator can make one"
            )
        return who

    async def _find(self, find: Find, token: str) -> Who | None:
        return await self._writing.run(lambda writing: find(writing, token, self._operators))


class Identity:
    """Finds out who asks; answers to somebody are theirs alone."""

    def __init__(self, app: ASGIApp, recognition: Recognition, render: Render) -> None:
        self._app = app
        self._recognition = recognition
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a key that is none is refused with 401."""
        if scope["type"] != "http" or scope["path"].startswith(PLACE):
            await self._app(scope, receive, send)
            return
        try:
            who = await self._recognition.who(HTTPConnection(scope))
        except EXPECTED as error:
            request = Request(scope)
            await self._render(request, problem_of(request, error))(scope, receive, send)
            return
        scope.setdefault("state", {})["who"] = who

        async def mark(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers.add_vary_header("Cookie")
                if who != ANYBODY:
                    headers["Cache-Control"] = "private, no-store"
            await send(message)

        await self._app(scope, receive, mark)
