"""Organisations of activities.esn.org: sections, national organisations and others."""

from datetime import date, datetime
from typing import ClassVar, Literal

import psycopg
from psycopg import sql
from pydantic import Field

from esn_pulse.analysis import filters
from esn_pulse.analysis.filters import CountryCode
from esn_pulse.analysis.paging import Listed, Source, Window, fetch_page
from esn_pulse.analysis.rows import Row, columns, fetch_one

Kind = Literal["section", "national organisation", "other"]

_CONDITIONS = {
    "kind": sql.SQL("kind = %(kind)s"),
    "country": sql.SQL("country_code = %(country)s"),
}
_ORDER = sql.SQL("lower(organisation), organisation_slug")


class Organisation(Row):
    """An organisation."""

    view: ClassVar = "organisations"
    organisation_slug: str
    organisation: str
    kind: Kind
    section_id: int | None
    country_code: str | None
    country: str | None
    activities_url: str | None
    former_slugs: list[str]
    first_seen: datetime | None
    last_seen: datetime | None
    gone_at: datetime | None
    activities: int
    participants: int
    upcoming_activities: int
    activities_365_days: int
    participants_365_days: int
    first_activity_on: date | None
    last_activity_on: date | None


class Filters(filters.Filters):
    """Which organisations are wanted."""

    kind: Kind | None = Field(default=None, description="Of which kind they are.")
    country: CountryCode | None = Field(
        default=None, description="Code of their country, such as TR."
    )


def listed(connection: psycopg.Connection, wanted: Filters, window: Window) -> Listed[Organisation]:
    """Return a page of the organisations that are wanted, in the order of their names."""
    text = sql.SQL("FROM bi.organisations {}").format(filters.where(_CONDITIONS, wanted))
    source = Source(text, filters.values(wanted))
    return fetch_page(connection, Organisation, source, _ORDER, window)


def one(connection: psycopg.Connection, slug: str) -> Organisation | None:
    """Return the organisation that has a slug now, or else the one that had it before."""
    query = sql.SQL(
        "SELECT {} FROM bi.organisations"
        " WHERE organisation_slug = %(slug)s OR %(slug)s = ANY (former_slugs)"
        " ORDER BY organisation_slug = %(slug)s DESC, organisation_slug LIMIT 1"
    )
    return fetch_one(connection, Organisation, query.format(columns(Organisation)), {"slug": slug})
