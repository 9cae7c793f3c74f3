"""How old the data are: when the activities of each section were read last."""

from datetime import datetime
from typing import ClassVar, Literal

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis import filters
from esn_pulse.analysis.filters import CountryCode
from esn_pulse.analysis.paging import Listed, Source, Window, fetch_page
from esn_pulse.analysis.rows import Row

_CONDITIONS = {
    "country": sql.SQL("country_code = %(country)s"),
    "freshness": sql.SQL("freshness = %(freshness)s"),
}


class Freshness(Row):
    """When the activities of a section were read."""

    view: ClassVar = "sections"
    section_id: int
    section_slug: str
    section: str
    country_code: str | None
    country: str | None
    has_activities_page: bool | None
    last_read: datetime | None
    days_since_read: int | None
    freshness: Literal["this week", "this month", "older", "never"]


class Filters(filters.Filters):
    """Which sections are wanted."""

    country: CountryCode | None = Field(
        default=None, description="Code of their country, such as TR."
    )
    freshness: Literal["this week", "this month", "older", "never"] | None = Field(
        default=None, description="When their activities were read last."
    )


def listed(connection: psycopg.Connection, wanted: Filters, window: Window) -> Listed[Freshness]:
    """Return a page of the sections that count, those first whose data are the oldest."""
    conditions = filters.where(_CONDITIONS, wanted)
    text = sql.SQL("FROM bi.sections {} AND is_counted").format(conditions)
    source = Source(text, filters.values(wanted))
    order = sql.SQL("last_read NULLS FIRST, section_id")
    return fetch_page(connection, Freshness, source, order, window)
