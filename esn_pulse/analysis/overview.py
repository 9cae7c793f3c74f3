"""All that is shown of the network, a country or a section, in a period."""

from dataclasses import dataclass
from datetime import date

import psycopg

from esn_pulse.analysis.background import KINDS, Background, read_background
from esn_pulse.analysis.figure import Figure, Tile
from esn_pulse.analysis.figures.key_figures import key_tiles
from esn_pulse.analysis.figures.over_time import time_figures
from esn_pulse.analysis.figures.places import places_figure
from esn_pulse.analysis.figures.quality import freshness_figure, history_figure, quality_tiles
from esn_pulse.analysis.figures.rankings import (
    countries_figure,
    growth_figure,
    quiet_figure,
    sections_figure,
)
from esn_pulse.analysis.figures.shares import share_figure
from esn_pulse.analysis.queries.growth import growth
from esn_pulse.analysis.queries.history import history
from esn_pulse.analysis.queries.key_figures import KeyFigures, key_figures
from esn_pulse.analysis.queries.months import months
from esn_pulse.analysis.queries.quality import quality
from esn_pulse.analysis.queries.quiet import quiet
from esn_pulse.analysis.queries.shares import Kind, shares
from esn_pulse.analysis.scope import Period, Scope


@dataclass(frozen=True)
class Overview:
    """What is shown of a scope.

    :ivar key_tiles: how much there is, at a glance.
    :ivar quality_tiles: how far the data can be relied on.
    :ivar figures: by name. Of a section there are none that rank sections or countries.
    """

    scope: Scope
    period: Period
    key_tiles: list[Tile]
    quality_tiles: list[Tile]
    figures: dict[str, Figure]


def overview(
    connection: psycopg.Connection,
    scope: Scope,
    period: Period,
    today: date,
    background: Background | None = None,
) -> Overview:
    """Read what is shown of a scope; all of one moment, if the connection is in a snapshot.

    :param today: the day (UTC) by the database's clock.
    :param background: of the same period and day, if it is at hand; else it is read.
    """
    background = background or read_background(connection, period, today)
    totals = key_figures(connection, scope, period, today)
    by_month = months(connection, scope, period.last)
    figures = [
        places_figure(scope, background),
        *time_figures(scope, by_month, totals, background),
        *(_shares(connection, kind, scope, background, totals) for kind in KINDS),
        history_figure(scope, history(connection, scope), background),
    ]
    if not scope.is_section:
        figures += [
            sections_figure(scope, background),
            countries_figure(scope, background),
            growth_figure(scope, growth(connection, scope, period), background),
            quiet_figure(scope, quiet(connection, scope, today), background),
            freshness_figure(scope, background),
        ]
    return Overview(
        scope=scope,
        period=period,
        key_tiles=key_tiles(scope, totals, background),
        quality_tiles=quality_tiles(scope, quality(connection, scope)),
        figures={figure.name: figure for figure in figures},
    )


def _shares(
    connection: psycopg.Connection,
    kind: Kind,
    scope: Scope,
    background: Background,
    totals: KeyFigures,
) -> Figure:
    """Return the shares of a scope, those of a section beside its country's."""
    country = background.country_of(scope) if scope.is_section else None
    compared = [scope, country] if country else [scope]
    read = {one: shares(connection, kind, one, background.period) for one in compared}
    return share_figure(kind, scope, read, background, totals)
