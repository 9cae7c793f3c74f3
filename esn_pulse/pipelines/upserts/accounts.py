"""Upserts of countries and sections."""

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

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
_COUNTRY = columns(Country)
_LISTED = ["country_code", "name", "slug", "url"]  # the start page says these
_SECTION = [*columns(Section, "complete", "url", *_ALIAS), "accounts_url"]

_SAVE_COUNTRIES = reporting(
    sql.SQL(
        """
    INSERT INTO countries AS t ({columns})
    SELECT {columns} FROM jsonb_populate_recordset(NULL::countries, %s)
    ON CONFLICT (country_code) DO UPDATE SET {listed}, {of_its_page}
    """
    ).format(
        columns=names(_COUNTRY),
        listed=assignments("EXCLUDED.{c}", _LISTED),
        # Without a count the country's own page failed, and nothing new is known.
        of_its_page=assignments(
            "CASE WHEN EXCLUDED.section_count IS NULL THEN t.{c} ELSE EXCLUDED.{c} END",
            [name for name in _COUNTRY if name not in _LISTED],
        ),
    ),
    "countries",
    "country_code",
    _COUNTRY,
)

_KNOWN = "SELECT country_code FROM countries WHERE country_code = ANY (%s)"
_SAVE_SECTIONS = """
    INSERT INTO sections AS t ({columns})
    SELECT {columns} FROM jsonb_populate_recordset(NULL::sections, %s)
    ON CONFLICT (accounts_platform_slug) DO UPDATE SET {changes}, last_seen = now()
"""


def _save_sections(value: str) -> sql.Composed:
    statement = sql.SQL(_SAVE_SECTIONS).format(
        columns=names(_SECTION), changes=assignments(value, _SECTION)
    )
    return reporting(statement, "sections", "accounts_platform_slug", _SECTION)


_SAVE_COMPLETE_SECTIONS = _save_sections("EXCLUDED.{c}")
# A section whose own page failed only fills what was not known before.
_SAVE_PARTIAL_SECTIONS = _save_sections("coalesce(t.{c}, EXCLUDED.{c})")

_SAVE_ALIASES = reporting(
    sql.SQL(
        """
    UPDATE sections AS t SET
        can_scrape_activities = r.can_scrape_activities,
        activities_platform_slug = r.activities_platform_slug,
        activities_url = r.activities_url,
        last_validated_activities_slug = now()
    FROM jsonb_populate_recordset(NULL::sections, %s) AS r
    WHERE t.accounts_platform_slug = r.accounts_platform_slug
        AND r.can_scrape_activities IS NOT NULL -- otherwise nothing was proven
    """
    ).format(),
    "sections",
    "accounts_platform_slug",
    _ALIAS,
)

_SAVE_MOVES = """
    UPDATE sections AS s SET
        activities_platform_slug = r.activities_platform_slug,
        activities_url = r.url,
        last_validated_activities_slug = now()
    FROM jsonb_to_recordset(%s) AS r (section_id integer, url text, activities_platform_slug text)
    WHERE s.id = r.section_id
"""

# The search for the alias had failed before, at whichever candidate.
_RESOLVE_SEARCHES = """
    UPDATE failed_scrapes AS f SET will_retry = FALSE, resolved_at = now()
    FROM sections AS s
    WHERE s.id = f.section_id AND s.accounts_platform_slug = ANY (%s) AND f.resolved_at IS NULL
        AND f.scraper_module = %s AND f.url <> s.accounts_url
"""

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
    for record in records:
        record["social_media"] = record["social_media"] or None
    return await changed(connection, _SAVE_COUNTRIES, [Jsonb(records)])


async def save_sections(connection: AsyncConnection, records: list[Record]) -> set[str]:
    """Insert or update sections and, where it was proven, under which alias they are known.

    :returns: the accounts slugs of those that are new or have changed.
    """
    stored: set[str] = set()
    codes = [[record["country_code"] for record in records]]
    countries = {code for (code,) in await (await connection.execute(_KNOWN, codes)).fetchall()}
    for record in records:
        if record["country_code"] not in countries:
            record["country_code"] = None  # the country itself could not be stored
        record["accounts_url"] = record["url"]
        record["social_media"] = record["social_media"] or None
    for complete, statement in (True, _SAVE_COMPLETE_SECTIONS), (False, _SAVE_PARTIAL_SECTIONS):
        if chosen := [record for record in records if record["complete"] is complete]:
            stored |= await changed(connection, statement, [Jsonb(chosen)])
            stored |= await changed(connection, _SAVE_ALIASES, [Jsonb(chosen)])
            searched = [r for r in chosen if r["can_scrape_activities"] is not None]
            await connection.execute(
                _RESOLVE_SEARCHES,
                [[r["accounts_platform_slug"] for r in searched], ACCOUNTS.module],
            )
            await connection.execute(_NAME_FAILURES, [[record["url"] for record in chosen]])
    return stored


async def save_moves(connection: AsyncConnection, records: list[Record]) -> None:
    """Store the aliases to which sections have moved."""
    if records:
        await connection.execute(_SAVE_MOVES, [Jsonb(records)])
