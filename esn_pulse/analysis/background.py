"""What the figures of every scope are held against: read once, whatever is shown of it."""

from dataclasses import dataclass
from datetime import date

import psycopg

from esn_pulse.analysis import texts
from esn_pulse.analysis.queries.months import month_range
from esn_pulse.analysis.queries.places import Place, places
from esn_pulse.analysis.queries.shares import Kind, Share, shares
from esn_pulse.analysis.queries.standings import Standing, standings
from esn_pulse.analysis.scope import Period, Scope

NETWORK = Scope("the network")
KINDS: tuple[Kind, ...] = ("types", "causes", "goals")


@dataclass(frozen=True)
class Background:
    """The network in a period.

    :ivar months: the first and the last month with an activity; None without any.
    """

    period: Period
    today: date
    places: list[Place]
    standings: list[Standing]
    shares: dict[Kind, list[Share]]
    months: tuple[date, date] | None

    @property
    def when(self) -> texts.When:
        """The period in words."""
        return texts.when(self.period, self.today)

    def places_of(self, scope: Scope) -> list[Place]:
        """Return the sections of a scope, the busiest first; of a section itself."""
        return [place for place in self.places if _is_of(place, scope)]

    def country_of(self, scope: Scope) -> Scope | None:
        """Return the country of a scope; None for the network, and where it is not known."""
        code = scope.country_code
        found = (Scope(s.country, code) for s in self.standings if s.country_code == code)
        return next(found, None)


def _is_of(place: Place, scope: Scope) -> bool:
    if scope.is_section:
        return place.section_id == scope.section_id
    return scope.is_network or place.country_code == scope.country_code


def read_background(connection: psycopg.Connection, period: Period, today: date) -> Background:
    """Return what all overviews of a period share; at full size it takes some tenths of a second.

    :param today: the day (UTC) by the database's clock.
    """
    return Background(
        period=period,
        today=today,
        places=places(connection, NETWORK, period, today),
        standings=standings(connection, period),
        shares={kind: shares(connection, kind, NETWORK, period) for kind in KINDS},
        months=month_range(connection),
    )
