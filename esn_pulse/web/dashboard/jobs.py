"""A job: what was asked for, how far it has come, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

import psycopg
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.queries import sections
from esn_pulse.analysis.scope import Scope
from esn_pulse.database.queries import job_queue
from esn_pulse.scheduling.job_reports import JobReport
from esn_pulse.scheduling.results import result_of
from esn_pulse.scheduling.running import RunningRun, running
from esn_pulse.web import job_texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell
from esn_pulse.web.jobs.existing import existing
from esn_pulse.web.jobs.posting import in_words
from esn_pulse.web.jobs.trigger import concerned
from esn_pulse.web.live import Live, Shown
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import Following
from esn_pulse.web.writing import Transaction, WritingOf

router = APIRouter()


@dataclass(frozen=True)
class JobView:
    """What is to be seen of a job now.

    :ivar says: what is with it, in a sentence.
    :ivar advice: what one can do about it, '' for nothing.
    :ivar done: how many sections are done, of ``known``; 0 of 0 when that can't be told.
    :ivar facts: what is counted, and how much.
    :ivar is_over: whether nothing changes any more.
    """

    says: str
    advice: str
    done: int
    known: int
    facts: Sequence[tuple[str, str]]
    is_over: bool


@dataclass(frozen=True)
class JobPage(Page):
    """A job.

    :ivar about: what it concerns, and where that is.
    :ivar command: as one would ask for it on the command line.
    """

    about: Cell
    command: str
    job: JobView


class Followed(NamedTuple):
    """A job that who asks may follow."""

    report: JobReport
    scope: Scope
    about: Cell


def _followed(permit: Following, reading: Snapshot, writing: Transaction, job: str) -> Followed:
    """Return the job that was asked for.

    :raises HTTPException: when there is none, and also when it is nobody's business.
    """
    report = existing(writing, job)
    scope = concerned(reading, report.arguments)
    permit.demand(scope)
    return Followed(report, scope, _about(reading, scope))


Follows = Annotated[Followed, Depends(_followed)]


@router.get("/jobs/{job}")
def job(request: Request, pages: PagesOf, writing: Transaction, followed: Follows) -> Response:
    """Show a job."""
    report, scope, about = followed
    page = JobPage(
        title=job_texts.asked(report.spider, report.arguments, scope),
        about=about,
        command=in_words(report.spider, report.arguments),
        job=_view(writing, report),
    )
    return pages.render(request, "job.html.j2", page)


@router.get("/jobs/{job}/live")
async def live(request: Request, pages: PagesOf, writing: WritingOf, followed: Follows) -> Response:
    """Show how it goes on."""
    looked_on_at: Live = request.state.live
    name = followed.report.job

    async def read() -> Shown:
        shown = await writing.run(lambda connection: _view(connection, existing(connection, name)))
        return Shown(pages.fragment("job_state.html.j2", job=shown), shown.is_over)

    return looked_on_at.answer(request, f"job {name}", read)


def _about(reading: psycopg.Connection, scope: Scope) -> Cell:
    if scope.section_id is not None:
        one = sections.one(reading, scope.section_id)
        return Cell(scope.name, addresses.section(one.section_slug if one else ""))
    path = addresses.country(scope.country_code) if scope.country_code else "/"
    return Cell(say.capital(scope.name), path)


def _view(writing: psycopg.Connection, report: JobReport) -> JobView:
    run = _run(writing, report)
    waits = datetime.now(UTC) - report.since
    is_over = report.state == "finished"
    return JobView(
        says=job_texts.state(report),
        advice=job_texts.advice(report, waits, job_queue.at_work(writing)),
        done=run.sections_done if run else 0,
        known=run.sections_known if run else 0,
        facts=[*(job_texts.progress(run) if run else _result(writing, report))],
        is_over=is_over,
    )


def _run(writing: psycopg.Connection, report: JobReport) -> RunningRun | None:
    """Return the run that is at work for a job, if there is one."""
    if report.run_status != "running":
        return None
    return next((one for one in running(writing) if one.run == report.run), None)


def _result(writing: psycopg.Connection, report: JobReport) -> Sequence[tuple[str, str]]:
    if report.state != "finished" or report.run is None:
        return []
    found = result_of(writing, report.run)
    return [*job_texts.result(found)] if found else []
