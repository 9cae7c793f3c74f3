"""Sections, and what each does."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from esn_pulse.analysis.queries import activities, sections, statistics
from esn_pulse.analysis.queries.activities import Activity
from esn_pulse.analysis.queries.sections import Filters, Section, SectionFigures, Sort
from esn_pulse.analysis.queries.statistics import SectionDay, SectionStatistic
from esn_pulse.web.api import asked as of
from esn_pulse.web.api.activities import Narrowed
from esn_pulse.web.api.answers import All, Paged, PageOf, Parameters, everything, one, page
from esn_pulse.web.api.asked import SectionName, picked
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(prefix="/sections", tags=["Sections"], responses={404: {}}, dependencies=[READ])


class Filtered(Paged, Filters):
    """Which sections are wanted."""

    sort: Sort = Field(default="section", description="The order; with a minus sign it falls.")


@router.get("", response_model=PageOf[Section])
def all_sections(
    request: Request, reading: Snapshot, asked: Annotated[Filtered, Query()]
) -> Response:
    """List sections."""
    given = picked(reading, Filters, asked)
    return page(request, asked, Section, sections.listed(reading, given, asked, asked.sort))


@router.get("/{section}", response_model=Section)
def one_section(
    request: Request,
    reading: Snapshot,
    section: SectionName,
    asked: Annotated[Parameters, Query()],
) -> Response:
    """Tell of one section."""
    found = sections.one(reading, of.section_id(reading, section))
    if found is None:
        raise NotThere(f"section '{section}'", "/api/v1/sections")
    return one(request, asked, found)


@router.get("/{section}/figures", response_model=SectionFigures)
def figures_of_section(
    request: Request,
    reading: Snapshot,
    section: SectionName,
    asked: Annotated[Parameters, Query()],
) -> Response:
    """Tell what a section does and where it stands; of one of the network."""
    number = of.section_id(reading, section)
    found = sections.figures(reading, number)
    if found is None:
        raise NotThere(f"section '{section}' that counts any more", "/api/v1/sections")
    return one(request, asked, found)


@router.get("/{section}/activities", response_model=PageOf[Activity])
def activities_of_section(
    request: Request,
    reading: Snapshot,
    section: SectionName,
    asked: Annotated[Narrowed, Query()],
) -> Response:
    """List the activities of a section, those that it organises with others, too."""
    number = of.section_id(reading, section)
    found = activities.listed(
        reading, picked(reading, activities.Filters, asked, section=str(number)), asked, asked.sort
    )
    return page(request, asked, Activity, found)


@router.get("/{section}/statistics", response_model=All[SectionStatistic])
def statistics_of_section(
    request: Request,
    reading: Snapshot,
    section: SectionName,
    asked: Annotated[Parameters, Query()],
) -> Response:
    """List what a section counts by itself: by cause, type and group."""
    number = of.section_id(reading, section)
    found = statistics.of_section(reading, number)
    return everything(request, asked, SectionStatistic, found)


@router.get("/{section}/history", response_model=All[SectionDay])
def history_of_section(
    request: Request,
    reading: Snapshot,
    section: SectionName,
    asked: Annotated[Parameters, Query()],
) -> Response:
    """List the totals that a section counted by itself, day by day."""
    number = of.section_id(reading, section)
    found = statistics.days_of_section(reading, number)
    return everything(request, asked, SectionDay, found)
