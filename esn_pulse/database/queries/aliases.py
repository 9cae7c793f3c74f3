"""Under which aliases the activities site is known to have the sections."""

from dataclasses import dataclass

from psycopg import AsyncConnection

_PINNED = "SELECT accounts_platform_slug, activities_platform_slug FROM section_slug_overrides"
# Settled: a whole visit has read its listing, and proven it, since the alias was looked for, and
# nothing has failed since; or the section is none of the network any more.
_STORED = """
    SELECT accounts_platform_slug, activities_platform_slug,
        coalesce(state, '') IN ('merged', 'withdrew') OR (
            last_scraped >= last_validated_activities_slug
            AND last_validated_activities_slug > now() - %s * interval '24 hours'
            AND NOT EXISTS (
                SELECT FROM failed_scrapes AS f
                WHERE f.section_id = s.id AND f.resolved_at IS NULL AND f.url LIKE %s
            )
        )
    FROM sections AS s WHERE can_scrape_activities IS NOT NULL
"""


@dataclass(frozen=True)
class Aliases:
    """What is known of the aliases, by the sections' accounts slugs.

    :ivar pinned: by an operator.
    :ivar stored: those that were proven.
    :ivar settled: the sections that need not be looked for again.
    """

    pinned: dict[str, str]
    stored: dict[str, str]
    settled: set[str]


async def known_aliases(connection: AsyncConnection, days: int) -> Aliases:
    """Return what is known.

    :param days: for how many an alias is settled; 0 for none.
    """
    pinned: dict[str, str] = dict(await (await connection.execute(_PINNED)).fetchall())
    rows = await (await connection.execute(_STORED, [days, "%/organisation/%"])).fetchall()
    settled = {slug for slug, _, is_settled in rows if is_settled} - pinned.keys()
    return Aliases(pinned, {slug: alias for slug, alias, _ in rows if alias}, settled)
