"""Countries, and what is in each."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from esn_pulse.analysis.queries import activities, countries, sections, statistics
from esn_pulse.analysis.queries.activities import Activity
from esn_pulse.analysis.queries.countries import Country
from esn_pulse.analysis.queries.sections import Section
from esn_pulse.analysis.queries.statistics import CountryDay, CountryStatistic
from esn_pulse.web.api import asked as of
from esn_pulse.web.api.activities import Narrowed
from esn_pulse.web.api.answers import All, Paged, PageOf, Parameters, everything, one, page
from esn_pulse.web.api.asked import Code, picked
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(prefix="/countries", tags=["Countries"], dependencies=[READ])


@router.get("", response_model=All[Country])
def all_countries(
    request: Request, reading: Snapshot, asked: Annotated[Parameters, Query()]
) -> Response:
    """List all countries, with their figures."""
    return everything(request, asked, Country, countries.countries(reading))


@router.get("/{code}", response_model=Country)
def one_country(
    request: Request, reading: Snapshot, code: Code, asked: Annotated[Parameters, Query()]
) -> Response:
    """Tell of one country."""
    found = countries.one(reading, code)
    if found is None:
        raise NotThere(f"country '{code}'", "/api/v1/countries")
    return one(request, asked, found)


@router.get("/{code}/sections", response_model=PageOf[Section])
def sections_of_country(
    request: Request, reading: Snapshot, code: Code, asked: Annotated[Paged, Query()]
) -> Response:
    """List the sections of a country, in the order of their names."""
    country = of.country(reading, code)
    found = sections.listed(reading, sections.Filters(country=country.country_code), asked)
    return page(request, asked, Section, found)


@router.get("/{code}/activities", response_model=PageOf[Activity])
def activities_of_country(
    request: Request, reading: Snapshot, code: Code, asked: Annotated[Narrowed, Query()]
) -> Response:
    """List the activities of a country's sections and national organisation."""
    country = of.country(reading, code)
    found = activities.listed(
        reading,
        picked(reading, activities.Filters, asked, country=country.country_code),
        asked,
        asked.sort,
    )
    return page(request, asked, Activity, found)


@router.get("/{code}/statistics", response_model=All[CountryStatistic])
def statistics_of_country(
    request: Request, reading: Snapshot, code: Code, asked: Annotated[Parameters, Query()]
) -> Response:
    """List what a national organisation counts by itself: by cause, type and group."""
    of.country(reading, code)
    return everything(request, asked, CountryStatistic, statistics.of_country(reading, code))


@router.get("/{code}/history", response_model=All[CountryDay])
def history_of_country(
    request: Request, reading: Snapshot, code: Code, asked: Annotated[Parameters, Query()]
) -> Response:
    """List the totals that a national organisation counted by itself, day by day."""
    of.country(reading, code)
    return everything(request, asked, CountryDay, statistics.days_of_country(reading, code))
