"""Upserts of countries and sections."""

from typing import LiteralString

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

from esn_pulse.database.owners import COUNTRIES, SECTIONS, Owners
from esn_pulse.pipelines.upserts.merging import with_list, with_page, without_page
from esn_pulse.pipelines.upserts.records import (
    Record,
    assignments,
    changed,
    columns,
    names,
    reporting,
)
from esn_pulse.rules.schemas import Country, Section
from esn_pulse.sources import ACCOUNTS

_ALIAS = ["can_scrape_activities", "activities_platform_slug", "activities_url"]
_BY_WHOM = ["by_api", "not_told", "told_by_list", "country_is_listed"]
_COUNTRY = columns(Country, *_BY_WHOM)
_COUNTRY_LISTED = ["country_code", "name", "slug", "url", "section_count"]
_COUNTRY_PAGE = [name for name in _COUNTRY if name not in _COUNTRY_LISTED]
_SECTION = [*columns(Section, "complete", "url", *_ALIAS, *_BY_WHOM), "accounts_url"]
_SECTION_LISTED = ["accounts_platform_slug", "accounts_url", "country_code", "name"]
_SECTION_PAGE = [name for name in _SECTION if name not in {*_SECTION_LISTED, "state", "joined"}]

_STORED = "SELECT to_jsonb(t) FROM {table} AS t WHERE {key} = ANY (%s) ORDER BY {key} FOR UPDATE"
_SAVE = """
    INSERT INTO {table} AS t ({columns})
    SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)
    ON CONFLICT ({key}) DO UPDATE SET {changes}
"""


def _save(table: str, key: str, listed: list[str], *more: str) -> sql.Composed:
    """Build the statement that saves records; changes in ``more`` columns do not count."""
    statement = sql.SQL(_SAVE).format(
        table=sql.Identifier(table),
        key=sql.Identifier(key),
        columns=names([*listed, *more]),
        changes=assignments("EXCLUDED.{c}", [*listed, *more]),
    )
    return reporting(statement, table, key, listed)


_SAVE_COUNTRIES = _save("countries", "country_code", _COUNTRY, "said_by_page", "page_read_at")
_SAVE_SECTIONS = _save("sections", "accounts_platform_slug", _SECTION, "said_by_page", "last_seen")
_KNOWN = "SELECT country_code FROM countries WHERE country_code = ANY (%s)"


def _save_aliases(table: str, key: str) -> sql.Composed:
    statement = sql.SQL(
        """
    UPDATE {table} AS t SET
        can_scrape_activities = r.can_scrape_activities,
        activities_platform_slug = r.activities_platform_slug,
        activities_url = r.activities_url,
        last_validated_activities_slug = now()
    FROM jsonb_populate_recordset(NULL::{table}, %s) AS r
    WHERE t.{key} = r.{key}
        AND r.can_scrape_activities IS NOT NULL -- otherwise nothing was proven
    """
    ).format(table=sql.Identifier(table), key=sql.Identifier(key))
    return reporting(statement, table, key, _ALIAS)


_SAVE_COUNTRY_ALIASES = _save_aliases("countries", "country_code")
_SAVE_SECTION_ALIASES = _save_aliases("sections", "accounts_platform_slug")
# An alias that is a page of its own is nobody's former one.
_FORGET_FORMER = "DELETE FROM organisation_former_slugs WHERE former_slug = ANY (%s)"


def _resolve_searches(owners: Owners, key: LiteralString, url: LiteralString) -> sql.Composed:
    """Build the statement for when the search for an alias had failed, at whichever candidate."""
    return owners.statement(
        f"""
    UPDATE failed_scrapes AS f SET will_retry = FALSE, resolved_at = now()
    FROM {{owners}} AS o
    WHERE o.{{id}} = f.{{key}} AND o.{key} = ANY (%s) AND f.resolved_at IS NULL
        AND f.scraper_module = %s AND f.url <> o.{url}
    """  # noqa: S608 (no part of it comes from outside)
    )


_RESOLVE_SECTION_SEARCHES = _resolve_searches(SECTIONS, "accounts_platform_slug", "accounts_url")
_RESOLVE_COUNTRY_SEARCHES = _resolve_searches(COUNTRIES, "country_code", "url")

