"""Refreshes: what those may ask for who look after a section or a country."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

import psycopg
from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from esn_pulse.analysis.queries import countries, sections
from esn_pulse.analysis.queries.countries import Country
from esn_pulse.analysis.queries.sections import Section
from esn_pulse.web import job_texts
from esn_pulse.web.audit import client_address
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.jobs import posting, trigger
from esn_pulse.web.jobs.trigger import JobWanted, Trigger
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.rules import Action, Permit
from esn_pulse.web.settings import settings_of
from esn_pulse.web.sign_in.guards import Refreshing, permit_of
from esn_pulse.web.writing import Transaction, writing_of

router = APIRouter()


class Asked(BaseModel):
    """The form's field."""

    spider: Literal["accounts", "activities"]


@dataclass(frozen=True)
class Refresh:
    """A refresh that somebody may ask for.

    :ivar explains: what it does, and how long it takes.
    :ivar last: what is known of the last time; '' when there was none.
    :ivar job: where that one is told of, and ``leads`` what the link says.
    :ivar wait: until when one has to wait, if it is so; '' for no such time.
    """

    title: str
    spider: str
    explains: str
    last: str = ""
    job: str = ""
    leads: str = ""
    wait: str = ""
    can_ask: bool = True


def of_section(request: Request, one: Section) -> list[Refresh]:
    """Return what who asks may let be read again of a section."""
    if not one.has_activities_page:
        return []
    return _refreshes(request, [(trigger.of_section(one), "section")])


def of_country(request: Request, one: Country) -> list[Refresh]:
    """Return the same of a country."""
    spiders = "activities", "accounts"
    return _refreshes(request, [(trigger.of_country(one, spider), spider) for spider in spiders])


@router.post("/sections/{name}/refresh")
def refresh_section(
    request: Request, permit: Refreshing, reading: Snapshot, writing: Transaction, name: str
) -> Response:
    """Let a section's activities be read, and lead to the job that does it."""
    number = sections.find(reading, name)
    if number is None:
        raise NotThere(f"section '{name}'", "/search")
    asked = Trigger(spider="activities", section=str(number))
    return _post(request, permit, writing, trigger.wanted(reading, asked))


@router.post("/countries/{code}/refresh")
def refresh_country(  # noqa: PLR0913, PLR0917 (what a request has to do with)
    request: Request,
    permit: Refreshing,
    reading: Snapshot,
    writing: Transaction,
    code: str,
    asked: Annotated[Asked, Form()],
) -> Response:
    """Let a country's sections, or their activities, be read, and lead to the job that does it."""
    found = countries.one(reading, code)
    if found is None:
        raise NotThere(f"country '{code}'", "/countries")
    return _post(request, permit, writing, trigger.of_country(found, asked.spider))


def _post(
    request: Request, permit: Permit, writing: psycopg.Connection, what: JobWanted
) -> RedirectResponse:
    project = settings_of(request).project
    try:
        job = posting.post(writing, project, permit, what, client_address(request))
    except posting.AlreadyThere as same:
        job = same.job
    return RedirectResponse(addresses.job(job), status_code=303)


def _refreshes(request: Request, asked: list[tuple[JobWanted, str]]) -> list[Refresh]:
    """:param asked: what each is, and the kind by which it is explained."""
    permit = permit_of(request, Action.REFRESH)
    allowed = [(what, kind) for what, kind in asked if permit.is_for(what.scope)]
    if not allowed:
        return []
    project = settings_of(request).project
    with writing_of(request).transaction() as connection:
        return [_refresh(connection, project, permit, *one) for one in allowed]


def _refresh(
    writing: psycopg.Connection, project: str, permit: Permit, what: JobWanted, kind: str
) -> Refresh:
    is_of_accounts = what.spider == "accounts"
    title = job_texts.READ_ACCOUNTS if is_of_accounts else job_texts.READ_ACTIVITIES
    explains = job_texts.EXPLAINS[kind]
    last = posting.last_job(writing, project, what)
    if last is None:
        return Refresh(title, what.spider, explains)
    job = addresses.job(last.job)
    if last.is_open:
        said, leads = job_texts.IS_UNDER_WAY, job_texts.HOW_IT_GOES
        return Refresh(title, what.spider, explains, said, job, leads, can_ask=False)
    left = posting.pause(permit, last)
    said, leads = job_texts.asked_last(last.posted_at), job_texts.WHAT_CAME_OF_IT
    wait = job_texts.wait(left, datetime.now(UTC)) if left else ""
    return Refresh(title, what.spider, explains, said, job, leads, wait, can_ask=not left)
