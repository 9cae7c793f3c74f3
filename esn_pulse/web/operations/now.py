"""What is at work, what waits, and what comes when."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import psycopg
from fastapi import APIRouter, Request
from scrapy.settings import BaseSettings
from starlette.responses import Response

from esn_pulse.database.clock import clock
from esn_pulse.health.scheduler import scheduler
from esn_pulse.scheduling.job_reports import JobReport, latest_jobs
from esn_pulse.scheduling.record import Decided, decided
from esn_pulse.scheduling.running import RunningRun, running
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell, Table
from esn_pulse.web.jobs.posting import in_words
from esn_pulse.web.kept import Kept
from esn_pulse.web.live import Live, Shown
from esn_pulse.web.operations.tables import shortened, table
from esn_pulse.web.settings import WebSettings
from esn_pulse.web.sign_in.guards import OPERATE
from esn_pulse.web.writing import Transaction, Writing

router = APIRouter(prefix="/operations", dependencies=[OPERATE])

_JOBS = 20
_CALENDAR_SECONDS = 30  # while one looks on; runs and jobs move by the second


class Calendar(NamedTuple):
    """What comes when.

    :ivar scheduler: whether anybody follows it.
    """

    entries: Table
    scheduler: str


@dataclass(frozen=True)
class NowPage(Page):
    """What the tables say at one moment."""

    runs: list[RunningRun]
    jobs: Table
    calendar: Calendar


@router.get("")
def show_now(request: Request, pages: PagesOf, writing: Transaction) -> Response:
    """Show it, and a form that asks for a job."""
    settings: WebSettings = request.app.state.settings
    shown = _now(writing, _calendar(writing, settings.scrapy))
    return pages.render(request, "operations_now.html.j2", shown)


@router.get("/live")
async def live(request: Request, pages: PagesOf) -> Response:
    """Send what is at work each time that it changes."""
    looking: Live = request.state.live
    writing: Writing = request.app.state.writing
    settings: WebSettings = request.app.state.settings

    async def read_calendar() -> Calendar:
        return await writing.run(lambda connection: _calendar(connection, settings.scrapy))

    calendar = Kept(read_calendar, _CALENDAR_SECONDS, time.monotonic)

    async def read() -> Shown:
        kept = await calendar.get()

        def shown(connection: psycopg.Connection) -> str:
            return pages.fragment("operations_live.html.j2", page=_now(connection, kept))

        return Shown(await writing.run(shown))

    return looking.answer(request, "operations", read)


def _now(connection: psycopg.Connection, calendar: Calendar) -> NowPage:
    return NowPage(
        title=texts.NOW_TITLE,
        runs=running(connection),
        jobs=table(texts.JOBS, texts.JOB_COLUMNS, map(_job, latest_jobs(connection, _JOBS))),
        calendar=calendar,
    )


def _calendar(connection: psycopg.Connection, settings: BaseSettings) -> Calendar:
    fresh_days = settings.getint("ACCOUNTS_FRESH_DAYS")
    entries = _entries(decided(connection, fresh_days, clock(connection)))
    return Calendar(
        table(texts.CALENDAR, texts.CALENDAR_COLUMNS, entries),
        texts.scheduler(scheduler(connection, settings)),
    )


def _job(job: JobReport) -> list[Cell]:
    can_end = job.state != "finished" and not job.is_cancelled
    return [
        Cell(shortened(in_words(job.spider, job.arguments)), addresses.job(job.job)),
        Cell(texts.JOB_STATES[job.state]),
        Cell(texts.moment(job.since)),
        Cell(job.node or texts.NOTHING),
        Cell(shortened(job.outcome)),
        Cell(texts.CANCEL, f"/operations/jobs/{job.job}/cancel") if can_end else Cell(""),
    ]


def _entries(calendar: Decided) -> Iterator[list[Cell]]:
    for name, (past, decision) in calendar.items():
        state = f"{decision.state}: {decision.reason}" if decision.reason else decision.state
        yield [
            Cell(name),
            Cell(texts.moment(past.at)),
            Cell(past.outcome or texts.NOTHING),
            Cell(texts.moment(decision.at)),
            Cell(state),
        ]
