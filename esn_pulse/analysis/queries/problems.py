"""How far the data of sections and national organisations can be relied on, and what is amiss."""

from datetime import datetime
from typing import ClassVar, Literal

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis import filters
from esn_pulse.analysis.filters import CountryCode
from esn_pulse.analysis.paging import Listed, Source, Window, fetch_page
from esn_pulse.analysis.rows import Row, columns, fetch, fetch_one

_CONDITIONS = {
    "kind": sql.SQL("kind = %(kind)s"),
    "country": sql.SQL("country_code = %(country)s"),
    "section": sql.SQL("section_id = %(section)s"),
    "is_national": sql.SQL("is_national = %(is_national)s"),
}


class Problem(Row):
    """A field that breaks a rule, or a page that could not be read.

    Not what was found there: it may be what the rule keeps out, such as a person's name.
    """

    view: ClassVar = "data_problems"
    kind: Literal["broken field", "unread page"]
    section_id: int | None
    section: str | None
    country_code: str | None
    country: str | None
    is_national: bool
    url: str
    field: str | None
    message: str | None
    noticed_at: datetime | None


class Quality(Row):
    """How far the data of a section can be relied on."""

    view: ClassVar = "data_quality"
    section_id: int
    section: str
    country_code: str | None
    country: str | None
    activities_stored: int
    activities_valid: int
    activities_removed: int
    without_participants: int
    without_causes: int
    activities_by_own_count: int | None
    completeness: float | None
    valid_share: float | None
    open_errors: int
    open_failures: int
    has_coordinates: bool
    has_statistics: bool
    last_read: datetime | None
    days_since_read: int | None


class CountryQuality(Row):
    """How far the data of a national organisation can be relied on."""

    view: ClassVar = "country_quality"
    country_code: str
    country: str
    activities_stored: int
    activities_valid: int
    activities_removed: int
    without_participants: int
    without_causes: int
    activities_by_own_count: int | None
    completeness: float | None
    valid_share: float | None
    open_errors: int
    open_failures: int
    has_activities_page: bool | None
    has_statistics: bool
    last_read: datetime | None
    days_since_read: int | None


class Filters(filters.Filters):
    """Which problems are wanted."""

    kind: Literal["broken field", "unread page"] | None = Field(
        default=None, description="Of which kind."
    )
    country: CountryCode | None = Field(
        default=None,
        description="Code of the country whose sections or national organisation they concern.",
    )
    section: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="Number of the section that they concern."
    )
    is_national: bool | None = Field(
        default=None, description="Whether they concern a national organisation."
    )


def listed(connection: psycopg.Connection, wanted: Filters, window: Window) -> Listed[Problem]:
    """Return a page of the open problems that are wanted, the latest first."""
    text = sql.SQL("FROM bi.data_problems {}").format(filters.where(_CONDITIONS, wanted))
    source = Source(text, filters.values(wanted))
    order = sql.SQL("noticed_at DESC NULLS LAST, kind, url, field NULLS FIRST")
    return fetch_page(connection, Problem, source, order, window)


def quality(connection: psycopg.Connection, country_code: str | None = None) -> list[Quality]:
    """Return how far to rely on each section that counts, of a country or of all."""
    query = sql.SQL(
        "SELECT {} FROM bi.data_quality"
        " WHERE %(code)s::text IS NULL OR country_code = %(code)s ORDER BY section, section_id"
    )
    return fetch(connection, Quality, query.format(columns(Quality)), {"code": country_code})


def quality_of_section(connection: psycopg.Connection, section_id: int) -> Quality | None:
    """Return how far to rely on a section; None for one that does not count any more."""
    query = sql.SQL("SELECT {} FROM bi.data_quality WHERE section_id = %(id)s")
    return fetch_one(connection, Quality, query.format(columns(Quality)), {"id": section_id})


def quality_of_country(connection: psycopg.Connection, country_code: str) -> CountryQuality | None:
    """Return how far to rely on a national organisation."""
    query = sql.SQL("SELECT {} FROM bi.country_quality WHERE country_code = %(code)s")
    selected = query.format(columns(CountryQuality))
    return fetch_one(connection, CountryQuality, selected, {"code": country_code})
