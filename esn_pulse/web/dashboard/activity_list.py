"""A list of activities on a page: filtered, sorted, a page of it at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

import psycopg
from fastapi import Request
from pydantic import BeforeValidator, Field

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.filters import Name, Text
from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.queries import activities
from esn_pulse.analysis.queries.activities import Activity, Sort, Without
from esn_pulse.analysis.queries.subjects import subjects
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.periods import PeriodParameters, filled, others
from esn_pulse.web.dashboard.tables import Cell, Heading, Pager, Table, changed, pager, turn

LIST = "activities-list"  # the element on the page
_LIMIT = 20
_SORTED: dict[str, tuple[Sort, Sort]] = {
    "title": ("title", "-title"),
    "start_date": ("-start_date", "start_date"),
    "participants": ("-participants", "participants"),
}

Blank = BeforeValidator(filled)


class ActivityParameters(PeriodParameters):
    """What a list of activities may be told; a field of a form that was left empty is not there."""

    text: Annotated[Text | None, Blank] = None
    cause: Annotated[Name | None, Blank] = None
    type: Annotated[Name | None, Blank] = None
    sdg: Annotated[Annotated[int, Field(ge=1, le=17)] | None, Blank] = None
    online: Annotated[bool | None, Blank] = None
    without: Annotated[Without | None, Blank] = None
    sort: Sort = "upcoming"
    page: int = Field(default=1, ge=1, le=1_000_000)


@dataclass(frozen=True)
class Choice:
    """What one can choose one of.

    :ivar values: each as the address has it, and as one reads it.
    :ivar chosen: the one that is chosen, '' for none.
    """

    name: str
    label: str
    values: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class ActivityList:
    """A page of a list.

    :ivar has_days: whether its form asks for the days, as the page does not.
    :ivar kept: what the form hands on, as something else has asked for it.
    :ivar total: how many there are on all pages.
    :ivar json: where the same is as JSON.
    """

    asked: ActivityParameters
    has_days: bool
    kept: list[tuple[str, str]]
    choices: list[Choice]
    says: str
    total: int
    table: Table
    pager: Pager
    json: str


def activity_list(
    request: Request,
    reading: psycopg.Connection,
    asked: ActivityParameters,
    choices: Iterable[Choice] = (),
    *,
    has_days: bool = False,
    **whose: str,
) -> ActivityList:
    """Read a page of activities.

    :param choices: what else can be chosen on this page.
    :param has_days: whether to ask for the days here.
    :param whose: further filters: of a country, a section or an organisation.
    """
    chosen = [*choices, *_choices(reading, asked)]
    own = {"text", "page", *(one.name for one in chosen)}
    own |= PeriodParameters.model_fields.keys() if has_days else set()
    given = asked.model_dump(include=set(activities.Filters.model_fields), exclude_none=True)
    wanted = activities.Filters.model_validate(given | whose)
    found = activities.listed(reading, wanted, Window(page=asked.page, limit=_LIMIT), asked.sort)
    same = urlencode(wanted.model_dump(exclude_none=True, mode="json") | {"sort": asked.sort})
    return ActivityList(
        asked=asked,
        has_days=has_days,
        kept=others(request, own),
        choices=chosen,
        says=texts.activities_found(found.total, is_narrowed=bool(given)),
        total=found.total,
        table=Table(
            texts.ACTIVITIES, _headings(request, asked.sort), list(map(_cells, found.rows))
        ),
        pager=pager(request, LIST, asked.page, _LIMIT, found.total),
        json=f"/api/v1/activities?{same}&limit=100",
    )


def _choices(reading: psycopg.Connection, asked: ActivityParameters) -> list[Choice]:
    known = subjects(reading)
    named = {
        kind: [(one.name, one.name) for one in known if one.kind == kind]
        for kind in ("cause", "type")
    }
    goals = [
        (str(one.number), texts.goal(one.number, one.sdg_name))
        for one in known
        if one.kind == "SDG" and one.number
    ]
    online = "" if asked.online is None else str(asked.online).lower()
    return [
        Choice("cause", texts.CAUSE, named["cause"], asked.cause or ""),
        Choice("type", texts.TYPE_OF_ACTIVITY, named["type"], asked.type or ""),
        Choice("sdg", texts.GOAL, goals, str(asked.sdg or "")),
        Choice("online", texts.PLACE, texts.ONLINE_OR_NOT, online),
        Choice("without", texts.LACKS, texts.LACKING, asked.without or ""),
    ]


def _headings(request: Request, sort: Sort) -> list[Heading]:
    headings = []
    for name, (title, is_number) in texts.ACTIVITY_COLUMNS.items():
        path, order = "", ""
        if name in _SORTED:
            following, order = turn(sort, *_SORTED[name])
            path = changed(request, LIST, sort=following)
        headings.append(Heading(title, is_number, path, order))
    return headings


def _cells(one: Activity) -> list[Cell]:
    where = texts.where(one.is_online, one.online_platform, one.city, one.place_country)
    return [
        Cell(one.title, addresses.activity(one.event_slug)),
        Cell(texts.days(one.start_date, one.end_date), tag=texts.TO_COME if one.is_future else ""),
        Cell(where),
        Cell(", ".join(one.organisers)),
        Cell(", ".join(one.causes)),
        Cell(say.number(one.participants) if one.participants is not None else ""),
    ]
