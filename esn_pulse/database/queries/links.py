"""Which sections an activity belongs to, by what its page names."""

from psycopg import AsyncConnection

_LINK_NAMED = """
    INSERT INTO activity_section_organisers AS l (activity_id, section_id, is_named)
    SELECT o.activity_id, s.id, TRUE FROM activity_organisers AS o
    JOIN sections AS s ON s.activities_platform_slug = o.organisation_slug
    WHERE o.organisation_slug = %s
    ON CONFLICT (activity_id, section_id) DO UPDATE SET is_named = TRUE WHERE NOT l.is_named
"""


async def link_named(connection: AsyncConnection, alias: str) -> None:
    """Link the section that has an alias to what pages have named by it before that was known."""
    await connection.execute(_LINK_NAMED, [alias])
