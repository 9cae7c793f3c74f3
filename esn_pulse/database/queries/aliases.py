"""Under which aliases the activities site is known to have the sections and countries."""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection

_PINNED = "SELECT accounts_platform_slug, activities_platform_slug FROM section_slug_overrides"
# Settled: a whole visit has read its listing, and proven it, since the alias was looked for, and
# nothing has failed since; or the section is none of the network any more.
_STORED: LiteralString = """
    SELECT accounts_platform_slug AS key, activities_platform_slug,
        coalesce(state, '') IN ('merged', 'withdrew') OR (
            last_scraped >= last_validated_activities_slug
            AND last_validated_activities_slug > now() - %(days)s * interval '24 hours'
            AND NOT EXISTS (
                SELECT FROM failed_scrapes AS f
                WHERE f.section_id = s.id AND f.resolved_at IS NULL AND f.url LIKE %(pages)s
            )
        )
    FROM sections AS s WHERE can_scrape_activities IS NOT NULL
    UNION ALL
    SELECT lower(country_code), activities_platform_slug,
        last_scraped >= last_validated_activities_slug
        AND last_validated_activities_slug > now() - %(days)s * interval '24 hours'
        AND NOT EXISTS (
            SELECT FROM failed_scrapes AS f WHERE f.country_code = c.country_code
                AND f.resolved_at IS NULL AND f.url LIKE %(pages)s
        )
    FROM countries AS c WHERE can_scrape_activities IS NOT NULL
"""


@dataclass(frozen=True)
class Aliases:
    """What is known of the aliases, by accounts slugs; of countries, by their letters (``tr``).

    :ivar pinned: by an operator.
    :ivar stored: those that were proven.
    :ivar settled: whose alias need not be looked for again.
    """

    pinned: dict[str, str]
    stored: dict[str, str]
    settled: set[str]


async def known_aliases(connection: AsyncConnection, days: int) -> Aliases:
    """Return what is known.

    :param days: for how many an alias is settled; 0 for none.
    """
    pinned: dict[str, str] = dict(await (await connection.execute(_PINNED)).fetchall())
    values = {"days": days, "pages": "%/organisation/%"}
    rows = await (await connection.execute(_STORED, values)).fetchall()
    settled = {key for key, _, is_settled in rows if is_settled} - pinned.keys()
    return Aliases(pinned, {key: alias for key, alias, _ in rows if alias}, settled)
