"""What of a section's or a country's data is incomplete, and how to mend it on ESN's sites."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psycopg

from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.queries import activities, problems
from esn_pulse.analysis.queries.activities import Without
from esn_pulse.analysis.queries.countries import Country
from esn_pulse.analysis.queries.problems import CountryQuality, Quality
from esn_pulse.analysis.queries.sections import Section
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.activity_list import LIST
from esn_pulse.web.dashboard.tables import Cell

_SHOWN, _PROBLEMS_SHOWN = Window(limit=5), Window(limit=20)


@dataclass(frozen=True)
class Gap:
    """Something that lacks.

    :ivar advice: how to mend it.
    :ivar pages: where, as far as these are single places; the last leads to all if there are more.
    """

    title: str
    advice: str
    pages: list[Cell] = field(default_factory=list)


def gaps_of_section(reading: psycopg.Connection, section: Section) -> list[Gap] | None:
    """Return what lacks of a section, the worst first; None of one that does not count any more."""
    quality = problems.quality_of_section(reading, section.section_id)
    return list(_of_section(reading, section, quality)) if quality else None


def _of_section(reading: psycopg.Connection, section: Section, quality: Quality) -> Iterator[Gap]:
    if section.has_activities_page is False:
        yield Gap(texts.NO_ACTIVITIES_PAGE, texts.MAKE_ACTIVITIES_PAGE)
    yield from _of_pages(reading, quality, problems.Filters(section=section.section_id))
    path = addresses.section(section.section_slug)
    yield from _of_activities(reading, path, section=str(section.section_id))
    missing = [name for name, value in texts.profile(section) if not value]
    if missing:
        page = [Cell(section.accounts_url, section.accounts_url)] if section.accounts_url else []
        yield Gap(texts.incomplete_profile(missing), texts.COMPLETE_PROFILE, page)


def gaps_of_country(reading: psycopg.Connection, country: Country) -> list[Gap]:
    """Return the same of a country: of its sections and its national organisation."""
    return list(_of_country(reading, country))


def _of_country(reading: psycopg.Connection, country: Country) -> Iterator[Gap]:
    quality = problems.quality_of_country(reading, country.country_code)
    if quality:
        wanted = problems.Filters(country=country.country_code)
        yield from _of_pages(reading, quality, wanted)
    path = addresses.country(country.country_code)
    yield from _of_activities(reading, path, country=country.country_code)


def _of_pages(
    reading: psycopg.Connection, quality: Quality | CountryQuality, wanted: problems.Filters
) -> Iterator[Gap]:
    stored = quality.activities_stored - quality.activities_removed
    counted = quality.activities_by_own_count
    if counted is not None and counted > stored:
        yield Gap(texts.activities_missing(counted, stored), texts.WAIT_FOR_RUN)
    for kind in ("broken field", "unread page"):
        of_kind = wanted.model_copy(update={"kind": kind})
        found = problems.listed(reading, of_kind, _PROBLEMS_SHOWN)
        if not found.rows:
            continue
        pages = [Cell(texts.problem(one), one.url) for one in found.rows]
        if found.total > len(pages):
            query = urlencode({**of_kind.model_dump(exclude_none=True), "limit": 100})
            pages.append(Cell(texts.all_of_them(found.total), f"/api/v1/problems?{query}"))
        yield Gap(texts.PROBLEMS[kind](found.total), texts.MEND_PROBLEMS[kind], pages)


def _of_activities(reading: psycopg.Connection, path: str, **whose: str) -> Iterator[Gap]:
    lacks: tuple[Without, ...] = ("participants", "causes")
    for lack in lacks:
        wanted = activities.Filters.model_validate({**whose, "without": lack})
        found = activities.listed(reading, wanted, _SHOWN, "-start_date")
        if not found.rows:
            continue
        pages = [Cell(one.title, one.url) for one in found.rows]
        if found.total > len(pages):
            query = urlencode({"without": lack, "sort": "-start_date"})
            pages.append(Cell(texts.all_of_them(found.total), f"{path}?{query}#{LIST}"))
        yield Gap(texts.WITHOUT[lack](found.total), texts.FILL_IN[lack], pages)
