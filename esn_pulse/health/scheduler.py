"""Whether anybody follows the calendar."""

from datetime import UTC, timedelta

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.database.clock import clock
from esn_pulse.health.finding import Finding, State, moment

_SEEN = "SELECT max(began_at) FROM calendar_tasks"
_REST = timedelta(days=2)  # it does something each day, and not always on the minute


def scheduler(connection: Connection, settings: BaseSettings) -> Finding:  # noqa: ARG001
    """Tell when the scheduler did something last; whether it still runs is only known for a while.

    It may be missing for good reasons, so that is no problem: cron or a person may do its work, and
    what is left undone has checks of its own.
    """
    (seen,) = connection.execute(_SEEN).fetchone() or (None,)
    if seen is None:
        return Finding(
            State.UNKNOWN,
            None,
            "none was ever seen",
            "Whether anybody runs the spiders and the backup regularly is not known. To let it be"
            " done: scrapy scheduler",
        )
    value, text = seen.astimezone(UTC).isoformat(), f"it did something {moment(seen)}"
    if clock(connection) - seen <= _REST:
        return Finding(State.OK, value, text)
    return Finding(
        State.UNKNOWN,
        value,
        text,
        "It does something each day, so it may have been ended. To see what is due: scrapy"
        " scheduler --list",
    )
