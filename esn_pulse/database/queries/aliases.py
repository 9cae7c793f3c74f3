"""Under which aliases the activities site is known to have the sections."""

from dataclasses import dataclass

from psycopg import AsyncConnection

_PINNED = "SELECT accounts_platform_slug, activities_platform_slug FROM section_slug_overrides"
# Settled: a whole visit has read its listing, and proven it, since the alias was looked for.
_STORED = """
    SELECT accounts_platform_slug, activities_platform_slug,
        last_scraped >= last_validated_activities_slug
            AND last_validated_activities_slug > now() - %s * interval '24 hours'
    FROM sections WHERE can_scrape_activities
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
    rows = await (await connection.execute(_STORED, [days])).fetchall()
    settled = {slug for slug, _, is_settled in rows if is_settled} - pinned.keys()
    return Aliases(pinned, {slug: alias for slug, alias, _ in rows}, settled)
