"""A server in a Scrapyd node's place, which answers what it is told to."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs

import psycopg
from psycopg.types.json import Jsonb

Form = dict[str, list[str]]


def well(form: Form) -> tuple[int, str]:
    """Answer as Scrapyd does when it has queued a job."""
    return 200, json.dumps({"status": "ok", "jobid": form["jobid"][0], "node_name": "fake"})


@dataclass
class FakeNode:
    """What was posted, and what is answered.

    :ivar answer: returns the status and the body for a form.
    :ivar posted: the forms that came, and by which name and password.
    :ivar may_answer: while it is not set, the answer is kept back.
    """

    url: str = ""
    answer: Callable[[Form], tuple[int, str]] = well
    posted: list[Form] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)
    may_answer: Event = field(default_factory=Event)

    def reset(self) -> None:
        """Forget what was posted, and answer well again."""
        self.posted.clear()
        self.credentials.clear()
        self.answer = well

    def answers(self, body: str, status: int = 200) -> None:
        """Let every answer be this one."""
        self.answer = lambda form: (status, body)

    def refuses(self, message: str) -> None:
        """Let every answer be an error, as Scrapyd words it."""
        self.answers(json.dumps({"status": "error", "message": message}))

    def fills(self, conninfo: str) -> None:
        """Let it put jobs into the queue of a database, as our nodes do."""

        def answer(form: Form) -> tuple[int, str]:
            known = {"project", "spider", "jobid", "setting"}
            arguments = {name: value[0] for name, value in form.items() if name not in known}
            with psycopg.connect(conninfo) as connection:
                connection.execute(
                    "INSERT INTO scrapyd_jobs (project, job, spider, priority, arguments, settings)"
                    " VALUES (%s, %s, %s, 0, %s, '{}')",
                    [form["project"][0], form["jobid"][0], form["spider"][0], Jsonb(arguments)],
                )
            return well(form)

        self.answer = answer


@contextmanager
def serving(node: FakeNode) -> Iterator[FakeNode]:
    """Serve for a while."""
    node.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            node.posted.append(form | {"path": [self.path]})
            _, _, given = (self.headers["Authorization"] or "").partition(" ")
            node.credentials.append(base64.b64decode(given).decode())
            node.may_answer.wait(60)
            status, body = node.answer(form)
            with suppress(ConnectionError):  # who asked may have gone
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        node.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield node
        finally:
            node.may_answer.set()
            server.shutdown()
            thread.join()
