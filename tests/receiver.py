"""A local HTTP server that keeps what is posted to it, and answers what it is told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Receiver:
    """What was received, and what is answered.

    :ivar later: the status of every answer but the first, if it is another one.
    :ivar messages: title and text of what apprise's ``json://`` posted.
    :ivar asked: path and ``Authorization`` of each GET.
    :ivar may_answer: while it is not set, a request waits for its answer, a minute at most.
    """

    status: int = 200
    later: int | None = None
    answer: str = "{}"
    port: int = 0
    messages: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    was_asked: Event = field(default_factory=Event)
    may_answer: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def target(self) -> str:
        return f"json://127.0.0.1:{self.port}/s3cret"

    @property
    def titles(self) -> list[str]:
        return [title for title, _ in self.messages]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Serve for a while."""
    receiver = Receiver()
    receiver.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            receiver.asked.append((self.path, self.headers["Authorization"]))
            self._answer()

        def do_POST(self) -> None:
            body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.messages.append((body["title"], body["message"]))
            self._answer()

        def _answer(self) -> None:
            receiver.was_asked.set()
            receiver.may_answer.wait(60)
            with suppress(ConnectionError):  # who asked may have gone
                self.send_response(receiver.status)
                self.end_headers()
                self.wfile.write(receiver.answer.encode())
            receiver.status = receiver.later or receiver.status

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_port
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.may_answer.set()
            server.shutdown()
            thread.join()
