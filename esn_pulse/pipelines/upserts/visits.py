"""What the end of a section's visit writes: what its listing showed, and that it was visited."""

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from esn_pulse.pipelines.upserts.records import Record, changed

_CARDS = """
    SELECT r.section_id, c.event_slug, c.url, c.card
    FROM jsonb_to_recordset(%(records)s) AS r (section_id integer, cards jsonb)
    CROSS JOIN LATERAL jsonb_to_recordset(r.cards) AS c (event_slug text, url text, card text)
    WHERE length(c.event_slug) <= 255
"""
_SAVE_LISTINGS = f"""
    WITH shown AS ({_CARDS}), gone AS (
        DELETE FROM section_listings AS l
        WHERE section_id = ANY (%(whole)s) AND NOT EXISTS (
            SELECT FROM shown AS s
            WHERE s.section_id = l.section_id AND s.event_slug = l.event_slug
        )
        RETURNING event_slug
    ), saved AS (
        INSERT INTO section_listings AS l (section_id, event_slug, url, card)
        SELECT section_id, event_slug, url, card FROM shown
        ON CONFLICT (section_id, event_slug) DO UPDATE SET url = EXCLUDED.url, card = EXCLUDED.card
        WHERE (l.url, l.card) IS DISTINCT FROM (EXCLUDED.url, EXCLUDED.card)
    )
    SELECT event_slug FROM gone
"""  # noqa: S608 (no part of it comes from outside)

# Rows in the order of their ids, so that runs side by side don't deadlock.
_MARK_SEEN = f"""
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
        WHERE event_slug = ANY (%s) AND NOT EXISTS (
            SELECT FROM section_listings AS l WHERE l.event_slug = a.event_slug
        ) AND NOT EXISTS (
            SELECT FROM activity_section_organisers AS o WHERE o.activity_id = a.id AND o.is_listed
        )
        ORDER BY id FOR UPDATE
    )
"""

# An activity may be linked that section_listings lacks: its run was killed before the visit's end.
_SAVE_LISTED = f"""
    WITH shown AS (
        SELECT a.id AS activity_id, s.section_id
        FROM ({_CARDS}) AS s JOIN activities AS a ON a.event_slug = s.event_slug
    ), no_longer_listed AS (
        SELECT * FROM activity_section_organisers AS l
        WHERE section_id = ANY (%(whole)s) AND NOT EXISTS (
            SELECT FROM shown AS s
            WHERE s.activity_id = l.activity_id AND s.section_id = l.section_id
        )
    ), gone AS (
        DELETE FROM activity_section_organisers AS l USING no_longer_listed AS n
        WHERE (l.activity_id, l.section_id) = (n.activity_id, n.section_id) AND NOT n.is_named
    ), left_to_its_page AS (
        UPDATE activity_section_organisers AS l SET is_listed = FALSE FROM no_longer_listed AS n
        WHERE (l.activity_id, l.section_id) = (n.activity_id, n.section_id) AND n.is_named
    ), listed AS (
        INSERT INTO activity_section_organisers AS l (activity_id, section_id, is_named, is_listed)
        SELECT activity_id, section_id, FALSE, TRUE FROM shown
        ON CONFLICT (activity_id, section_id) DO UPDATE SET is_listed = TRUE WHERE NOT l.is_listed
    )
    SELECT a.event_slug FROM no_longer_listed AS n JOIN activities AS a ON a.id = n.activity_id
    WHERE n.is_listed
"""  # noqa: S608

_DATE_VISITS = """
    UPDATE sections AS s SET
        last_scraped = now(),
        listing_digest = r.digest,
        listing_read_at = CASE WHEN r.whole_listing THEN now() ELSE s.listing_read_at END
    FROM jsonb_to_recordset(%(records)s)
        AS r (section_id integer, complete boolean, whole_listing boolean, digest text)
    WHERE s.id = r.section_id AND r.complete
"""

# Statistics and listing: all of them that are needed were read, under whichever alias.
_OWN_PAGES = "%/organisation/%"
_RESOLVE_FAILURES = """
    UPDATE failed_scrapes SET will_retry = FALSE, resolved_at = now()
    WHERE section_id = ANY (%(complete)s) AND resolved_at IS NULL AND url LIKE %(pages)s
        AND scraper_module = 'ActivitiesAndStatisticsScraper'
"""


async def save_visits(connection: AsyncConnection, records: list[Record]) -> None:
    """End sections' visits; what a listing showed is linked even if no page names its section.

    What a whole listing does not show any more, and no other listing does, is marked as removed.
    """
    if not records:
        return
    # What an incomplete listing does not show may stand on a page that was not read.
    whole = [record["section_id"] for record in records if record["whole_listing"]]
    parameters = {"records": Jsonb(records), "whole": whole}
    gone = await changed(connection, _SAVE_LISTINGS, parameters)
    gone |= await changed(connection, _SAVE_LISTED, parameters)
    await connection.execute(_MARK_SEEN, parameters)
    if gone:
        await connection.execute(_MARK_REMOVED, [list(gone)])
    await connection.execute(_DATE_VISITS, parameters)
    complete = [record["section_id"] for record in records if record["complete"]]
    await connection.execute(_RESOLVE_FAILURES, {"complete": complete, "pages": _OWN_PAGES})
