"""A section: what it does, where it stands, and what of its data is incomplete."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from esn_pulse.analysis.overview import Overview, overview
from esn_pulse.analysis.queries import sections
from esn_pulse.analysis.queries.scopes import today
from esn_pulse.analysis.queries.sections import Section
from esn_pulse.analysis.scope import Scope
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses, refreshing
from esn_pulse.web.dashboard.activity_list import ActivityList, ActivityParameters, activity_list
from esn_pulse.web.dashboard.lists import ListPage, ListParameters, section_table
from esn_pulse.web.dashboard.mending import Gap, gaps_of_section
from esn_pulse.web.dashboard.periods import Filters, filters, kept
from esn_pulse.web.dashboard.refreshing import Refresh
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.rules import Action
from esn_pulse.web.sign_in.guards import READ, may

router = APIRouter(dependencies=[READ])


@dataclass(frozen=True)
class SectionPage(Page):
    """A section.

    :ivar gaps: what is incomplete; None for one that does not count any more, and to those who may
        not see that.
    :ivar is_theirs: whether they may.
    """

    section: Section
    overview: Overview
    filters: Filters
    activities: ActivityList
    gaps: list[Gap] | None
    is_theirs: bool
    refreshes: list[Refresh]


@router.get("/sections")
def all_sections(
    request: Request,
    pages: PagesOf,
    reading: Snapshot,
    asked: Annotated[ListParameters, Query()],
) -> Response:
    """Show all sections in a table."""
    day = today(reading)
    found = pages.backgrounds.get(reading, asked.period(day), day).places
    page = ListPage(
        title=texts.SECTIONS_TITLE,
        lead=texts.SECTIONS_LEAD,
        filters=filters(request, asked, day),
        table=section_table(request, asked, found, has_country=True),
        json=f"/api/v1/places{kept(request)}",
    )
    return pages.render(request, "list.html.j2", page)


@router.get("/sections/{name}")
def section(
    request: Request,
    pages: PagesOf,
    reading: Snapshot,
    name: str,
    asked: Annotated[ActivityParameters, Query()],
) -> Response:
    """Show a section, at the address of its slug."""
    found = sections.find(reading, name) or sections.find(reading, name.lower())
    one = sections.one(reading, found) if found else None
    if one is None:
        raise NotThere(f"section '{name}'", "/search")
    if one.section_slug != name:
        return addresses.moved(request, addresses.section(one.section_slug))
    day = today(reading)
    period = asked.period(day)
    background = pages.backgrounds.get(reading, period, day)
    scope = Scope(one.section, one.country_code, one.section_id)
    is_theirs = may(request, Action.SEE_PROBLEMS, scope)
    page = SectionPage(
        title=one.section,
        section=one,
        overview=overview(reading, scope, period, day, background),
        filters=filters(request, asked, day),
        activities=activity_list(request, reading, asked, section=str(one.section_id)),
        gaps=gaps_of_section(reading, one) if is_theirs else None,
        is_theirs=is_theirs,
        refreshes=refreshing.of_section(request, one),
    )
    return pages.render(request, "section.html.j2", page)
