"""Starts ``scrapy`` without its imports: in forks of a process that has done them."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from select import select
from typing import BinaryIO, Self, TextIO


class Forked:
    """A command that runs: what tests need of ``subprocess.Popen``, and no pipe that can fill.

    :ivar stdout: its lines, as they come; none is left when the command ended.
    :ivar stderr: the same.
    :ivar returncode: None while the command runs.
    """

    def __init__(
        self, words: list[str], connection: socket.socket, stdout: TextIO, stderr: TextIO
    ) -> None:
        self.args = words
        self.returncode: int | None = None
        self.stdout = self._lines(stdout)
        self.stderr = self._lines(stderr)
        self._connection = connection
        self._stdout = stdout
        self._stderr = stderr
        self.pid = self._number(timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()
        self._connection.close()
        self._stdout.close()
        self._stderr.close()

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status; raises ``subprocess.TimeoutExpired`` when it takes too long."""
        if self.returncode is None:
            self.returncode = self._number(timeout)
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit status, None while there is none."""
        try:
            return self.wait(timeout=0)
        except subprocess.TimeoutExpired:
            return None

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for the end; returns what was not yet read of standard output and of the errors."""
        self.wait(timeout)
        return "".join(self.stdout), "".join(self.stderr)

    def send_signal(self, number: int) -> None:
        """Send a signal to the command, unless it ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the command without asking it."""
        self.send_signal(signal.SIGKILL)

    def _number(self, timeout: float | None) -> int:
        if not select([self._connection], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        received = self._connection.recv(4, socket.MSG_WAITALL)
        if not received:
            raise RuntimeError("the fork server ended, its own errors say why")
        return int.from_bytes(received, signed=True)

    def _lines(self, written: TextIO) -> Iterator[str]:
        line = ""
        while True:
            ended = self.poll() is not None
            line += written.readline()
            if line.endswith("\n") or (line and ended):
                yield line
                line = ""
            elif ended:
                return
            else:
                time.sleep(0.01)


class ForkServer:
    """The process that has done the imports; it ends with the block."""

    def __init__(self, project: Path) -> None:
        self._orders, theirs = socket.socketpair()
        with theirs:
            command = ["-W", "error", "-m", "tests.fork_server", str(theirs.fileno())]
            self._process = subprocess.Popen(
                [sys.executable, *command], cwd=project, pass_fds=[theirs.fileno()]
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.close()
        self._process.wait(timeout=60)

    def start(self, words: list[str], environment: dict[str, str]) -> Forked:
        """Start ``scrapy`` with these words and this environment."""
        ours, theirs = socket.socketpair()
        stdout, out = _output()
        stderr, err = _output()
        with theirs, out, err:
            files = [theirs.fileno(), 0, out.fileno(), err.fileno()]
            socket.send_fds(self._orders, [b"!"], files)
        ours.sendall(json.dumps([words, environment]).encode() + b"\n")
        return Forked(words, ours, stdout, stderr)


def _output() -> tuple[TextIO, BinaryIO]:
    """Open a file without a name twice: a reader must not move where the writer writes."""
    with tempfile.NamedTemporaryFile() as named:
        return Path(named.name).open(), Path(named.name).open("wb")
