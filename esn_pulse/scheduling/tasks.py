"""Runs our own commands for the calendar, each in a process of its own."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from subprocess import PIPE
from threading import Lock

from esn_pulse.scheduling.calendar import TaskEntry


class TaskError(Exception):
    """A command ended without having done its work; says how."""


class Tasks:
    """The commands that run now."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._stops = False
        self._lock = Lock()

    def run(self, entry: TaskEntry) -> str | None:
        """Run a command to its end; returns its last words, None when ``stop`` ended it.

        :raises TaskError: when its exit status tells that it has not done its work.
        """
        if (process := self._start(entry)) is None:
            return None
        try:
            printed, complaints = process.communicate()
        finally:
            self._end(process)
        if self._stops:
            return None
        if process.returncode not in entry.well:
            command, why = " ".join(entry.command), _last_line(complaints or printed)
            raise TaskError(f"'scrapy {command}' failed, exit status {process.returncode}: {why}")
        return _last_line(printed)

    def stop(self) -> None:
        """End all commands, and start none any more."""
        with self._lock:
            self._stops = True
            for process in self._running:
                _terminate(process)

    def _start(self, entry: TaskEntry) -> subprocess.Popen[str] | None:
        with self._lock:
            if self._stops:
                return None
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "scrapy", *entry.command],
                stdin=subprocess.DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                text=True,
                errors="replace",
                start_new_session=True,  # to be ended with all that it has started itself
            )
            self._running.add(process)
            return process

    def _end(self, process: subprocess.Popen[str]) -> None:
        with self._lock:
            self._running.discard(process)
            if process.poll() is None:
                _terminate(process)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it printed nothing"])[-1]


def _terminate(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
