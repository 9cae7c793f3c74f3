"""What the end of a visit writes: what its listing showed, and that it was visited."""

from typing import LiteralString

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

from esn_pulse.database.owners import BOTH, SECTIONS, Owners
from esn_pulse.pipelines.upserts.records import Record
from esn_pulse.sources import ACTIVITIES

_CARDS: LiteralString = """
    SELECT r.{key}, c.event_slug, c.url, c.card
    FROM jsonb_to_recordset(%(records)s) AS r ({key} {type}, cards jsonb)
    CROSS JOIN LATERAL jsonb_to_recordset(r.cards) AS c (event_slug text, url text, card text)
    WHERE length(c.event_slug) <= 255
"""
_SAVE_LISTINGS: LiteralString = f"""
    INSERT INTO {{listings}} AS l ({{key}}, event_slug, url, card)
    SELECT {{key}}, event_slug, url, card FROM ({_CARDS}) AS shown
    ON CONFLICT ({{key}}, event_slug) DO UPDATE SET url = EXCLUDED.url, card = EXCLUDED.card
    WHERE (l.url, l.card) IS DISTINCT FROM (EXCLUDED.url, EXCLUDED.card)
"""  # noqa: S608 (no part of it comes from outside)

# What a listing does not show any more; a link that the activity's page gives, too, stays.
_UNLINK = """
    WITH unlisted AS (
        SELECT r.section_id, slug AS event_slug
        FROM jsonb_to_recordset(%(records)s) AS r (section_id integer, gone text[], "left" text[])
        CROSS JOIN unnest(r.gone || r."left") AS slug
    ), linked AS (
        SELECT o.* FROM unlisted AS u JOIN activities AS a ON a.event_slug = u.event_slug
        JOIN activity_section_organisers AS o
            ON (o.activity_id, o.section_id) = (a.id, u.section_id)
    ), unlinked AS (
        DELETE FROM activity_section_organisers AS o USING linked AS l
        WHERE (o.activity_id, o.section_id) = (l.activity_id, l.section_id) AND NOT l.is_named
    )
    UPDATE activity_section_organisers AS o SET is_listed = FALSE FROM linked AS l
    WHERE (o.activity_id, o.section_id) = (l.activity_id, l.section_id) AND l.is_named
"""
_UNLIST: LiteralString = """
    DELETE FROM {listings} AS l
    USING jsonb_to_recordset(%(records)s) AS r ({key} {type}, gone text[], "left" text[])
    WHERE l.{key} = r.{key} AND l.event_slug = ANY (r.gone || r."left")
"""

# Rows in the order of their ids, so that runs side by side don't deadlock.
_MARK_SEEN: LiteralString = f"""
    UPDATE activities SET last_seen = now(), removed_at = NULL
    WHERE id IN (
        SELECT a.id FROM activities AS a JOIN ({_CARDS}) AS s ON s.event_slug = a.event_slug
        ORDER BY a.id FOR UPDATE OF a
    )
"""  # noqa: S608
_MARK_REMOVED = """
    UPDATE activities SET removed_at = now()
    WHERE id IN (
        SELECT id FROM activities AS a
        WHERE event_slug = ANY (%s) AND removed_at IS NULL AND NOT EXISTS (
            SELECT FROM section_listings AS l WHERE l.event_slug = a.event_slug
        ) AND NOT EXISTS (
            SELECT FROM country_listings AS l WHERE l.event_slug = a.event_slug
        )
        ORDER BY id FOR UPDATE
    )
"""

_SAVE_LISTED = SECTIONS.statement(f"""
    INSERT INTO activity_section_organisers AS l (activity_id, section_id, is_named, is_listed)
    SELECT a.id, s.section_id, FALSE, TRUE
    FROM ({_CARDS}) AS s JOIN activities AS a ON a.event_slug = s.event_slug
    ON CONFLICT (activity_id, section_id) DO UPDATE SET is_listed = TRUE WHERE NOT l.is_listed
""")  # noqa: S608

_DATE_VISITS: LiteralString = """
    UPDATE {owners} AS s SET
        last_scraped = now(),
        listing_digest = r.digest,
        listing_read_at = CASE WHEN r.whole_listing THEN now() ELSE s.listing_read_at END
    FROM jsonb_to_recordset(%(records)s)
        AS r ({key} {type}, complete boolean, whole_listing boolean, digest text)
    WHERE s.{id} = r.{key} AND r.complete
"""

# Statistics and listing: all of them that are needed were read, under whichever alias.
_OWN_PAGES = "%/organisation/%"
_RESOLVE_FAILURES: LiteralString = """
    UPDATE failed_scrapes SET will_retry = FALSE, resolved_at = now()
    WHERE {key} = ANY (%(complete)s) AND resolved_at IS NULL AND url LIKE %(pages)s
        AND scraper_module = %(module)s
"""


_LINK = (_SAVE_LISTED, sql.SQL(_UNLINK).format())
_WRITE: dict[Owners, list[sql.Composed]] = {
    owners: [
        owners.statement(_SAVE_LISTINGS),
        *(_LINK if owners is SECTIONS else ()),
        owners.statement(_UNLIST),
        owners.statement(_MARK_SEEN),
        owners.statement(_DATE_VISITS),
        owners.statement(_RESOLVE_FAILURES),
    ]
    for owners in BOTH
}


async def save_visits(connection: AsyncConnection, records: list[Record]) -> None:
    """End visits; what a section's listing showed is linked even if no page names it.

    An activity whose page is gone, and that no listing shows any more, is marked as removed.
    """
    for owners in BOTH:
        if own := owners.own(records):
            parameters = {
                "records": Jsonb(own),
                "complete": [record[owners.key] for record in own if record["complete"]],
                "pages": _OWN_PAGES,
                "module": ACTIVITIES.module,
            }
            for statement in _WRITE[owners]:
                await connection.execute(statement, parameters)
    if gone := [slug for record in records for slug in record["gone"]]:
        await connection.execute(_MARK_REMOVED, [gone])
