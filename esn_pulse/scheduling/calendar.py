"""The calendar: what is done when, and by which rules. All times are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from apscheduler.triggers.cron import CronTrigger

from esn_pulse import sources
from esn_pulse.sources import SOURCES, Source


@dataclass(frozen=True)
class Regular:
    """Something that has its times.

    :ivar hour: of its regular times, and of another try on the day after a failure.
    :ivar days: which days these are, as fields of APScheduler's CronTrigger; none for every day.
    """

    name: str
    hour: int
    days: Mapping[str, Any] = field(default_factory=dict)

    def regularly_after(self, past: "Past", last: datetime) -> datetime:
        """Return the first regular time after a moment."""
        trigger = CronTrigger(**self.days_after(past), hour=self.hour, timezone=UTC)
        after = last.astimezone(UTC) + datetime.resolution
        regular: datetime = trigger.get_next_fire_time(None, after)
        return regular

    def days_after(self, past: "Past") -> Mapping[str, Any]:  # noqa: ARG002
        """Return which days are regular ones after what is on record."""
        return self.days

    def on_the_day_after(self, last: datetime) -> datetime:
        """Return the entry's hour on the next day."""
        day = last.astimezone(UTC).date() + timedelta(days=1)
        return datetime.combine(day, time(self.hour), UTC)


@dataclass(frozen=True, kw_only=True)
class SpiderEntry(Regular):
    """A whole run of a source's spider, without arguments, as a job for the Scrapyd nodes."""

    source: Source

    def days_after(self, past: "Past") -> Mapping[str, Any]:
        """Let a source be read more often that costs little."""
        return (self.source.days_by_list if past.was_by_list else None) or self.days


@dataclass(frozen=True, kw_only=True)
class TaskEntry(Regular):
    """One of our commands, run by the scheduler itself.

    :ivar command: its words.
    :ivar well: the exit statuses with which it has done its work.
    """

    command: tuple[str, ...]
    well: frozenset[int] = frozenset([0])


Entry = SpiderEntry | TaskEntry


_SPIDERS = {
    source.name: SpiderEntry(source.name, source.hour, source.days, source=source)
    for source in SOURCES
}
ACCOUNTS, ACTIVITIES = _SPIDERS[sources.ACCOUNTS.name], _SPIDERS[sources.ACTIVITIES.name]
# People are told before they begin to work. Exit status 1: it found problems, and told them.
HEALTH = TaskEntry("health", 7, command=("health", "--notify"), well=frozenset([0, 1]))
# Before the spiders: what the day left.
BACKUP = TaskEntry("backup", 2, command=("backup",))

CALENDAR: tuple[Entry, ...] = (*_SPIDERS.values(), HEALTH, BACKUP)


class EntryOutcome(StrEnum):
    """How it went the last time."""

    DONE = "done"
    FAILED = "failed"  # or it left something undone
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Past:
    """What is on record of an entry.

    :ivar at: when it was done last, or at least begun; None if it never was.
    :ivar outcome: how that went; None if it never was.
    :ivar is_under_way: whether it is pending or running right now.
    :ivar was_by_list: whether it read the official list.
    """

    at: datetime | None = None
    outcome: EntryOutcome | None = None
    is_under_way: bool = False
    was_by_list: bool = False


class EntryState(StrEnum):
    """What is to be done about an entry."""

    DUE = "due"
    LATER = "not due"
    UNDER_WAY = "pending or running"
    WAITING = "waiting"


@dataclass(frozen=True)
class Decision:
    """What is to be done about an entry.

    :ivar at: since when it is due, or when it will be.
    :ivar reason: what it waits for.
    """

    state: EntryState
    at: datetime
    reason: str = ""


def decide(
    pasts: Mapping[str, Past], now: datetime, *, accounts_are_stale: bool
) -> dict[str, Decision]:
    """Decide what is to be done about each entry of the calendar.

    Each entry has its own times, see ``_due_at``. Besides, activities build on what accounts has
    stored (docs/decisions.md, "Order of the spiders"). Once activities are due,

    - accounts is due, too, if its data are missing or stale;
    - activities wait as long as accounts is pending, running or due;
    - activities wait as long as the data are missing or stale, that is until accounts succeeded. A
      failure of accounts does not stop them as long as the data are fresh.

    :param pasts: what is on record, by the entries' names.
    :param accounts_are_stale: see ``scheduling/freshness.py``.
    :returns: the decisions by the entries' names.
    """
    decisions = {entry.name: _by_itself(entry, pasts[entry.name], now) for entry in CALENDAR}
    activities = decisions[ACTIVITIES.name]
    if activities.state == EntryState.DUE:
        if accounts_are_stale:
            past = pasts[ACCOUNTS.name]
            decisions[ACCOUNTS.name] = _by_itself(ACCOUNTS, past, now, is_needed=True)
        reason = _why_to_wait(decisions[ACCOUNTS.name], accounts_are_stale=accounts_are_stale)
        if reason:
            decisions[ACTIVITIES.name] = Decision(EntryState.WAITING, activities.at, reason)
    return decisions


def _by_itself(entry: Entry, past: Past, now: datetime, *, is_needed: bool = False) -> Decision:
    at = _due_at(entry, past, now, is_needed=is_needed)
    if past.is_under_way:
        return Decision(EntryState.UNDER_WAY, at)
    return Decision(EntryState.DUE if at <= now else EntryState.LATER, at)


def _due_at(entry: Entry, past: Past, now: datetime, *, is_needed: bool) -> datetime:
    """Return when an entry is due.

    What was never done is due now. Otherwise it is due at its next regular time; so times that
    were missed are made up once. What failed, or is needed earlier, is due on the day after it was
    done last: once a day until it succeeds.
    """
    if past.at is None:
        return now
    regular = entry.regularly_after(past, past.at)
    if past.outcome == EntryOutcome.FAILED or is_needed:
        return min(regular, entry.on_the_day_after(past.at))
    return regular


def _why_to_wait(accounts: Decision, *, accounts_are_stale: bool) -> str:
    if accounts.state in (EntryState.UNDER_WAY, EntryState.DUE):
        return f"accounts comes first, which is {accounts.state}"
    if accounts_are_stale:
        return f"accounts must succeed first; it is tried again {accounts.at:%Y-%m-%d %H:%M} UTC"
    return ""
