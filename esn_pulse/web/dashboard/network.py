"""The network: how much there is, where, when, about what, and by whom."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.overview import Overview, overview
from esn_pulse.analysis.queries.runs import Run, latest
from esn_pulse.analysis.queries.scopes import today
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.own import Own, own_places
from esn_pulse.web.dashboard.periods import Filters, PeriodParameters, filters, kept
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ
from esn_pulse.web.sign_in.identity import who_asks

router = APIRouter(dependencies=[READ])


class Parameters(PeriodParameters):
    """The form's fields."""

    country: str = ""


@dataclass(frozen=True)
class NetworkPage(Page):
    """The network."""

    overview: Overview
    filters: Filters
    runs: list[Run]
    own: list[Own]


@router.get("/")
def network(
    request: Request, pages: PagesOf, reading: Snapshot, asked: Annotated[Parameters, Query()]
) -> Response:
    """Show the network, or lead to the country that was chosen."""
    if asked.country:
        path = addresses.country(asked.country)
        return RedirectResponse(f"{path}{kept(request)}", status_code=303)
    day = today(reading)
    period = asked.period(day)
    background = pages.backgrounds.get(reading, period, day)
    page = NetworkPage(
        title=texts.NETWORK_TITLE,
        overview=overview(reading, NETWORK, period, day, background),
        filters=filters(request, asked, day, standings=background.standings),
        runs=latest(reading),
        own=own_places(reading, who_asks(request), background),
    )
    return pages.render(request, "network.html.j2", page)
