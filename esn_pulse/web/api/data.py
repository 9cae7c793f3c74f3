"""The data themselves: how fresh and how complete they are, and the runs that brought them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from esn_pulse.analysis.filters import CountryCode
from esn_pulse.analysis.queries import freshness, problems, runs
from esn_pulse.analysis.queries.freshness import Freshness
from esn_pulse.analysis.queries.problems import Quality
from esn_pulse.analysis.queries.runs import Run
from esn_pulse.web.api.answers import All, Paged, PageOf, Parameters, everything, page
from esn_pulse.web.api.asked import country, picked
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(tags=["Data"], responses={404: {}}, dependencies=[READ])


class FreshnessAsked(Paged, freshness.Filters):
    """Of which sections."""


class RunsAsked(Paged, runs.Filters):
    """Which runs."""


class QualityAsked(Parameters):
    """Of which sections."""

    country: CountryCode | None = Field(
        default=None, description="Code of their country, such as TR."
    )


@router.get("/freshness", response_model=PageOf[Freshness])
def all_freshness(
    request: Request, reading: Snapshot, asked: Annotated[FreshnessAsked, Query()]
) -> Response:
    """List sections by when their activities were read, the oldest first."""
    given = picked(reading, freshness.Filters, asked)
    return page(request, asked, Freshness, freshness.listed(reading, given, asked))


@router.get("/quality", response_model=All[Quality])
def all_quality(
    request: Request, reading: Snapshot, asked: Annotated[QualityAsked, Query()]
) -> Response:
    """List sections with how complete their data are."""
    if asked.country:
        country(reading, asked.country)
    return everything(request, asked, Quality, problems.quality(reading, asked.country))


@router.get("/runs", response_model=PageOf[Run])
def all_runs(request: Request, reading: Snapshot, asked: Annotated[RunsAsked, Query()]) -> Response:
    """List the runs of the spiders, the latest first."""
    given = picked(reading, runs.Filters, asked)
    return page(request, asked, Run, runs.listed(reading, given, asked))
