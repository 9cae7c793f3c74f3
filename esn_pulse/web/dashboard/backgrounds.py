"""What all pages of a period are held against, read once a minute: a page has little of its own."""

import time
from collections import OrderedDict
from datetime import date, datetime
from threading import Lock

import psycopg

from esn_pulse.analysis.background import Background, read_background
from esn_pulse.analysis.queries.runs import last_end
from esn_pulse.analysis.scope import Period
from esn_pulse.web.turns import TooBusy

_SECONDS = 60
_PATIENCE = 3  # seconds: how long a page waits for another one to read it
_MOST = 16  # periods; the presets are half of them


class _Kept:
    """The background of a period, as it was read last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._background: Background | None = None
        self._run: datetime | None = None
        self._read_at = 0.0

    def get(self, connection: psycopg.Connection, period: Period, today: date) -> Background:
        run = last_end(connection)
        known = self._background
        if known and run == self._run and (self._is_fresh() or self._lock.locked()):
            return known
        if not self._lock.acquire(timeout=_PATIENCE):
            raise TooBusy(f"what all pages need was not read within {_PATIENCE} s")
        try:
            if self._background is None or run != self._run or not self._is_fresh():
                self._background = read_background(connection, period, today)
                self._run, self._read_at = run, time.monotonic()
            return self._background
        finally:
            self._lock.release()

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._read_at < _SECONDS


class Backgrounds:
    """Those of the periods that were asked for last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[Period, date], _Kept] = OrderedDict()

    def get(self, connection: psycopg.Connection, period: Period, today: date) -> Background:
        """Return the background of a period, no older than the last run that has ended.

        While it is read anew after a minute the last one does, so that nobody waits.

        :raises psycopg.Error: when it can't be read in time.
        """
        with self._lock:
            kept = self._kept.setdefault((period, today), _Kept())
            self._kept.move_to_end((period, today))
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return kept.get(connection, period, today)
