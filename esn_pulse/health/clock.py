"""Whether this machine's clock and the database's are one."""

from datetime import UTC, datetime, timedelta

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.database import clock as database
from esn_pulse.health.finding import Finding, State

_TOLERANCE = timedelta(minutes=1)


def clock(connection: Connection, settings: BaseSettings) -> Finding:  # noqa: ARG001
    """Tell by how many seconds this machine's clock is ahead of the database's."""
    before = datetime.now(UTC)
    now = database.clock(connection)
    ahead = before + (datetime.now(UTC) - before) / 2 - now
    seconds, minutes = round(ahead.total_seconds()), round(abs(ahead) / timedelta(minutes=1))
    if abs(ahead) <= _TOLERANCE:
        return Finding(State.OK, seconds, "as the database's")
    return Finding(
        State.PROBLEM,
        seconds,
        f"{minutes} min {'ahead of' if seconds > 0 else 'behind'} the database's",
        f"Here it is {before:%Y-%m-%d %H:%M} UTC, there {now:%Y-%m-%d %H:%M}. The calendar and all"
        " that is stored go by the database's clock, the logs by this one. Set the"
        " wrong one right, and let it be kept so (NTP).",
    )
