"""The calendar: what is due, and what was missed."""

from collections.abc import Iterator

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.database.clock import clock
from esn_pulse.metrics.metric import Sample, gauge
from esn_pulse.scheduling.calendar import EntryOutcome, EntryState
from esn_pulse.scheduling.record import decided

STATE = gauge(
    "calendar_entry_state",
    "1 for the state that an entry of the calendar is in, else 0; due for hours, it was missed.",
    "entry",
    "state",
)
DUE = gauge(
    "calendar_entry_due_timestamp_seconds",
    "Since when an entry is due, or when it will be.",
    "entry",
)
LAST = gauge(
    "calendar_entry_last_timestamp_seconds",
    "When an entry was done last, or at least begun, by whomever.",
    "entry",
)
FAILED = gauge(
    "calendar_entry_failed", "1 if an entry failed when it was done last, else 0.", "entry"
)


def calendar(connection: Connection, settings: BaseSettings) -> Iterator[Sample]:
    """Tell what is on record of each entry, and what is to be done about it."""
    days = settings.getint("ACCOUNTS_FRESH_DAYS")
    for entry, (past, decision) in decided(connection, days, clock(connection)).items():
        for state in EntryState:
            yield STATE(state == decision.state, entry, state)
        yield DUE(decision.at.timestamp(), entry)
        if past.at is not None:
            yield LAST(past.at.timestamp(), entry)
        yield FAILED(past.outcome == EntryOutcome.FAILED, entry)
