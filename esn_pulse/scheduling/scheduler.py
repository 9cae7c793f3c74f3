"""Does what the calendar says. It remembers nothing itself, so it can be ended at any time."""

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

import psycopg
from scrapy.settings import BaseSettings

from esn_pulse.database import prepare
from esn_pulse.database.clock import clock
from esn_pulse.database.sessions import ANSWERS_AT_ONCE, connect, transaction
from esn_pulse.exceptions import RunFailed, SchedulingError
from esn_pulse.logs.redaction import Redactor, known_secrets
from esn_pulse.messenger import Message, Messenger
from esn_pulse.scheduling import record
from esn_pulse.scheduling.calendar import (
    Decision,
    Entry,
    EntryState,
    SpiderEntry,
    TaskEntry,
)
from esn_pulse.scheduling.client import Nodes
from esn_pulse.scheduling.deduplicated_log import DeduplicatedLog
from esn_pulse.scheduling.tasks import TaskError, Tasks

logger = logging.getLogger(__name__)


class Scheduler:
    """Looks what is due, and does it. Its methods may be called by several threads at once.

    :param settings: ``SCRAPYD_URL``, ``DATABASE_URL``, ``ACCOUNTS_FRESH_DAYS``, ``ALERT_TARGETS``.
    :raises ConfigurationError: when ``SCRAPYD_URL`` is no address.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings
        self._nodes = Nodes(settings)
        self._tasks = Tasks()
        self._log = DeduplicatedLog()
        self._conninfo: str | None = None
        self._preparing = Lock()

    def check(self, entry: Entry, now: datetime | None = None) -> bool:
        """Do what an entry asks for, if it is due and no other scheduler is at it.

        :param now: by default what the database's clock says, as it dates the runs, too: by one
            that is ahead of it a run would be due again at once.
        :returns: False when it could not be done. That is in the log; the next call tries again.
        """
        try:
            with self._connected() as connection, record.locked(connection, entry) as is_ours:
                now = now or clock(connection)
                return not is_ours or self._do_if_due(entry, connection, now)
        except (psycopg.Error, RunFailed) as error:
            reason = " ".join(str(error).split())
            self._log.log(
                "database",
                "away",
                logging.ERROR,
                "The calendar rests, as the database can't be used: %s",
                reason,
            )
            return False

    def overview(self, now: datetime | None = None) -> record.Decided:
        """Return what is on record of each entry, and what is to be done about it, by its name.

        :param now: by default what the database's clock says.
        :raises psycopg.Error: when the database can't be used; or ``RunFailed``.
        """
        with self._connected() as connection:
            return self._decided(connection, now or clock(connection))

    def stop(self) -> None:
        """End the commands that run; the jobs are the nodes' own."""
        self._tasks.stop()

    def _do_if_due(self, entry: Entry, connection: psycopg.Connection, now: datetime) -> bool:
        _, decision = self._decided(connection, now)[entry.name]
        if decision.state != EntryState.DUE:
            self._tell(entry, decision)
            return True
        if isinstance(entry, SpiderEntry):
            return self._post(entry, connection, now)
        return self._run(entry, connection, now)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        try:
            with self._preparing:
                self._conninfo = self._conninfo or prepare(self._settings, own_session=True)
            with connect(
                self._conninfo, ANSWERS_AT_ONCE, application_name="esn_pulse scheduler"
            ) as connection:
                self._log.resolved("database", "The database is back")
                yield connection
        except psycopg.Error:
            self._conninfo = None  # an embedded server has to be started again
            raise

    def _decided(self, connection: psycopg.Connection, now: datetime) -> record.Decided:
        with transaction(connection):
            return record.decided(connection, self._settings.getint("ACCOUNTS_FRESH_DAYS"), now)

    def _tell(self, entry: Entry, decision: Decision) -> None:
        what = f"due {decision.at:%Y-%m-%d %H:%M} UTC"
        if decision.state != EntryState.LATER:
            what = f"{decision.state}: {decision.reason}" if decision.reason else decision.state
        self._log.log(entry.name, what, logging.INFO, "%s is %s", entry.name, what)

    def _post(self, entry: SpiderEntry, connection: psycopg.Connection, now: datetime) -> bool:
        try:
            posted = self._nodes.post(entry.source.name, {}, {})
        except SchedulingError as error:
            why = str(error)
            message = "%s is due, but no node takes it; it is tried again: %s"
            self._log.log(entry.name, why, logging.ERROR, message, entry.name, why)
            return False
        if not record.is_queued(connection, posted.job):
            # Otherwise it would be posted again and again.
            lost = (
                f"{posted.node} took job {posted.job}, but it is not in our queue. Let the nodes"
                " have the scrapyd.conf of this project and the scheduler's DATABASE_URL"
            )
            record.begin_task(connection, entry.name, now)
            record.end_task(connection, entry.name, lost)
            self._alert(entry, lost)
            return False
        logger.info("Posted %s to %s as job %s", entry.name, posted.node, posted.job)
        return True

    def _run(self, entry: TaskEntry, connection: psycopg.Connection, now: datetime) -> bool:
        logger.info("Running: scrapy %s", " ".join(entry.command))
        record.begin_task(connection, entry.name, now)
        try:
            last_words = self._tasks.run(entry)
        except (TaskError, OSError) as failure:
            error = self._redacted(str(failure))
            record.end_task(connection, entry.name, error)
            self._alert(entry, error)
            return False
        if last_words is None:
            logger.warning("%s was interrupted", entry.name)
            return False
        record.end_task(connection, entry.name, None)
        logger.info("Done, %s: %s", entry.name, last_words)
        return True

    def _alert(self, entry: Entry, error: str) -> None:
        """Log that an entry failed, and tell people."""
        logger.error("%s: %s", entry.name, error)
        text = f"{error}\n\nThe log of 'scrapy scheduler' has more. Host: {socket.gethostname()}"
        messenger = Messenger(self._settings.get("ALERT_TARGETS") or "")
        title = f"ESN PULSE: {entry.name} could not be done as planned"
        asyncio.run(messenger.send([Message(title, text)]))

    def _redacted(self, text: str) -> str:
        return Redactor(known_secrets(self._settings, os.environ))(text)
