"""An organisation that is neither a section nor a country's: what it does."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from esn_pulse.analysis.queries import organisations
from esn_pulse.analysis.queries.organisations import Organisation
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.activity_list import ActivityList, ActivityParameters, activity_list
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(prefix="/organisations", dependencies=[READ])


@dataclass(frozen=True)
class OrganisationPage(Page):
    """An organisation."""

    organisation: Organisation
    activities: ActivityList


@router.get("/{slug}")
def organisation(
    request: Request,
    pages: PagesOf,
    reading: Snapshot,
    slug: str,
    asked: Annotated[ActivityParameters, Query()],
) -> Response:
    """Show an organisation, or lead to the section or country that it is."""
    found = organisations.one(reading, slug)
    if found is None:
        raise NotThere(f"organisation '{slug}'", "/search")
    now = found.organisation_slug
    if found.kind == "section":
        return addresses.moved(request, addresses.section(now))
    if found.country_code:
        return addresses.moved(request, addresses.country(found.country_code))
    if now != slug:
        return addresses.moved(request, addresses.organisation(now))
    listed = activity_list(request, reading, asked, has_days=True, organisation=now)
    page = OrganisationPage(found.organisation, found, listed)
    return pages.render(request, "organisation.html.j2", page)
