"""What is amiss with the data, for those who can see to it."""

from typing import Annotated

import psycopg
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.queries import problems
from esn_pulse.analysis.queries.problems import Filters, Problem
from esn_pulse.analysis.scope import Scope
from esn_pulse.web.api.answers import Paged, PageOf, page
from esn_pulse.web.api.asked import country, picked, section
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import SeeingProblems

router = APIRouter(tags=["Data"], responses={404: {}})


class ProblemsAsked(Paged, Filters):
    """Which problems."""


@router.get("/problems", response_model=PageOf[Problem])
def all_problems(
    request: Request,
    permit: SeeingProblems,
    asked: Annotated[ProblemsAsked, Query()],
    reading: Snapshot,
) -> Response:
    """List broken fields and unread pages that are still open, the latest first.

    Those of a section or country name theirs; the network's are for operators.
    """
    wanted = picked(reading, Filters, asked)
    permit.demand(_concerned(reading, wanted))
    return page(request, asked, Problem, problems.listed(reading, wanted, asked))


def _concerned(reading: psycopg.Connection, wanted: Filters) -> Scope:
    if wanted.section:
        return section(reading, str(wanted.section))
    return country(reading, wanted.country) if wanted.country else NETWORK
