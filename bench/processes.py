"""Crawls in processes of their own, and what they took of the machine."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PAGES = re.compile(r"'response_received_count': (\d+)")


class CrawlError(RuntimeError):
    """Raised when a crawl that is measured does not end well."""


@dataclass(frozen=True)
class Usage:
    """What a crawl took; CPU time is user and system time of its process alone."""

    pages: int
    wall_seconds: float
    cpu_seconds: float
    peak_megabytes: float

    @property
    def pages_per_second(self) -> float:
        """How many pages it read in a second."""
        return self.pages / self.wall_seconds

    @property
    def pages_per_cpu_second(self) -> float:
        """How many pages it read in a second of CPU time."""
        return self.pages / self.cpu_seconds


def scrapy(words: Iterable[str], log: Path, folder: Path, environment: Mapping[str, str]) -> Usage:
    """Run a crawl to its end.

    :param words: the command and its options.
    :param folder: where it is run; the project's settings are only those of its own folder.
    :param environment: variables besides those of this process.
    :raises CrawlError: when it does not end well.
    """
    command = [sys.executable, "-m", "scrapy", *words, "-s", f"LOG_FILE={log}"]
    began = time.monotonic()
    with subprocess.Popen(command, cwd=folder, env=os.environ | environment) as process:  # noqa: S603
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    told = log.read_text(encoding="utf-8")
    pages = _PAGES.search(told)
    if process.returncode or not pages:
        end = "\n".join(told.splitlines()[-20:])
        raise CrawlError(f"{' '.join(command)} failed; the end of its log:\n{end}")
    cpu = usage.ru_utime + usage.ru_stime
    return Usage(int(pages[1]), wall, cpu, usage.ru_maxrss / 1024)


def megabytes(process: int) -> float:
    """Return what a process has in memory at the moment."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s*(\d+) kB", status)[0]) / 1024


def cpu_seconds(*processes: int) -> float:
    """Add up the CPU time of processes, with that of their children that have ended."""
    return sum(map(_ticks, processes)) / os.sysconf("SC_CLK_TCK")


def cpu_seconds_of_server(postmaster: int) -> float:
    """Return the CPU time of a PostgreSQL server: its own, and that of its sessions, ended or not.

    :param postmaster: the process that starts the others.
    """
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii")
    return cpu_seconds(postmaster, *map(int, children.split()))


def _ticks(process: int) -> int:
    """Add up user and system time, with that of children that have ended."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))
