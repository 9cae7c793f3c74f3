"""Activities: all of them in a list, and each by itself."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator
from starlette.responses import Response

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.filters import CountryCode
from esn_pulse.analysis.queries import activities, countries
from esn_pulse.analysis.queries.activities import Organiser, WholeActivity
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.activity_list import (
    ActivityList,
    ActivityParameters,
    Choice,
    activity_list,
)
from esn_pulse.web.dashboard.periods import filled
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(prefix="/activities", dependencies=[READ])


class Parameters(ActivityParameters):
    """The same, of one country if one wants."""

    country: Annotated[CountryCode | None, BeforeValidator(filled)] = None


@dataclass(frozen=True)
class ActivitiesPage(Page):
    """All activities."""

    activities: ActivityList


@dataclass(frozen=True)
class ActivityPage(Page):
    """An activity.

    :ivar where: it takes place; '' when that is not known.
    """

    activity: WholeActivity
    where: str
    organisers: list[Cell]


@router.get("")
def all_activities(
    request: Request, pages: PagesOf, reading: Snapshot, asked: Annotated[Parameters, Query()]
) -> Response:
    """Show all activities."""
    named = [(one.country_code, say.capital(one.country)) for one in countries.countries(reading)]
    of_country = Choice("country", texts.COUNTRY, named, asked.country or "")
    listed = activity_list(request, reading, asked, [of_country], has_days=True)
    return pages.render(request, "activities.html.j2", ActivitiesPage(texts.ACTIVITIES, listed))


@router.get("/{slug}")
def one_activity(request: Request, pages: PagesOf, reading: Snapshot, slug: str) -> Response:
    """Show an activity."""
    found = activities.one(reading, slug)
    if found is None:
        raise NotThere(f"activity '{slug}'", "/activities")
    where = texts.where(found.is_online, found.online_platform, found.city, found.place_country)
    organisers = [_organiser(one) for one in found.organised_by]
    page = ActivityPage(found.title, found, where, organisers)
    return pages.render(request, "activity.html.j2", page)


def _organiser(one: Organiser) -> Cell:
    if one.section_slug:
        return Cell(one.organiser, addresses.section(one.section_slug))
    if one.country_code:
        return Cell(one.organiser, addresses.country(one.country_code))
    if one.organisation_slug:
        return Cell(one.organiser, addresses.organisation(one.organisation_slug))
    return Cell(one.organiser)
