"""To post a job, and to cancel one; each is asked once more."""

from http import HTTPStatus
from typing import Annotated, Literal

import psycopg
from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import RedirectResponse, Response

from esn_pulse.analysis.filters import Name
from esn_pulse.database.queries import job_queue
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.audit import client_address
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.periods import filled
from esn_pulse.web.jobs import posting, trigger
from esn_pulse.web.jobs.existing import existing
from esn_pulse.web.jobs.posting import AlreadyThere
from esn_pulse.web.jobs.trigger import JobWanted, Trigger
from esn_pulse.web.operations.fields import OfCountry
from esn_pulse.web.operations.questions import Question, ask
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.settings import SettingsOf
from esn_pulse.web.sign_in.guards import OPERATE, Operating
from esn_pulse.web.writing import Transaction

router = APIRouter(prefix="/operations/jobs", dependencies=[OPERATE])

_HOME = "/operations"


class AskedJob(BaseModel):
    """A job as the form asks for it; '' is what was left out."""

    spider: Literal["accounts", "activities"]
    how: Literal["", "full", "retry_failed", "revalidate"] = ""
    section: Annotated[Name | None, BeforeValidator(filled)] = None
    country: OfCountry = None

    def wanted(self, reading: psycopg.Connection) -> JobWanted:
        """Return what is asked for.

        :raises HTTPException: when there is none of that name, or the spider can't do that.
        """
        how = {self.how: True} if self.how else {}
        place = self.model_dump(include={"spider", "section", "country"})
        return trigger.wanted(reading, Trigger.model_validate(place | how))


@router.get("/ask")
def ask_for_job(
    request: Request,
    reading: Snapshot,
    writing: Transaction,
    settings: SettingsOf,
    asked: Annotated[AskedJob, Query()],
) -> Response:
    """Ask whether to post a job; lead to the same one if it waits or runs."""
    wanted = asked.wanted(reading)
    same = job_queue.open_job(writing, settings.project, wanted.spider, wanted.arguments)
    return ask(request, _question(asked, wanted, same))


@router.post("")
def post_job(  # noqa: PLR0913, PLR0917  each is a parameter of the request, or who asks
    request: Request,
    reading: Snapshot,
    writing: Transaction,
    settings: SettingsOf,
    permit: Operating,
    asked: Annotated[AskedJob, Form()],
) -> Response:
    """Post it, and lead to it."""
    wanted = asked.wanted(reading)
    try:
        job = posting.post(writing, settings.project, permit, wanted, client_address(request))
    except AlreadyThere as there:
        return ask(request, _question(asked, wanted, there.job), HTTPStatus.CONFLICT)
    return RedirectResponse(addresses.job(job), status_code=303)


@router.get("/{job}/cancel")
def ask_to_cancel(request: Request, writing: Transaction, job: str) -> Response:
    """Ask whether to cancel a job."""
    report = existing(writing, job)
    title, says = texts.ask_cancel(job, posting.in_words(report.spider, report.arguments))
    path = f"/operations/jobs/{job}/cancel"
    question = Question(title, [says], path, texts.CANCEL_JOB, addresses.job(job))
    return ask(request, question)


@router.post("/{job}/cancel")
def cancel_job(
    request: Request, writing: Transaction, settings: SettingsOf, permit: Operating, job: str
) -> Response:
    """Cancel it, and lead to what becomes of it."""
    existing(writing, job)
    posting.cancel(writing, settings.project, permit.who.name, job, client_address(request))
    return RedirectResponse(addresses.job(job), status_code=303)


def _question(asked: AskedJob, wanted: JobWanted, same: str | None) -> Question:
    title, says = texts.ask_job(posting.in_words(wanted.spider, wanted.arguments))
    if same is not None:
        instead = texts.SEE_JOB, addresses.job(same)
        return Question(title, [says, texts.SAME_JOB], "", "", _HOME, instead=instead)
    fields = asked.model_dump(exclude_none=True)
    return Question(title, [says], router.prefix, texts.POST_JOB, _HOME, fields)
