"""Searching."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from esn_pulse.analysis.filters import Text
from esn_pulse.analysis.queries.search import Found, search
from esn_pulse.analysis.queries.subjects import Subject, subjects
from esn_pulse.web.api.answers import All, Parameters, everything
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(tags=["Search"], dependencies=[READ])


class Searched(Parameters):
    """What is searched for."""

    q: Text = Field(
        description="Beginnings of words of names, titles, cities, countries and organisers, with"
        " or without capitals and accents. All have to be there.",
        examples=["erasmus"],
    )
    limit: int = Field(default=10, ge=1, le=100, description="How many of each kind at most.")


@router.get("/search", response_model=All[Found])
def find(request: Request, reading: Snapshot, asked: Annotated[Searched, Query()]) -> Response:
    """Find sections, countries, organisations and activities, the likeliest of each kind first."""
    return everything(request, asked, Found, search(reading, asked.q, asked.limit))


@router.get("/subjects", response_model=All[Subject])
def all_subjects(
    request: Request, reading: Snapshot, asked: Annotated[Parameters, Query()]
) -> Response:
    """List what lists of activities can be filtered by: causes, goals, types and objectives."""
    return everything(request, asked, Subject, subjects(reading))
