"""Whether all is well, as ``scrapy health`` tells, and what was not read for long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from scrapy.settings import BaseSettings, Settings
from starlette.responses import Response

from esn_pulse.database.queries.unread import Unread, longest_unread
from esn_pulse.health import Finding, State, examine
from esn_pulse.health.machine import ALERTS
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell, Table
from esn_pulse.web.kept import Kept
from esn_pulse.web.operations.tables import table
from esn_pulse.web.sign_in.guards import OPERATE
from esn_pulse.web.writing import WritingOf

router = APIRouter(prefix="/operations/health", dependencies=[OPERATE])

_OF_MACHINE = (*ALERTS, "clock")
# What has a page of its own, where more is said of it than a command could.
_PAGES = {
    "alias_doubts": "/operations/aliases",
    "open_failures": "/operations/problems",
    "other_pages": "/operations/problems",
    "open_validation_errors": "/operations/problems",
}
_SECONDS = 60  # it asks nodes that may take their time


@dataclass(frozen=True)
class Examined:
    """What was found, and when."""

    checks: Mapping[str, Finding]
    at: datetime


def examination(
    settings: BaseSettings, conninfo: str, clock: Callable[[], float]
) -> Kept[Examined]:
    """Return what makes all checks, for all who ask within a minute.

    :param settings: the project's.
    :param conninfo: of the database that the web writes, which need not be the settings' own.
    :param clock: tells seconds that never go back.
    """
    of_web = Settings({**settings.copy_to_dict(), "DATABASE_URL": conninfo})

    async def find() -> Examined:
        return Examined(await run_in_threadpool(examine, of_web), datetime.now(UTC))

    return Kept(find, _SECONDS, clock)


@dataclass(frozen=True)
class Check:
    """What a check found.

    :ivar state: a class of the style.
    :ivar path: where there is more to see, in place of the advice; '' for nowhere.
    """

    name: str
    state: str
    in_words: str
    text: str
    advice: str
    path: str


@dataclass(frozen=True)
class Group:
    """Checks of one kind: those that say something, and those that found nothing."""

    id: str
    title: str
    says: str
    telling: list[Check]
    well: Table


@dataclass(frozen=True)
class HealthPage(Page):
    """All checks, and what was read the longest ago."""

    lead: str
    groups: list[Group]
    unread: Table


@router.get("")
async def health(request: Request, pages: PagesOf, writing: WritingOf) -> Response:
    """Show it; while it is examined no connection is held."""
    kept: Kept[Examined] = request.app.state.examination
    examined = await kept.get()
    unread = await writing.run(longest_unread)
    checks = examined.checks
    of_machine = {name: one for name, one in checks.items() if name in _OF_MACHINE}
    of_data = {name: one for name, one in checks.items() if name not in _OF_MACHINE}
    problems = sum(one.state is State.PROBLEM for one in checks.values())
    page = HealthPage(
        title=texts.HEALTH_TITLE,
        lead=texts.health_lead(problems, examined.at),
        groups=[
            _group("data", texts.OF_DATA, "", of_data),
            _group("machine", texts.OF_MACHINE, texts.MACHINE_SAYS, of_machine),
        ],
        unread=table(texts.LONGEST_UNREAD, texts.UNREAD_COLUMNS, map(_unread, unread)),
    )
    return pages.render(request, "operations_health.html.j2", page)


def _group(id_: str, title: str, says: str, checks: Mapping[str, Finding]) -> Group:
    telling = [
        Check(
            name=texts.check_name(name),
            state=state,
            in_words=texts.STATES[state],
            text=one.text,
            advice=one.advice,
            path=_PAGES.get(name, ""),
        )
        for state in (State.PROBLEM, State.UNKNOWN, State.INFO)
        for name, one in checks.items()
        if one.state is state
    ]
    well = [
        [Cell(texts.check_name(name)), Cell(one.text)]
        for name, one in checks.items()
        if one.state is State.OK
    ]
    return Group(id_, title, says, telling, table(title, texts.CHECK_COLUMNS, well))


def _unread(one: Unread) -> list[Cell]:
    place = addresses.place(one.section_id, one.country_code)
    return [Cell(one.name, place), Cell(texts.moment(one.last_scraped))]
