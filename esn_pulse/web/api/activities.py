"""Activities."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from esn_pulse.analysis.queries import activities
from esn_pulse.analysis.queries.activities import (
    Activity,
    Filters,
    Narrowing,
    Sort,
    WholeActivity,
)
from esn_pulse.web.api.answers import Paged, PageOf, Parameters, one, page
from esn_pulse.web.api.asked import picked
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(
    prefix="/activities", tags=["Activities"], responses={404: {}}, dependencies=[READ]
)


class Sorted(Paged):
    """The order of a list of activities."""

    sort: Sort = Field(
        default="upcoming",
        description="The order; with a minus sign it falls. upcoming: what is to come, the next one"
        " first, then what was, the latest first.",
    )


class Narrowed(Sorted, Narrowing):
    """Which of somebody's activities are wanted."""


class Filtered(Sorted, Filters):
    """Which activities are wanted, and whose."""


@router.get("", response_model=PageOf[Activity])
def all_activities(
    request: Request, reading: Snapshot, asked: Annotated[Filtered, Query()]
) -> Response:
    """List activities."""
    found = activities.listed(reading, picked(reading, Filters, asked), asked, asked.sort)
    return page(request, asked, Activity, found)


@router.get("/{slug}", response_model=WholeActivity)
def one_activity(
    request: Request,
    reading: Snapshot,
    slug: Annotated[
        str,
        Path(
            max_length=255,
            description="Name of an activity in the address of its page.",
            examples=["boat-party-20885"],
        ),
    ],
    asked: Annotated[Parameters, Query()],
) -> Response:
    """Tell all that is known of one activity."""
    found = activities.one(reading, slug)
    if found is None:
        raise NotThere(f"activity '{slug}'", "/api/v1/activities")
    return one(request, asked, found)
