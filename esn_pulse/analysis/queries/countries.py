"""Countries, with their figures."""

from datetime import datetime
from typing import ClassVar

import psycopg
from psycopg import sql

from esn_pulse.analysis.rows import Row, columns, fetch, fetch_one


class Country(Row):
    """A country."""

    view: ClassVar = "countries"
    country_code: str
    country: str
    url: str
    email: str | None
    website: str | None
    organisation_slug: str | None
    activities_url: str | None
    has_activities_page: bool | None
    last_read: datetime | None
    sections: int
    active_sections: int
    activities: int
    national_activities: int
    participants: int
    activities_30_days: int
    participants_30_days: int
    activities_365_days: int
    national_activities_365_days: int
    participants_365_days: int
    average_participants: float | None
    online_share: float | None
    rank_in_network: int


def countries(connection: psycopg.Connection) -> list[Country]:
    """Return all countries, in the order of their names without an article."""
    query = sql.SQL(
        "SELECT {} FROM bi.countries ORDER BY regexp_replace(country, '^the ', ''), country_code"
    )
    return fetch(connection, Country, query.format(columns(Country)))


def one(connection: psycopg.Connection, country_code: str) -> Country | None:
    """Return a country."""
    query = sql.SQL("SELECT {} FROM bi.countries WHERE country_code = %(code)s")
    return fetch_one(connection, Country, query.format(columns(Country)), {"code": country_code})
