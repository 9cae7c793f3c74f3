"""A real Scrapyd node in a folder of its own."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from tests.conftest import PROJECT
from tests.end_to_end.village import wait_until

USER, PASSWORD = "pulse", "not-the-usual-one"


class Node:
    """A node, from when it answers; ``kill`` and ``stop`` may be called more than once.

    :param folder: where it runs, and has its logs and eggs.
    :param environment: ``DATABASE_URL`` and where the sites are.
    :param options: what differs from the project's ``scrapyd.conf``.
    """

    def __init__(self, folder: Path, environment: dict[str, str], **options: Any) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir()
        shutil.copy(PROJECT / "scrapy.cfg", folder)
        (folder / "scrapyd.conf").write_text(_configuration(options))
        self.environment = os.environ | {
            "SCRAPYD_USERNAME": USER,
            "SCRAPYD_PASSWORD": PASSWORD,
            "SCRAPYD_HTTP_PORT": str(self.port),
            "PYTHONPATH": str(PROJECT),
            "PULSE_DIR": str(folder / ".pulse"),
            **environment,
        }
        self.log = folder / "scrapyd.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "scrapyd"],
                cwd=folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._answers)

    def ask(self, service: str, **data: Any) -> dict[str, Any]:
        """Call a service of Scrapyd's HTTP interface: with GET if there are no data."""
        url, method = f"{self.url}/{service}.json", "POST" if data else "GET"
        answer = requests.request(method, url, data=data, auth=(USER, PASSWORD), timeout=30)
        found: dict[str, Any] = answer.json()
        return found

    def schedule(self, spider: str, settings: list[str] | None = None, **arguments: str) -> str:
        """Post a job without the polite waits; returns its name."""
        quick = ["DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "RETRY_FIRST_WAIT=0.01"]
        job = {"project": "esn_pulse", "spider": spider, "setting": [*quick, *(settings or [])]}
        answer = self.ask("schedule", **job, **arguments)
        assert answer["status"] == "ok", answer
        return str(answer["jobid"])

    def states(self) -> dict[str, str]:
        """Return the state of all jobs that the node shows."""
        listed = self.ask("listjobs")
        return {
            job["id"]: state
            for state in ("pending", "running", "finished")
            for job in listed[state]
        }

    def wait_for(self, job: str, state: str = "finished") -> None:
        """Wait until a job is in a state."""
        wait_until(lambda: self.states().get(job) == state)

    def wait_until_told(self, job: str) -> None:
        """Wait until a job's run knows that it is to end."""
        logs = self.folder / ".pulse/scrapyd/logs"
        told = "came: ending in good order"
        wait_until(lambda: any(told in log.read_text() for log in logs.glob(f"*/*/{job}.log")))

    def kill(self) -> None:
        """Kill the node and what it runs, as when its machine loses power."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def kill_alone(self) -> None:
        """Kill the node, and let what it runs find out."""
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        """Ask the node to end, as ``systemctl stop`` does, and wait until it has."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.log.read_text()
        try:
            return bool(self.ask("daemonstatus"))
        except requests.ConnectionError:
            return False


def free_port() -> int:
    """Return a port that nobody listens on, below those that Linux gives to whoever wants any."""
    while True:
        port = secrets.choice(range(20_000, 32_000))
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def _configuration(options: dict[str, Any]) -> str:
    text = (PROJECT / "scrapyd.conf").read_text()
    for name, value in ({"poll_interval": 0.2} | options).items():
        text, times = re.subn(rf"^{name}\s*=.*$", f"{name} = {value}", text, flags=re.MULTILINE)
        assert times == 1, f"scrapyd.conf has no {name}"
    return text
