"""Countries: a list of them, and each with its sections and what it does."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.overview import Overview, overview
from esn_pulse.analysis.queries import countries
from esn_pulse.analysis.queries.countries import Country
from esn_pulse.analysis.queries.scopes import today
from esn_pulse.analysis.queries.standings import Standing
from esn_pulse.analysis.scope import Scope
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses, refreshing
from esn_pulse.web.dashboard.activity_list import ActivityList, ActivityParameters, activity_list
from esn_pulse.web.dashboard.lists import ListPage, ListParameters, section_table
from esn_pulse.web.dashboard.mending import Gap, gaps_of_country
from esn_pulse.web.dashboard.periods import Filters, filters, kept
from esn_pulse.web.dashboard.refreshing import Refresh
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell, Listed, Sorting, Table, sorted_table
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.rules import Action
from esn_pulse.web.sign_in.guards import READ, may
from esn_pulse.web.sign_in.identity import who_asks

router = APIRouter(dependencies=[READ])


@dataclass(frozen=True)
class CountryPage(Page):
    """A country.

    :ivar gaps: what is incomplete; None to those who may not see that.
    :ivar is_theirs: whether they may.
    """

    country: Country
    overview: Overview
    filters: Filters
    sections: Table
    sections_json: str
    activities: ActivityList
    gaps: list[Gap] | None
    is_theirs: bool
    refreshes: list[Refresh]


@router.get("/countries")
def all_countries(
    request: Request,
    pages: PagesOf,
    reading: Snapshot,
    asked: Annotated[ListParameters, Query()],
) -> Response:
    """Show all countries in a table."""
    day = today(reading)
    found = pages.backgrounds.get(reading, asked.period(day), day).standings
    own = who_asks(request).countries
    rows = [
        Listed(one.model_dump(), _cells(one, kept(request), is_own=is_own), is_own)
        for one in found
        for is_own in [one.country_code in own]
    ]
    title, columns = texts.COUNTRIES_TITLE, texts.COUNTRIES_COLUMNS
    page = ListPage(
        title=title,
        lead=texts.COUNTRIES_LEAD,
        filters=filters(request, asked, day),
        table=sorted_table(request, asked, title, columns, rows),
        json=f"/api/v1/standings{kept(request)}",
    )
    return pages.render(request, "list.html.j2", page)


def _cells(one: Standing, query: str, *, is_own: bool) -> list[Cell]:
    tag = texts.IS_YOURS if is_own else ""
    return [
        Cell(say.capital(one.country), f"{addresses.country(one.country_code)}{query}", tag),
        Cell(say.number(one.rank)),
        Cell(say.number(one.sections)),
        Cell(say.number(one.activities_in_period)),
        Cell(say.number(one.national_activities_in_period)),
        Cell(say.number(one.participants_in_period)),
    ]


class CountryParameters(ActivityParameters, Sorting):
    """What a country's page may be told: ``by`` sorts its sections, ``sort`` its activities."""

    place: ClassVar = "its-sections"


@router.get("/countries/{code}")
def one_country(
    request: Request,
    pages: PagesOf,
    reading: Snapshot,
    code: str,
    asked: Annotated[CountryParameters, Query()],
) -> Response:
    """Show a country as the network is shown, and its sections."""
    found = countries.one(reading, code.upper())
    if found is None:
        raise NotThere(f"country '{code}'", "/countries")
    if found.country_code != code:
        return addresses.moved(request, addresses.country(found.country_code))
    day = today(reading)
    period, query = asked.period(day), kept(request)
    background = pages.backgrounds.get(reading, period, day)
    scope = Scope(found.country, found.country_code)
    is_theirs = may(request, Action.SEE_PROBLEMS, scope)
    page = CountryPage(
        title=say.capital(found.country),
        country=found,
        overview=overview(reading, scope, period, day, background),
        filters=filters(request, asked, day, found.country_code, background.standings),
        activities=activity_list(request, reading, asked, country=found.country_code),
        gaps=gaps_of_country(reading, found) if is_theirs else None,
        is_theirs=is_theirs,
        refreshes=refreshing.of_country(request, found),
        sections_json=f"/api/v1/places?country={found.country_code}{query.replace('?', '&')}",
        sections=section_table(request, asked, background.places_of(scope), has_country=False),
    )
    return pages.render(request, "country.html.j2", page)
