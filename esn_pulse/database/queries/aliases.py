"""Under which aliases the activities site is known to have the sections and countries."""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection, sql

from esn_pulse.database.owners import COUNTRIES, SECTIONS

_PINNED = "SELECT accounts_platform_slug, activities_platform_slug FROM section_slug_overrides"
# Settled: a whole visit has read its listing, and proven it, since the alias was looked for, and
# nothing has failed since; or the section is none of the network any more.
_IS_SETTLED: LiteralString = """(
    last_scraped >= last_validated_activities_slug
    AND last_validated_activities_slug > now() - %(days)s * interval '24 hours'
    AND NOT EXISTS (
        SELECT FROM failed_scrapes AS f
        WHERE f.{key} = o.{id} AND f.resolved_at IS NULL AND f.url LIKE %(pages)s
    )
)"""
_OF_SECTIONS = f"""
    SELECT accounts_platform_slug, activities_platform_slug,
        coalesce(state, '') IN ('merged', 'withdrew') OR {_IS_SETTLED}
    FROM sections AS o WHERE can_scrape_activities IS NOT NULL
"""  # noqa: S608 (no part of it comes from outside)
_OF_COUNTRIES = f"""
    SELECT lower(country_code), activities_platform_slug, {_IS_SETTLED}
    FROM countries AS o WHERE can_scrape_activities IS NOT NULL
"""  # noqa: S608
_STORED = sql.SQL(" UNION ALL ").join(
    [SECTIONS.statement(_OF_SECTIONS), COUNTRIES.statement(_OF_COUNTRIES)]
)


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
