"""Jobs for the spiders: asked for, followed and cancelled."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated

import psycopg
from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.rows import Row
from esn_pulse.scheduling.job_reports import JobReport, State, latest_jobs
from esn_pulse.web.api.answers import All, Parameters, everything, one
from esn_pulse.web.audit import client_address
from esn_pulse.web.jobs import posting
from esn_pulse.web.jobs.existing import existing
from esn_pulse.web.jobs.posting import AlreadyThere
from esn_pulse.web.jobs.trigger import Trigger, concerned, wanted
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.rules import Permit, Reach
from esn_pulse.web.settings import SettingsOf
from esn_pulse.web.sign_in.guards import Following, Operating, Refreshing
from esn_pulse.web.writing import Transaction

router = APIRouter(tags=["Jobs"])

_MOST = 100  # of the latest jobs are looked through for those that concern somebody
_SAME = "The same job waits or runs already; Location says where it is."
_TOO_SOON = (
    "One address or key has asked too often, or the same was read a short while ago; Retry-After"
    " says for how many seconds to wait."
)

JobName = Annotated[
    str, Path(max_length=100, description="Name of a job.", examples=["3f9a1c2b7d5e"])
]


class Job(Row):
    """A job, and what became of it so far."""

    job: str = Field(description="Its name.")
    address: str = Field(description="Where the API tells of it.")
    spider: str = Field(description="Which spider it runs.")
    arguments: dict[str, str] = Field(description="What the spider is told to read.")
    state: State = Field(
        description="pending: it waits for a node. running: a node has it. lost: the node was not"
        " heard of for too long, and another one takes it. finished: it is over, good or bad."
    )
    is_cancelled: bool = Field(description="Whether somebody cancelled it.")
    posted_at: datetime = Field(description="When it was asked for.")
    started_at: datetime | None = Field(description="When a node took it first.")
    ended_at: datetime | None = Field(description="When it was over.")
    outcome: str = Field(description="How it went so far, in words; empty before it began.")
    run: int | None = Field(description="Number of its latest run, see runs; NULL before it began.")
    node: str | None = Field(description="The node that took it last; only operators are told.")


class JobsAsked(Parameters):
    """How many jobs."""

    limit: int = Field(default=20, ge=1, le=_MOST, description="How many jobs at the most.")


@router.post(
    "/trigger/scraper",
    status_code=202,
    response_model=Job,
    response_description="The job waits for a node; Location says where it is followed.",
    responses={404: {}, 409: {"description": _SAME}, 429: {"description": _TOO_SOON}},
)
def trigger_scraper(  # noqa: PLR0913, PLR0917  each is a parameter of the request, or who asks
    request: Request,
    permit: Refreshing,
    asked: Trigger,
    reading: Snapshot,
    writing: Transaction,
    settings: SettingsOf,
) -> Response:
    """Post a job for the nodes, as `scrapy schedule` does.

    Those of a section or country may do so for theirs, once in six hours; operators for anything.
    """
    what, address = wanted(reading, asked), client_address(request)
    try:
        name = posting.post(writing, settings.project, permit, what, address)
    except AlreadyThere as same:
        where = _address(same.job)
        detail = f"The same job waits or runs already: {where}"
        raise HTTPException(409, detail, {"Location": where}) from same
    posted = _told(permit, existing(writing, name))
    return Response(
        posted.model_dump_json(),
        status_code=202,
        headers={"Location": posted.address},
        media_type="application/json",
    )


@router.get("/jobs", response_model=All[Job])
def all_jobs(
    request: Request,
    permit: Following,
    asked: Annotated[JobsAsked, Query()],
    reading: Snapshot,
    writing: Transaction,
) -> Response:
    """List jobs: those that are not over first, then the latest.

    To others than operators these are, of the latest 100, those of their section or country.
    """
    if permit.reach is Reach.ALL:
        reports = latest_jobs(writing, asked.limit)
    else:
        theirs = _theirs(permit, reading, latest_jobs(writing, _MOST))
        reports = [*islice(theirs, asked.limit)]
    return everything(request, asked, Job, [_told(permit, report) for report in reports])


@router.get("/jobs/{job}", response_model=Job, responses={404: {}})
def one_job(  # noqa: PLR0913, PLR0917  each is a parameter of the request, or who asks
    request: Request,
    permit: Following,
    job: JobName,
    asked: Annotated[Parameters, Query()],
    reading: Snapshot,
    writing: Transaction,
) -> Response:
    """Tell what became of a job."""
    report = existing(writing, job)
    permit.demand(concerned(reading, report.arguments))
    return one(request, asked, _told(permit, report))


@router.delete(
    "/jobs/{job}",
    response_model=Job,
    response_description="It is not run any more, or its node stops it within seconds.",
    responses={404: {}, 409: {"description": "The job is over already."}},
)
def cancel_job(
    request: Request, permit: Operating, job: JobName, writing: Transaction, settings: SettingsOf
) -> Response:
    """Cancel a job."""
    existing(writing, job)
    posting.cancel(writing, settings.project, permit.who.name, job, client_address(request))
    return one(request, Parameters(), _told(permit, existing(writing, job)))


def _theirs(
    permit: Permit, reading: psycopg.Connection, reports: list[JobReport]
) -> Iterator[JobReport]:
    """Return the jobs that concern whoever asks; what many of them read is looked up once."""
    known: dict[frozenset[tuple[str, str]], bool] = {}
    for report in reports:
        place = frozenset(report.arguments.items())
        if place not in known:
            known[place] = permit.is_for(concerned(reading, report.arguments))
        if known[place]:
            yield report


def _address(job: str) -> str:
    return f"/api/v1/jobs/{job}"


def _told(permit: Permit, report: JobReport) -> Job:
    return Job(
        job=report.job,
        address=_address(report.job),
        spider=report.spider,
        arguments=report.arguments,
        state=report.state,
        is_cancelled=report.is_cancelled,
        posted_at=report.posted_at,
        started_at=report.started_at,
        ended_at=report.ended_at,
        outcome=report.outcome,
        run=report.run,
        node=report.node if permit.is_for(NETWORK) else None,
    )
