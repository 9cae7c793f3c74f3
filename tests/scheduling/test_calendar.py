"""When what is due: the calendar's times, and how its entries wait for each other."""

from datetime import timedelta

import pytest

from esn_pulse.scheduling.calendar import (
    ACCOUNTS,
    ACTIVITIES,
    BACKUP,
    CALENDAR,
    HEALTH,
    Entry,
    EntryOutcome,
    EntryState,
    Past,
    decide,
)
from tests.scheduling.factories import moment

DONE, FAILED, CANCELLED = EntryOutcome
DUE, LATER, UNDER_WAY, WAITING = EntryState
NEVER = Past()
MONDAY = moment("2026-11-23 04:00")


def past(
    at: str, outcome: EntryOutcome = DONE, *, is_under_way: bool = False, by_list: bool = False
) -> Past:
    return Past(moment(at), outcome, is_under_way, by_list)


def everything(one: Past) -> dict[str, Past]:
    return {entry.name: one for entry in CALENDAR}


@pytest.mark.parametrize(
    ("entry", "last", "due"),
    [
        (ACCOUNTS, past("2026-11-01 03:00"), "2026-12-01 03:00"),
        (ACCOUNTS, past("2026-11-01 02:59"), "2026-11-01 03:00"),
        # The official list costs little: it is read every week.
        (ACCOUNTS, past("2026-11-16 03:00", by_list=True), "2026-11-23 03:00"),
        (ACCOUNTS, past("2026-11-18 12:00", by_list=True), "2026-11-23 03:00"),
        (ACCOUNTS, past("2026-11-16 03:00", FAILED, by_list=True), "2026-11-17 03:00"),
        (ACTIVITIES, past("2026-11-16 04:00"), "2026-11-23 04:00"),
        (ACTIVITIES, past("2026-11-18 12:00"), "2026-11-23 04:00"),
        # It ran late, or missed three Mondays: made up once, and then as ever.
        (ACTIVITIES, past("2026-11-22 23:59"), "2026-11-23 04:00"),
        (ACTIVITIES, past("2026-10-19 04:00"), "2026-10-26 04:00"),
        (ACTIVITIES, past("2026-11-16 04:00", FAILED), "2026-11-17 04:00"),
        (ACTIVITIES, past("2026-11-16 23:50", FAILED), "2026-11-17 04:00"),
        (ACTIVITIES, past("2026-11-16 04:00", CANCELLED), "2026-11-23 04:00"),
        # By hand, on the eve of the regular time, or an hour before another try.
        (ACTIVITIES, past("2026-11-23 03:55", FAILED), "2026-11-23 04:00"),
        (ACTIVITIES, past("2026-11-24 03:00", FAILED), "2026-11-25 04:00"),
        (ACCOUNTS, past("2026-11-01 03:00", FAILED), "2026-11-02 03:00"),
        (HEALTH, past("2026-11-16 07:00:30"), "2026-11-17 07:00"),
        (BACKUP, past("2026-11-16 02:00"), "2026-11-17 02:00"),
        (BACKUP, past("2026-11-16 02:00", FAILED), "2026-11-17 02:00"),
    ],
)
def test_an_entry_is_due_at_its_times(entry: Entry, last: Past, due: str) -> None:
    pasts = everything(past("2026-11-16 05:00")) | {entry.name: last}
    before = moment(due) - timedelta(microseconds=1)

    decision = decide(pasts, moment(due), accounts_are_stale=False)[entry.name]
    assert (decision.state, decision.at) == (DUE, moment(due))
    decision = decide(pasts, before, accounts_are_stale=False)[entry.name]
    assert (decision.state, decision.at) == (LATER, moment(due))


def test_what_was_never_done_is_due_at_once() -> None:
    decisions = decide(everything(NEVER), MONDAY, accounts_are_stale=True)

    assert {name: decision.state for name, decision in decisions.items()} == {
        "accounts": DUE,
        "activities": WAITING,
        "health": DUE,
        "backup": DUE,
    }


def test_what_is_under_way_is_not_done_again() -> None:
    at_work = past("2026-10-01 04:00", FAILED, is_under_way=True)
    decisions = decide(everything(at_work), MONDAY, accounts_are_stale=True)

    assert {decision.state for decision in decisions.values()} == {UNDER_WAY}


LONG_AGO, THIS_MONTH, LAST_NIGHT, TODAY = (
    "2026-10-01 03:00",
    "2026-11-01 03:00",
    "2026-11-22 03:00",
    "2026-11-23 03:00",
)


# It is Monday, and activities are due; only accounts differs.
@pytest.mark.parametrize(
    ("accounts", "stale", "accounts_is", "activities_are"),
    [
        # Fresh data: activities go on, unless accounts is about to change them.
        (past(THIS_MONTH), False, LATER, DUE),
        (past(THIS_MONTH, is_under_way=True), False, UNDER_WAY, WAITING),
        (past(LONG_AGO), False, DUE, WAITING),
        (past(TODAY, FAILED), False, LATER, DUE),
        (past(LAST_NIGHT, FAILED), False, DUE, WAITING),
        (past(TODAY, CANCELLED), False, LATER, DUE),
        # Missing or stale data: accounts is needed, and activities wait until it succeeded.
        (NEVER, True, DUE, WAITING),
        (past(THIS_MONTH), True, DUE, WAITING),
        (past(THIS_MONTH, is_under_way=True), True, UNDER_WAY, WAITING),
        (past(TODAY, FAILED), True, LATER, WAITING),
        (past(LAST_NIGHT, FAILED), True, DUE, WAITING),
        (past(TODAY, CANCELLED), True, LATER, WAITING),
        (past(LAST_NIGHT, CANCELLED), True, DUE, WAITING),
        # It has run, and still there is no section: not more than once a day.
        (past(TODAY), True, LATER, WAITING),
    ],
)
def test_activities_wait_for_accounts(
    accounts: Past, *, stale: bool, accounts_is: EntryState, activities_are: EntryState
) -> None:
    pasts = everything(past(TODAY))
    pasts |= {"accounts": accounts, "activities": past("2026-11-16 04:00")}

    decisions = decide(pasts, MONDAY, accounts_are_stale=stale)

    assert decisions["accounts"].state == accounts_is
    assert decisions["activities"].state == activities_are
    assert bool(decisions["activities"].reason) == (activities_are == WAITING)


def test_stale_data_alone_are_no_reason_to_read_accounts() -> None:
    pasts = everything(past(TODAY))
    pasts |= {"accounts": past(THIS_MONTH), "activities": past("2026-11-16 04:00")}

    decisions = decide(pasts, MONDAY.replace(hour=3), accounts_are_stale=True)

    assert [decisions[name].state for name in ("accounts", "activities")] == [LATER, LATER]


def test_why_activities_wait_is_said() -> None:
    pasts = everything(past(TODAY))
    pasts |= {"accounts": past(TODAY, FAILED), "activities": past("2026-11-16 04:00")}

    waits = decide(pasts, MONDAY, accounts_are_stale=True)["activities"]

    assert waits.reason == "accounts must succeed first; it is tried again 2026-11-24 03:00 UTC"
