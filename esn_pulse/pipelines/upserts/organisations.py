"""Upserts of organisations, and what becomes of one that is renamed."""

from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from esn_pulse.database.queries.links import link_named
from esn_pulse.pipelines.upserts.records import Record

# The name of one that is visited is what its own listing shows; until then, and of others, what any
# page does, and of these another one only what several do. A former slug is none of its own.
_SAVE = """
    INSERT INTO organisations (slug, name, gone_at)
    SELECT r.slug, CASE
        WHEN r.name IS NOT NULL AND (r.is_own OR o.name IS NULL
            OR (r.is_repeated AND num_nonnulls(o.section_id, o.country_code) = 0)) THEN r.name
        ELSE o.name
    END, CASE WHEN r.is_gone THEN coalesce(o.gone_at, now()) WHEN NOT r.is_own THEN o.gone_at END
    FROM jsonb_to_recordset(%s)
        AS r (slug text, name text, is_own boolean, is_repeated boolean, is_gone boolean)
    LEFT JOIN organisations AS o ON o.slug = r.slug
    WHERE NOT EXISTS (SELECT FROM organisation_former_slugs AS f WHERE f.former_slug = r.slug)
    ORDER BY r.slug
    ON CONFLICT (slug) DO UPDATE SET
        name = EXCLUDED.name, gone_at = EXCLUDED.gone_at, last_seen = now()
"""

_PRESENT = "SELECT former_slug, slug FROM organisation_former_slugs WHERE former_slug = ANY (%s)"
_ADD = """
    INSERT INTO organisations (slug)
    SELECT slug FROM unnest(%s::text[]) AS named (slug)
    WHERE NOT EXISTS (SELECT FROM organisation_former_slugs AS f WHERE f.former_slug = named.slug)
    ON CONFLICT (slug) DO NOTHING
"""

# A site that is unwell may lead everybody to one page; no more of that can be told apart again.
_ARE_TWO_S = """
    SELECT count(*) > 1 FROM organisations
    WHERE slug IN (%(slug)s, %(former_slug)s) AND num_nonnulls(section_id, country_code) > 0
"""
# Links, former slugs and owner of one organisation go over to another, which may be new or not; and
# whoever had the former alias has the present one.
_MOVE: tuple[LiteralString, ...] = (
    "DELETE FROM organisation_former_slugs WHERE former_slug = %(slug)s",
    "UPDATE organisations SET gone_at = NULL WHERE slug = %(slug)s",
    """
    INSERT INTO organisations (slug, name)
    SELECT %(slug)s, (SELECT name FROM organisations WHERE slug = %(former_slug)s)
    ON CONFLICT (slug) DO NOTHING
    """,
    """
    INSERT INTO activity_organisers (activity_id, organisation_slug, position)
    SELECT activity_id, %(slug)s, position FROM activity_organisers
    WHERE organisation_slug = %(former_slug)s
    ON CONFLICT (activity_id, organisation_slug) DO NOTHING
    """,
    "DELETE FROM activity_organisers WHERE organisation_slug = %(former_slug)s",
    "UPDATE organisation_former_slugs SET slug = %(slug)s WHERE slug = %(former_slug)s",
    """
    WITH former AS (DELETE FROM organisations WHERE slug = %(former_slug)s RETURNING *)
    UPDATE organisations AS o SET section_id = f.section_id, country_code = f.country_code
    FROM former AS f WHERE o.slug = %(slug)s AND num_nonnulls(o.section_id, o.country_code) = 0
    """,
    """
    INSERT INTO organisation_former_slugs (former_slug, slug) VALUES (%(former_slug)s, %(slug)s)
    ON CONFLICT (former_slug) DO UPDATE SET slug = EXCLUDED.slug
    """,
    *(
        f"""
    UPDATE {owners} SET activities_platform_slug = %(slug)s, activities_url = %(url)s,
        last_validated_activities_slug = now()
    WHERE activities_platform_slug = %(former_slug)s
    """  # noqa: S608 (no part of it comes from outside)
        for owners in ("sections", "countries")
    ),
)


async def save_organisations(connection: AsyncConnection, records: list[Record]) -> None:
    """Store organisations with the names that are shown of them."""
    shown = [one for record in records for one in record["organisations"]]
    best_last = sorted(shown, key=lambda one: (one["name"] is not None, one["is_own"]))
    met = {one["slug"]: one for one in best_last}
    if met:
        await connection.execute(_SAVE, [Jsonb([*met.values()])])


async def save_moves(connection: AsyncConnection, records: list[Record]) -> None:
    """Let what is known of organisations' former aliases be known of their present ones.

    An alias that leads to somebody else's stays what it is.
    """
    for record in records:
        if await (await connection.execute(_ARE_TWO_S, record)).fetchone() == (True,):
            continue
        for statement in _MOVE:
            await connection.execute(statement, record)
        await link_named(connection, record["slug"])


async def present_slugs(connection: AsyncConnection, slugs: list[str]) -> dict[str, str]:
    """Look up which aliases are former ones; returns the present ones by these."""
    rows = await connection.execute(_PRESENT, [slugs])
    return dict(await rows.fetchall())


async def add_organisations(connection: AsyncConnection, slugs: list[str]) -> None:
    """Store organisations of which no more is known yet than that they are there."""
    await connection.execute(_ADD, [sorted(slugs)])