# The failure of a new section's page is recorded while its alias is still being looked for.
_NAME_FAILURES = """
    UPDATE failed_scrapes AS f SET section_id = s.id
    FROM sections AS s
    WHERE s.accounts_url = f.url AND s.accounts_url = ANY (%s) AND f.section_id IS NULL
"""


async def save_countries(connection: AsyncConnection, records: list[Record]) -> set[str]:
    """Insert or update countries; returns the codes of those that are new or have changed."""
    if not records:
        return set()
    stored, now = await _stored(connection, "countries", "country_code", records)
    for record in records:
        before = stored.get(record["country_code"], {})
        record["page_read_at"] = before.get("page_read_at")
        if record["by_api"]:
            with_list(record, before, _COUNTRY_PAGE)
        elif record["section_count"] is None:  # its own page failed, and nothing new is known
            without_page(record, before, _COUNTRY_PAGE)
            record["section_count"] = before.get("section_count")
        else:
            with_page(record, before, _COUNTRY_PAGE)
            record["page_read_at"] = now
        record["social_media"] = record["social_media"] or None
    return await changed(connection, _SAVE_COUNTRIES, [Jsonb(records)])


async def save_national_organisations(connection: AsyncConnection, records: list[Record]) -> None:
    """Store under which aliases countries are known, where it was proven."""
    if records:
        await connection.execute(_SAVE_COUNTRY_ALIASES, [Jsonb(records)])
        await _end_searches(connection, records, "country_code", _RESOLVE_COUNTRY_SEARCHES)


async def save_sections(connection: AsyncConnection, records: list[Record]) -> set[str]:
    """Insert or update sections and, where it was proven, under which alias they are known.

    :returns: the accounts slugs of those that are new or have changed.
    """
    if not records:
        return set()
    codes = [[record["country_code"] for record in records]]
    countries = {code for (code,) in await (await connection.execute(_KNOWN, codes)).fetchall()}
    stored, now = await _stored(connection, "sections", "accounts_platform_slug", records)
    for record in records:
        before = stored.get(record["accounts_platform_slug"], {})
        if record["country_code"] not in countries:
            record["country_code"] = None  # the country itself could not be stored
        record["accounts_url"], record["last_seen"] = record["url"], now
        if record["by_api"]:
            with_list(record, before, _SECTION_PAGE)
        elif record["complete"]:
            with_page(record, before, _SECTION_PAGE)
        else:
            without_page(record, before, _SECTION_PAGE)
            for name in _SECTION_LISTED:
                record[name] = before.get(name) or record[name]
            record |= {name: before.get(name) for name in ("state", "joined")}
        record["social_media"] = record["social_media"] or None
    saved = await changed(connection, _SAVE_SECTIONS, [Jsonb(records)])
    saved |= await changed(connection, _SAVE_SECTION_ALIASES, [Jsonb(records)])
    await _end_searches(connection, records, "accounts_platform_slug", _RESOLVE_SECTION_SEARCHES)
    await connection.execute(_NAME_FAILURES, [[record["url"] for record in records]])
    return saved


async def _end_searches(
    connection: AsyncConnection, records: list[Record], key: str, statement: sql.Composed
) -> None:
    """Close what had failed of the searches that have an answer now."""
    searched = [record for record in records if record["can_scrape_activities"] is not None]
    await connection.execute(statement, [[one[key] for one in searched], ACCOUNTS.module])
    found = [one["activities_platform_slug"] for one in searched]
    await connection.execute(_FORGET_FORMER, [found])


async def _stored(
    connection: AsyncConnection, table: str, key: str, records: list[Record]
) -> tuple[dict[str, Record], str]:
    """Return the rows as they are, by their keys, and the moment."""
    statement = sql.SQL(_STORED).format(table=sql.Identifier(table), key=sql.Identifier(key))
    rows = await connection.execute(statement, [[record[key] for record in records]])
    stored = {row[key]: row for (row,) in await rows.fetchall()}
    [(now,)] = await (await connection.execute("SELECT to_jsonb(now())")).fetchall()
    return stored, now
