"""Scrapyd's interface to the queue that all nodes share."""

import os
import re
import socket
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from scrapy.settings import Settings
from scrapyd import Config
from scrapyd.interfaces import ISpiderQueue
from zope.interface import implementer

from esn_pulse.database.queries.job_queue import Job, Jobs
from esn_pulse.logs.redaction import known_secrets
from esn_pulse.node.settings import node_settings

_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
# The key under which a message tells how often its job was taken; the launcher keeps it.
ATTEMPTS = "_attempts"


@lru_cache
def shared_jobs() -> Jobs:
    """Return this process's view of the queue: Scrapyd makes several queue objects a project."""
    config = Config()
    port = os.environ.get("SCRAPYD_HTTP_PORT") or config.get("http_port", "6800")
    return Jobs(node_settings(), f"{socket.gethostname()}:{port}", lease_seconds(config))


def lease_seconds(config: Config) -> float:
    """Return for how long a job is a node's own, unless it renews that."""
    return float(config.getfloat("lease", 60))


@implementer(ISpiderQueue)
class SpiderQueue:
    """The jobs of a project that no node has taken; Scrapyd's messages are dicts."""

    def __init__(self, config: Config, project: str) -> None:  # noqa: ARG002
        self._project = project
        self._jobs = shared_jobs()

    def add(self, name: str, priority: float = 0.0, **message: Any) -> None:
        """Let a job wait.

        :raises ValueError: when there has been one of that name, the name can't be that of its log
            file, or its settings hold a secret.
        """
        settings = message.pop("settings", {})
        _refuse_secrets(settings)
        job, version = message.pop("_job"), message.pop("_version", None)
        if not _NAME.fullmatch(job):
            raise ValueError(
                f"{job!r} can't be a jobid: it has up to 100 letters, digits, '-', '_' and '.'"
            )
        self._jobs.add(self._project, Job(job, name, version, settings, message, 0), priority)

    def pop(self) -> dict[str, Any] | None:
        """Take the next job; None when there is none."""
        job = self._jobs.take(self._project)
        return _message(job) | {ATTEMPTS: job.attempts} if job else None

    def count(self) -> int:
        """Return how many jobs wait."""
        return len(self._jobs.waiting(self._project))

    def list(self) -> list[dict[str, Any]]:
        """Return the jobs that wait, the next one first."""
        return [_message(job) for job in self._jobs.waiting(self._project)]

    def remove(self, func: Callable[[dict[str, Any]], bool]) -> int:
        """Cancel the waiting jobs for which ``func`` says so; returns how many."""
        unwanted = [message["_job"] for message in self.list() if func(message)]
        return sum(self._jobs.cancel(self._project, job) == "pending" for job in unwanted)

    def clear(self) -> None:
        """Cancel all waiting jobs."""
        self.remove(lambda _: True)


def _message(job: Job) -> dict[str, Any]:
    message = {"name": job.spider, "_job": job.job, "settings": job.settings, **job.arguments}
    return message | ({"_version": job.version} if job.version else {})


def _refuse_secrets(settings: dict[str, str]) -> None:
    if known_secrets(Settings(settings), {}):
        raise ValueError(
            "a job's settings are in the queue, in Scrapyd's log and in the list of processes for"
            " all to read. Leave out the one with a password or token, and set it in the"
            " environment of the nodes"
        )
