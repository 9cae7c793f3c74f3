"""Organisations of activities.esn.org."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from esn_pulse.analysis.queries import organisations
from esn_pulse.analysis.queries.organisations import Filters, Organisation
from esn_pulse.web.api.answers import Paged, PageOf, Parameters, one, page
from esn_pulse.web.api.asked import picked
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(
    prefix="/organisations", tags=["Organisations"], responses={404: {}}, dependencies=[READ]
)


class Filtered(Paged, Filters):
    """Which organisations are wanted."""


@router.get("", response_model=PageOf[Organisation])
def all_organisations(
    request: Request, reading: Snapshot, asked: Annotated[Filtered, Query()]
) -> Response:
    """List organisations, in the order of their names."""
    given = picked(reading, Filters, asked)
    return page(request, asked, Organisation, organisations.listed(reading, given, asked))


@router.get("/{slug}", response_model=Organisation)
def one_organisation(
    request: Request,
    reading: Snapshot,
    slug: Annotated[
        str,
        Path(
            max_length=255,
            description="Slug that an organisation has or had.",
            examples=["esn-italy"],
        ),
    ],
    asked: Annotated[Parameters, Query()],
) -> Response:
    """Tell of one organisation."""
    found = organisations.one(reading, slug)
    if found is None:
        raise NotThere(f"organisation '{slug}'", "/api/v1/organisations")
    return one(request, asked, found)
