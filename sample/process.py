"""The sample network in a process of its own, for tests and the demonstration."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer
from typing import Any, TextIO
from urllib.parse import urlsplit

from sample.sites.faults import Fault

_COMMAND = [sys.executable, "-m", "sample"]
_ROOT = Path(__file__).parents[1]  # where -m finds the module
_START_SECONDS = 60
_STOP_SECONDS = 10


class SampleSiteError(RuntimeError):
    """Raised by ``serve`` if the sites don't start, by ``SampleSite`` if an order is refused."""


@dataclass(frozen=True)
class SampleSite:
    """Both sites, served as of ``today``; addresses have no final slash."""

    accounts_url: str
    activities_url: str
    seed: int
    today: date

    def add_fault(self, fault: Fault) -> None:
        """Put a fault in force, after those that are."""
        self._ask("POST", "faults", f"[{fault.model_dump_json()}]")

    def clear_faults(self) -> None:
        """Let everything work again."""
        self._ask("DELETE", "faults")

    def requests(self) -> list[tuple[str, str, str]]:
        """Return (site, method, path with query) of every request so far, in order."""
        return [
            (site, method, path) for site, method, path in json.loads(self._ask("GET", "requests"))
        ]

    def forget_requests(self) -> None:
        """Start the list of requests afresh."""
        self._ask("DELETE", "requests")

    def pass_week(self) -> "SampleSite":
        """Let a week pass on both sites, as ``week`` has it, and return them as of its end."""
        answer = json.loads(self._ask("POST", "week"))
        return replace(self, today=date.fromisoformat(answer["today"]))

    def _ask(self, method: str, name: str, body: str | None = None) -> str:
        connection = HTTPConnection(urlsplit(self.accounts_url).netloc, timeout=_START_SECONDS)
        try:
            connection.request(method, f"/_sample/{name}", body)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status >= 400:
            raise SampleSiteError(f"{method} {name}: {text}")
        return text


@contextmanager
def serve(
    seed: int = 2026,
    today: date | None = None,
    *,
    sections: int = 50,
    activities_per_section: int = 7,
    page_weight: int = 0,
) -> Iterator[SampleSite]:
    """Serve the network of ``generate`` with these arguments until the block is left.

    HTML pages that have fewer than ``page_weight`` bytes are padded to about that many.
    """
    today = today or datetime.now(UTC).date()
    command = [
        *_COMMAND,
        f"--seed={seed}",
        f"--today={today}",
        f"--sections={sections}",
        f"--activities-per-section={activities_per_section}",
        f"--page-weight={page_weight}",
    ]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        _started(command, errors) as process,
    ):
        try:
            addresses = _addresses(process, errors)
            yield SampleSite(addresses["accounts"], addresses["activities"], seed, today)
        finally:
            _stop(process)


def _started(command: list[str], errors: TextIO) -> subprocess.Popen[str]:
    """Start the sites; Ctrl-C in a terminal is not for them, but for whoever serves them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # which they inherit
    try:
        return subprocess.Popen(  # noqa: S603 (our own module)
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=_ROOT
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _addresses(process: subprocess.Popen[str], errors: TextIO) -> dict[str, Any]:
    """Read the line that says where the sites are; the process is killed if it takes too long."""
    timer = Timer(_START_SECONDS, process.kill)
    timer.start()
    line = process.stdout.readline() if process.stdout else ""
    timer.cancel()
    if not line:
        process.wait()
        errors.seek(0)
        raise SampleSiteError(f"the sample network did not start:\n{errors.read()}")
    found: dict[str, Any] = json.loads(line)
    return found


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
