"""ESN's sign-in as it is on accounts.esn.org, with an account of our own."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

CLIENT, SECRET = "pulse", "hunter2 of the client"
SCOPE = "oauth2_access_to_profile_information"
ANNA: dict[str, Any] = {
    "sub": "4711",
    "name": "Anna Example",
    "given_name": "Anna",
    "family_name": "Example",
    "email": "anna@private.example",
    "esn_email": "anna@esn.example",
    "picture": "https://accounts.esn.example/anna.jpg",
    "preferred_username": "anna",
    "groups": {"8": "COMMITTEE:itcom-chair"},
    "detailed_groups": [
        {"label": "ESN METU", "type": "section", "scope": "TR-ANKA-MET", "roles": []},
        {"label": "ESN Turkey", "type": "country", "scope": "TR", "roles": {"role": "president"}},
    ],
}


@dataclass
class Provider:
    """What it knows and is told to do.

    :ivar callback: the one address that it leads back to.
    :ivar userinfo: what it says of whoever signs in.
    :ivar is_denied: whether whoever signs in says no.
    :ivar answers: status and body of what is answered in place of what is right, by path.
    :ivar may_answer: while it is not set, a request waits for its answer, a minute at most.
    :ivar asked: the paths that were asked for.
    :ivar secrets: all codes, verifiers and tokens that there were.
    """

    callback: str
    port: int = 0
    userinfo: Any = field(default_factory=lambda: ANNA)
    is_denied: bool = False
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    may_answer: Event = field(default_factory=Event)
    asked: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=lambda: [SECRET])
    codes: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where somebody who has signed in is led."""
        assert asked["response_type"] == "code"
        assert (asked["client_id"], asked["scope"]) == (CLIENT, SCOPE)
        assert asked["redirect_uri"] == self.callback
        assert asked["code_challenge_method"] == "S256"
        if self.is_denied:
            back = {"error": "access_denied", "error_description": "The user said no."}
        else:
            code = self._new()
            self.codes[code] = asked["code_challenge"]
            back = {"code": code}
        return f"{self.callback}?{urlencode({**back, 'state': asked['state']})}"

    def token(self, authorization: str, asked: dict[str, str]) -> tuple[int, object]:
        """Return a token for a code, once."""
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {login}":
            return 401, {"error": "invalid_client"}
        self.secrets.append(asked["code_verifier"])
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_right = (
            self.codes.pop(asked["code"], None) == challenge
            and asked["grant_type"] == "authorization_code"
            and asked["redirect_uri"] == self.callback
        )
        if not is_right:
            return 400, {"error": "invalid_grant", "error_description": asked["code"]}
        token = self._new()
        self.tokens.add(token)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 300}

    def whose(self, authorization: str) -> tuple[int, object]:
        """Return what is said of whoever a token is of."""
        is_known = authorization.removeprefix("Bearer ") in self.tokens
        return (200, self.userinfo) if is_known else (401, {"error": "invalid_token"})

    def _new(self) -> str:
        self.secrets.append(token_urlsafe(16))
        return self.secrets[-1]


@contextmanager
def provided(callback: str) -> Iterator[Provider]:
    """Serve it until the block is left."""
    provider = Provider(callback)
    provider.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            if parts.path == "/oauth/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(dict(parse_qsl(parts.query))))
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                assert parts.path == "/oauth/v1/userinfo"
                self._answer(*provider.whose(self.headers["Authorization"]))

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            assert self.path == "/oauth/token"
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(*provider.token(self.headers["Authorization"], dict(parse_qsl(sent))))

        def _answer(self, status: int, body: object) -> None:
            provider.may_answer.wait(60)
            raw = json.dumps(body).encode()
            status, raw = provider.answers.get(self.path, (status, raw))
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                if status == 302:
                    self.send_header("Location", f"{provider.url}/elsewhere")
                self.end_headers()
                self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        provider.may_answer.set()
        server.shutdown()
        thread.join()
        server.server_close()
