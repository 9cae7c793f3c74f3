"""What becomes of an activity's former slug once its page leads to another one."""

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from esn_pulse.pipelines.upserts.records import Record

# Under its former slug nothing is left but the row itself, which counts as removed. (One that was
# never stored, as its page failed until now, is only listed.)
_RENAME = """
    WITH renamed AS (
        SELECT event_slug, moved_to FROM jsonb_to_recordset(%s)
            AS r (event_slug text, moved_to text)
        WHERE event_slug <> moved_to
            AND EXISTS (SELECT FROM activities AS a WHERE a.event_slug = r.moved_to)
    ), former AS (
        UPDATE activities AS a SET removed_at = coalesce(a.removed_at, now())
        FROM renamed AS r WHERE a.event_slug = r.event_slug RETURNING a.id, a.event_slug
    ), unlisted AS (
        DELETE FROM section_listings AS l USING renamed AS r WHERE l.event_slug = r.event_slug
        RETURNING l.section_id, r.moved_to, l.card
    ), listed AS (
        INSERT INTO section_listings (section_id, event_slug, url, card)
        SELECT DISTINCT ON (u.section_id, u.moved_to) u.section_id, u.moved_to, a.url, u.card
        FROM unlisted AS u JOIN activities AS a ON a.event_slug = u.moved_to
        ORDER BY u.section_id, u.moved_to
        ON CONFLICT (section_id, event_slug) DO NOTHING
    ), unlisted_nationally AS (
        DELETE FROM country_listings AS l USING renamed AS r WHERE l.event_slug = r.event_slug
        RETURNING l.country_code, r.moved_to, l.card
    ), listed_nationally AS (
        INSERT INTO country_listings (country_code, event_slug, url, card)
        SELECT DISTINCT ON (u.country_code, u.moved_to) u.country_code, u.moved_to, a.url, u.card
        FROM unlisted_nationally AS u JOIN activities AS a ON a.event_slug = u.moved_to
        ORDER BY u.country_code, u.moved_to
        ON CONFLICT (country_code, event_slug) DO NOTHING
    ), unlinked AS (
        DELETE FROM activity_section_organisers AS o USING former AS f
        WHERE o.activity_id = f.id AND NOT o.is_named
    ), left_to_its_page AS (
        UPDATE activity_section_organisers AS o SET is_listed = FALSE FROM former AS f
        WHERE o.activity_id = f.id AND o.is_named
    )
    INSERT INTO activity_section_organisers AS o (activity_id, section_id, is_named, is_listed)
    SELECT DISTINCT a.id, u.section_id, FALSE, TRUE
    FROM unlisted AS u JOIN activities AS a ON a.event_slug = u.moved_to
    ON CONFLICT (activity_id, section_id) DO UPDATE SET is_listed = TRUE WHERE NOT o.is_listed
"""


async def save_renames(connection: AsyncConnection, records: list[Record]) -> None:
    """Let what is known of activities' former slugs be known of their present ones."""
    if records:
        await connection.execute(_RENAME, [Jsonb(records)])
