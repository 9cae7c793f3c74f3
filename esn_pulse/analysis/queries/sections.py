"""Sections: who they are, and where they stand."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Literal

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis import filters
from esn_pulse.analysis.filters import CountryCode
from esn_pulse.analysis.paging import Listed, Source, Window, fetch_page
from esn_pulse.analysis.rows import Row, columns, fetch, fetch_one

Sort = Literal[
    "section", "country", "-activities", "-activities_365_days", "-participants_365_days"
]

_ORDERS: Mapping[Sort, sql.SQL] = {
    "section": sql.SQL("lower(section), section_id"),
    "country": sql.SQL("regexp_replace(country, '^the ', ''), lower(section), section_id"),
    "-activities": sql.SQL("activities DESC NULLS LAST, section_id"),
    "-activities_365_days": sql.SQL(
        "activities_365_days DESC NULLS LAST, participants_365_days DESC, section_id"
    ),
    "-participants_365_days": sql.SQL("participants_365_days DESC NULLS LAST, section_id"),
}
_CONDITIONS = {
    "country": sql.SQL("country_code = %(country)s"),
    "state": sql.SQL("state = %(state)s"),
    "freshness": sql.SQL("freshness = %(freshness)s"),
    "is_counted": sql.SQL("is_counted = %(is_counted)s"),
}
# Of what may be meant the likeliest comes first: an alias on activities.esn.org before a name on
# accounts.esn.org, and what is before what was.
_FIND = """
    SELECT section_id FROM (
        SELECT section_id, 1 AS place FROM bi.sections WHERE section_id::text = %(name)s
        UNION ALL
        SELECT section_id, 2 FROM bi.sections WHERE section_slug = %(name)s
        UNION ALL
        SELECT section_id, 3 FROM bi.organisations WHERE organisation_slug = %(name)s
        UNION ALL
        SELECT section_id, 4 FROM bi.sections WHERE accounts_slug = %(name)s
        UNION ALL
        SELECT section_id, 5 FROM bi.organisations WHERE %(name)s = ANY (former_slugs)
    ) AS found
    WHERE section_id IS NOT NULL ORDER BY place, section_id LIMIT 1
"""
_FIGURES = """
    SELECT {} FROM (
        SELECT *,
            CASE WHEN country_code IS NOT NULL AND count(*) OVER of_country > 1
                THEN round(percent_rank() OVER in_country::numeric, 4)
            END AS percentile_in_country,
            CASE WHEN count(*) OVER () > 1
                THEN round(percent_rank() OVER in_network::numeric, 4)
            END AS percentile_in_network,
            CASE WHEN country_code IS NOT NULL THEN count(*) OVER of_country END
                AS sections_in_country,
            count(*) OVER () AS sections_in_network,
            round(activities_this_year::numeric / nullif(activities_last_year_to_date, 0) - 1, 4)
                AS activities_growth,
            round(participants_this_year::numeric
                / nullif(participants_last_year_to_date, 0) - 1, 4)
                AS participants_growth
        FROM bi.section_figures
        WINDOW of_country AS (PARTITION BY country_code),
            in_country AS (
                PARTITION BY country_code ORDER BY activities_365_days, participants_365_days
            ),
            in_network AS (ORDER BY activities_365_days, participants_365_days)
    ) AS figures
    WHERE section_id = %(id)s
"""


class Section(Row):
    """A section, with its key figures, which are NULL for one that does not count any more."""

    view: ClassVar = "sections"
    section_id: int
    section_slug: str
    accounts_slug: str
    section: str
    country_code: str | None
    country: str | None
    state: str | None
    joined_on: date | None
    left_at: datetime | None
    is_counted: bool
    city: str | None
    university: str | None
    university_website: str | None
    latitude: float | None
    longitude: float | None
    accounts_url: str | None
    activities_url: str | None
    email: str | None
    website: str | None
    logo_url: str | None
    has_activities_page: bool | None
    first_seen: datetime
    last_seen: datetime
    last_read: datetime | None
    days_since_read: int | None
    freshness: str
    activities: int | None
    participants: int | None
    activities_365_days: int | None
    participants_365_days: int | None
    last_activity_on: date | None
    upcoming_activities: int | None
    rank_in_network: int | None


class SectionFigures(Row):
    """What a section does, and where it stands."""

    view: ClassVar = "section_figures"
    section_id: int
    section: str
    country_code: str | None
    country: str | None
    activities: int
    participants: int
    upcoming_activities: int
    first_activity_on: date | None
    last_activity_on: date | None
    days_since_last_activity: int | None
    activities_30_days: int
    participants_30_days: int
    activities_365_days: int
    participants_365_days: int
    activities_this_year: int
    activities_last_year_to_date: int
    participants_this_year: int
    participants_last_year_to_date: int
    average_participants: float | None
    online_share: float | None
    international_share: float | None
    rank_in_country: int | None
    rank_in_network: int
    sections_in_country: int | None = Field(
        description="Sections of its country, itself included; NULL when that is not known."
    )
    sections_in_network: int = Field(description="Sections of the network.")
    percentile_in_country: float | None = Field(
        description="How many of its country's other sections have less, by activities, then"
        " participants, of the last 365 days, 0 to 1; NULL when it is the only one."
    )
    percentile_in_network: float | None = Field(description="The same in the whole network.")
    activities_growth: float | None = Field(
        description="How much activities_this_year is more than activities_last_year_to_date:"
        " 0.5 for half as many again; NULL when there were none."
    )
    participants_growth: float | None = Field(description="The same of participants.")


class Filters(filters.Filters):
    """Which sections are wanted."""

    country: CountryCode | None = Field(
        default=None, description="Code of their country, such as TR."
    )
    state: Literal["active", "warned", "merged", "withdrew"] | None = Field(
        default=None, description="What the official list says of them."
    )
    freshness: Literal["this week", "this month", "older", "never"] | None = Field(
        default=None, description="When their activities were read last."
    )
    is_counted: bool | None = Field(
        default=None, description="Whether they count as sections of the network."
    )


def listed(
    connection: psycopg.Connection, wanted: Filters, window: Window, sort: Sort = "section"
) -> Listed[Section]:
    """Return a page of the sections that are wanted."""
    text = sql.SQL("FROM bi.sections {}").format(filters.where(_CONDITIONS, wanted))
    source = Source(text, filters.values(wanted))
    return fetch_page(connection, Section, source, _ORDERS[sort], window)


def of_country(connection: psycopg.Connection, country_code: str) -> list[Section]:
    """Return all sections of a country that count, in the order of their names."""
    query = sql.SQL(
        "SELECT {} FROM bi.sections WHERE country_code = %(code)s AND is_counted ORDER BY {}"
    )
    selected = query.format(columns(Section), _ORDERS["section"])
    return fetch(connection, Section, selected, {"code": country_code})


def find(connection: psycopg.Connection, name: str) -> int | None:
    """Return the number of a section by this itself, or by any slug that it has or had.

    :returns: None when there is no such section.
    """
    found = connection.execute(_FIND, {"name": name}).fetchone()
    return int(found[0]) if found else None


def one(connection: psycopg.Connection, section_id: int) -> Section | None:
    """Return a section."""
    query = sql.SQL("SELECT {} FROM bi.sections WHERE section_id = %(id)s")
    return fetch_one(connection, Section, query.format(columns(Section)), {"id": section_id})


def figures(connection: psycopg.Connection, section_id: int) -> SectionFigures | None:
    """Return the figures of a section; None for one that does not count any more."""
    query = sql.SQL(_FIGURES).format(columns(SectionFigures))
    return fetch_one(connection, SectionFigures, query, {"id": section_id})
