"""By which clock the calendar goes, and what of a time ahead of it is believed."""

from datetime import timedelta

import psycopg
import pytest

from esn_pulse.database.clock import clock
from esn_pulse.scheduling.calendar import ACTIVITIES, EntryState
from esn_pulse.scheduling.freshness import accounts_are_stale
from esn_pulse.scheduling.scheduler import Scheduler
from tests.crawlers import crawler_of
from tests.scheduling.factories import add_run, make_fresh, moment

SUNDAY, MONDAY = moment("2026-11-22 12:00"), moment("2026-11-23 04:00")
DAY = timedelta(days=1)


@pytest.mark.parametrize("ahead", [1, 3, 10])
def test_no_week_is_left_out_after_the_clock_was_wrong(
    database: str, connection: psycopg.Connection, ahead: int
) -> None:
    make_fresh(connection, SUNDAY)
    add_run(connection, MONDAY - 7 * DAY)
    add_run(connection, SUNDAY + ahead * DAY)
    scheduler = Scheduler(crawler_of(DATABASE_URL=database).settings)

    assert scheduler.overview(SUNDAY)["activities"][1].state == EntryState.LATER
    assert scheduler.overview(MONDAY)["activities"][1].state == EntryState.DUE
    connection.execute("UPDATE scraper_status SET completed_at = %s", [MONDAY + ahead * DAY])
    assert accounts_are_stale(connection, days=30, now=MONDAY)


def test_the_clock_is_that_of_the_database(database: str, connection: psycopg.Connection) -> None:
    make_fresh(connection)
    add_run(connection, clock(connection))
    scheduler = Scheduler(crawler_of(DATABASE_URL=database).settings)

    decision = scheduler.overview()[ACTIVITIES.name][1]
    assert timedelta() < decision.at - clock(connection) <= 7 * DAY
