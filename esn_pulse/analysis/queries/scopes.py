"""Of whom something is shown, by what stands in an address."""

from datetime import date

import psycopg

from esn_pulse.analysis.scope import Scope


def country_scope(connection: psycopg.Connection, country_code: str) -> Scope | None:
    """Return the country of a code; None if there is none."""
    query = "SELECT country, country_code FROM bi.countries WHERE country_code = %s"
    found = connection.execute(query, [country_code]).fetchone()
    return Scope(*found) if found else None


def section_scope(connection: psycopg.Connection, section_id: int) -> Scope | None:
    """Return the section of a number; None if there is none."""
    query = "SELECT section, country_code, section_id FROM bi.sections WHERE section_id = %s"
    found = connection.execute(query, [section_id]).fetchone()
    return Scope(*found) if found else None


def today(connection: psycopg.Connection) -> date:
    """Return the day (UTC) by the database's clock."""
    found = connection.execute("SELECT (now() AT TIME ZONE 'UTC')::date").fetchall()
    day: date = found[0][0]
    return day
