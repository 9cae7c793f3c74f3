"""What the report says, read from the ``bi`` views."""

from dataclasses import dataclass
from datetime import datetime

import psycopg

from esn_pulse.analysis.background import NETWORK, read_background
from esn_pulse.analysis.overview import Overview, overview
from esn_pulse.analysis.queries.countries import countries
from esn_pulse.analysis.queries.runs import Run, latest
from esn_pulse.analysis.queries.scopes import today
from esn_pulse.analysis.scope import Period, Scope
from esn_pulse.database.snapshot import snapshot


@dataclass(frozen=True)
class Content:
    """What a report shows; all of it is of one moment.

    :ivar overviews: of the network, and of the countries in the order of their names.
    """

    made_at: datetime
    runs: list[Run]
    overviews: list[Overview]
    has_sections: bool


def read(conninfo: str) -> Content:
    """Return what the report shows: the last 365 days.

    :param conninfo: where the database is; whoever may read the ``bi`` views will do.
    :raises DatabaseUnavailable: when it can't be reached, or the views can't be read.
    """
    with snapshot(conninfo) as connection:
        day = today(connection)
        period = Period.until(day)
        background = read_background(connection, period, day)
        scopes = [Scope(row.country, row.country_code) for row in countries(connection)]
        return Content(
            made_at=_now(connection),
            runs=latest(connection),
            overviews=[
                overview(connection, scope, period, day, background) for scope in (NETWORK, *scopes)
            ],
            has_sections=bool(background.places),
        )


def _now(connection: psycopg.Connection) -> datetime:
    now: datetime = connection.execute("SELECT now()").fetchall()[0][0]
    return now
