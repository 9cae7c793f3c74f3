"""Figures of the network, or of one country or section: what the pages' charts show."""

from typing import Annotated

import psycopg
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from esn_pulse.analysis.queries.growth import Growth, growth
from esn_pulse.analysis.queries.history import Total, history
from esn_pulse.analysis.queries.key_figures import KeyFigures, key_figures
from esn_pulse.analysis.queries.months import Month, months
from esn_pulse.analysis.queries.places import Place, places
from esn_pulse.analysis.queries.quiet import QuietSection, quiet
from esn_pulse.analysis.queries.scopes import today
from esn_pulse.analysis.queries.shares import Kind, Share, shares
from esn_pulse.analysis.queries.standings import Standing, standings
from esn_pulse.web.api.answers import All, everything, one
from esn_pulse.web.api.asked import Days, InPeriod, OfWhom
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(  # 404: of a country or section
    tags=["Figures"], responses={404: {}}, dependencies=[READ]
)


@router.get("/figures", response_model=KeyFigures)
def all_figures(
    request: Request, reading: Snapshot, asked: Annotated[InPeriod, Query()]
) -> Response:
    """Tell how much there is, at a glance."""
    day = today(reading)
    found = key_figures(reading, asked.scope(reading), asked.period(day), day)
    return one(request, asked, found)


@router.get("/months", response_model=All[Month])
def all_months(request: Request, reading: Snapshot, asked: Annotated[OfWhom, Query()]) -> Response:
    """List the months that have activities, up to this one."""
    found = months(reading, asked.scope(reading), today(reading))
    return everything(request, asked, Month, found)


@router.get("/totals", response_model=All[Total])
def all_totals(request: Request, reading: Snapshot, asked: Annotated[OfWhom, Query()]) -> Response:
    """List how the totals grew that sections count by themselves, day by day."""
    return everything(request, asked, Total, history(reading, asked.scope(reading)))


@router.get("/causes", response_model=All[Share])
def all_causes(
    request: Request, reading: Snapshot, asked: Annotated[InPeriod, Query()]
) -> Response:
    """List causes by how many activities of a period served them."""
    return _shares(request, reading, asked, "causes")


@router.get("/sdgs", response_model=All[Share])
def all_goals(request: Request, reading: Snapshot, asked: Annotated[InPeriod, Query()]) -> Response:
    """List Sustainable Development Goals by how many activities of a period served them."""
    return _shares(request, reading, asked, "goals")


@router.get("/types", response_model=All[Share])
def all_types(request: Request, reading: Snapshot, asked: Annotated[InPeriod, Query()]) -> Response:
    """List types by how many activities of a period were of each."""
    return _shares(request, reading, asked, "types")


def _shares(request: Request, reading: psycopg.Connection, asked: InPeriod, kind: Kind) -> Response:
    found = shares(reading, kind, asked.scope(reading), asked.period(today(reading)))
    return everything(request, asked, Share, found)


@router.get("/growth", response_model=All[Growth])
def all_growth(
    request: Request, reading: Snapshot, asked: Annotated[InPeriod, Query()]
) -> Response:
    """List sections, those first that grew most against the same days a year before."""
    found = growth(reading, asked.scope(reading), asked.period(today(reading)))
    return everything(request, asked, Growth, found)


@router.get("/standings", response_model=All[Standing])
def all_standings(request: Request, reading: Snapshot, asked: Annotated[Days, Query()]) -> Response:
    """List countries with their place among all, by what they did in a period."""
    return everything(request, asked, Standing, standings(reading, asked.period(today(reading))))


@router.get("/places", response_model=All[Place])
def all_places(
    request: Request, reading: Snapshot, asked: Annotated[InPeriod, Query()]
) -> Response:
    """List sections with where they are and what they did in a period, the busiest first."""
    day = today(reading)
    found = places(reading, asked.scope(reading), asked.period(day), day)
    return everything(request, asked, Place, found)


@router.get("/quiet", response_model=All[QuietSection])
def all_quiet(request: Request, reading: Snapshot, asked: Annotated[OfWhom, Query()]) -> Response:
    """List sections that began nothing for 180 days and have nothing to come."""
    found = quiet(reading, asked.scope(reading), today(reading))
    return everything(request, asked, QuietSection, found)
