"""Reads all metrics of the pipeline, as far as this login and this machine can tell them."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import chain
from time import monotonic

import psycopg
from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.database.server import in_one_line, unavailable
from esn_pulse.database.sessions import connect, transaction
from esn_pulse.exceptions import DatabaseUnavailable
from esn_pulse.metrics.calendar import calendar
from esn_pulse.metrics.database import database
from esn_pulse.metrics.freshness import freshness
from esn_pulse.metrics.machine import backups, disk, nodes
from esn_pulse.metrics.metric import OfDatabase, OfMachine, Sample, gauge
from esn_pulse.metrics.pages import pages
from esn_pulse.metrics.problems import problems
from esn_pulse.metrics.queue import queue
from esn_pulse.metrics.runs import runs
from esn_pulse.scheduling.deduplicated_log import DeduplicatedLog

OF_DATABASE: dict[str, OfDatabase] = {
    "database": database,
    "runs": runs,
    "pages": pages,
    "problems": problems,
    "freshness": freshness,
    "queue": queue,
    "calendar": calendar,
}
OF_MACHINE: dict[str, OfMachine] = {"disk": disk, "backups": backups, "nodes": nodes}

BUILD = gauge(
    "build_info", "Always 1; the label says which version of the program tells.", "version"
)
UP = gauge("database_up", "1 if the database answers, else 0: what it has to tell is missing then.")
SUCCESS = gauge(
    "collector_success",
    "1 if the metrics of a collector could be read, 0 if they are missing; the log says why.",
    "collector",
)
DURATION = gauge(
    "collector_duration_seconds",
    "How long it took to read the metrics of a collector.",
    "collector",
)

_SILENCE = 2  # seconds, in which a server takes a connection
_PATIENCE = 2  # seconds, for all that is asked of it then
_AWAY = "the database"  # in the log, where collectors have their names
_LIMITS = """
    SELECT set_config('lock_timeout', '500ms', true), set_config('statement_timeout', %s, true)
"""


class _UntoldError(Exception):
    """The database does not tell what it was asked, but goes on answering; says why."""


@dataclass(frozen=True)
class Told:
    """What could be read.

    :ivar has_database: whether the database answered.
    """

    samples: list[Sample]
    has_database: bool


class Pipeline:
    """Reads the metrics anew with each call, and logs once why some are missing.

    :param settings: ``PULSE_DIR``, ``BACKUPS_DIR``, ``SCRAPYD_URL``, ``ACCOUNTS_FRESH_DAYS``.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings
        self._log = DeduplicatedLog()

    def read(self, conninfo: Callable[[], str]) -> Told:
        """Read them.

        :param conninfo: says how to reach the database, as whoever may read the ``bi`` views, or
            more; what the login may not read is missing. It may raise ``DatabaseUnavailable``.
        """
        with ThreadPoolExecutor(1) as beside:
            of_machine = beside.submit(self._of_machine)
            of_database = self._of_database(conninfo)
            has_database = of_database is not None
            known = [BUILD(1, version("esn-pulse")), UP(has_database)]
            return Told([*known, *(of_database or ()), *of_machine.result()], has_database)

    def _of_machine(self) -> list[Sample]:
        told = (
            self._collected(name, partial(tell, self._settings))
            for name, tell in OF_MACHINE.items()
        )
        return [*chain.from_iterable(told)]

    def _of_database(self, conninfo: Callable[[], str]) -> list[Sample] | None:
        """Return what the database tells; None when it does not answer, or not to the end."""
        try:
            samples = self._all_of(conninfo())
        except DatabaseUnavailable as error:
            why = str(error)
            self._log.log(_AWAY, why, logging.ERROR, "No metrics of the database: %s", why)
            return None
        self._log.resolved(_AWAY, "There are metrics of the database again")
        return samples

    def _all_of(self, conninfo: str) -> list[Sample]:
        try:
            with connect(
                conninfo,
                _PATIENCE + 1,  # it gives up earlier itself, if it is there
                connect_timeout=_SILENCE,
                application_name="esn_pulse metrics",
            ) as connection:
                connection.execute("SELECT 1")  # a pooler takes connections by itself
                connection.read_only = True
                until = monotonic() + _PATIENCE
                told = [
                    self._collected(name, partial(self._asked, connection, tell, until))
                    for name, tell in OF_DATABASE.items()
                ]
        except psycopg.Error as error:
            raise unavailable(conninfo, error) from error
        return [*chain.from_iterable(told)]

    def _asked(self, connection: Connection, tell: OfDatabase, until: float) -> list[Sample]:
        """Let a collector ask; what it is refused, the others may get all the same.

        :raises _UntoldError: when it is refused.
        :raises psycopg.Error: when the database does not answer any more.
        """
        milliseconds = max(1, round(1000 * (until - monotonic())))
        try:
            with transaction(connection):
                connection.execute(_LIMITS, [str(milliseconds)])
                return [*tell(connection, self._settings)]
        except psycopg.Error as error:
            if connection.broken:
                raise
            raise _UntoldError(in_one_line(error)) from error

    def _collected(self, name: str, tell: Callable[[], Iterable[Sample]]) -> list[Sample]:
        """Return what a collector tells, and whether it could; all of it, or nothing."""
        begun = monotonic()
        samples: list[Sample] = []
        try:
            samples = [*tell()]
        except (_UntoldError, OSError) as error:
            why = str(error)
            self._log.log(name, why, logging.WARNING, "No metrics of collector %s: %s", name, why)
            is_told = False
        else:
            self._log.resolved(name, f"There are metrics of collector {name} again")
            is_told = True
        return [*samples, SUCCESS(is_told, name), DURATION(monotonic() - begun, name)]
