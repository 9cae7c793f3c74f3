"""Scrapyd nodes, and what their jobs run in."""

import json
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from select import select

import pytest

from sample.process import SampleSite
from sample.sites.faults import Fault
from tests.end_to_end.conftest import *  # noqa: F403 (the village and its fixtures)
from tests.end_to_end.village import Village, addresses
from tests.forked import ForkServer
from tests.node.node import Node

StartNode = Callable[..., Node]


@pytest.fixture
def start_node(village_site: SampleSite, tmp_path: Path, quick_runner: Path) -> Iterator[StartNode]:
    """Start a node of the village: ``start_node(conninfo, runner=…, lease=…)``.

    Without ``runner`` its jobs run in forks; those that are left are killed in the end.
    """
    with ExitStack() as stack:

        def start(conninfo: str, **options: object) -> Node:
            number = len([*tmp_path.iterdir()])
            environment = addresses(conninfo, village_site) | {"FORK_SERVER": str(quick_runner)}
            options = {"runner": "tests.node.runner"} | options
            node = Node(tmp_path / f"node{number}", environment, **options)
            stack.callback(node.kill)
            return node

        yield start


@pytest.fixture
def busy(village: Village, village_crawled: str, start_node: StartNode) -> tuple[Node, str]:
    """A node of ``village_crawled`` in the midst of a job, and the job; its page hangs."""
    village.site.add_fault(Fault(kind="slow", seconds=50, path="/statistics"))
    node = start_node(village_crawled, lease=10)
    job = node.schedule("activities")
    village.wait_until_asked("/statistics")
    return node, job


@pytest.fixture(scope="session")
def quick_runner(fork_server: ForkServer) -> Iterator[Path]:
    """Socket at which ``tests.node.runner`` gets its jobs run."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        address = Path(folder) / "socket"
        listener.bind(str(address))
        listener.listen()
        threading.Thread(target=_serve, args=[listener, fork_server], daemon=True).start()
        yield address
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, fork_server: ForkServer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # the session is over
        threading.Thread(target=_run_job, args=[connection, fork_server], daemon=True).start()


def _run_job(connection: socket.socket, fork_server: ForkServer) -> None:
    """Run one job; it is killed when whoever ordered it is gone."""
    with connection, connection.makefile() as orders, suppress(ConnectionError):
        order = orders.readline()
        if not order:
            return
        words, environment = json.loads(order)
        with fork_server.start(words, environment) as job:
            connection.sendall(b"%d\n" % job.pid)
            while job.poll() is None:
                if select([connection], [], [], 0.05)[0]:
                    return
            output, _ = job.communicate()
            connection.sendall(json.dumps([job.returncode, output]).encode() + b"\n")
