"""What is known of the network, for the pages that are read to be held against."""

from dataclasses import dataclass, field
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

_SECTIONS = """
    SELECT accounts_platform_slug AS slug, name, country_code,
        latitude::text AS latitude, longitude::text AS longitude,
        num_nonnulls(city, address, email, university_name, university_website) AS fields,
        num_nonnulls(website, social_media, logo_url) AS links,
        left_at IS NOT NULL AS has_left, coalesce(state, '') IN ('merged', 'withdrew') AS is_gone
    FROM sections
"""
_COUNTRIES = """
    SELECT country_code, coalesce(section_count, 0),
        CASE WHEN EXISTS (
            SELECT FROM failed_scrapes AS f
            WHERE f.url = c.url AND f.resolved_at IS NULL AND NOT f.will_retry
        ) THEN now() ELSE page_read_at END
    FROM countries AS c
"""


@dataclass(frozen=True)
class KnownSection:
    """A section as it is stored.

    :ivar fields: how many of city, address, e-mail, university and its site it has.
    :ivar links: how many of website, profiles and logo.
    :ivar has_left: whether two whole runs in a row were not shown it.
    :ivar is_gone: whether it merged or withdrew, by the official list; no page shows it.
    """

    slug: str
    name: str
    country_code: str | None
    latitude: str | None
    longitude: str | None
    fields: int
    links: int
    has_left: bool = False
    is_gone: bool = False

    @property
    def location(self) -> tuple[str, str] | None:
        """Where it is."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


@dataclass(frozen=True)
class KnownNetwork:
    """The network as it is stored.

    :ivar sections: by their accounts slugs.
    :ivar countries: how many sections each has, by their codes.
    :ivar pages_read: when each country's own page was read last, by their codes; that of one which
        is not asked for again is never due.
    """

    sections: dict[str, KnownSection] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)
    pages_read: dict[str, datetime] = field(default_factory=dict)

    @property
    def present(self) -> list[KnownSection]:
        """The sections that have not left."""
        return [one for one in self.sections.values() if not one.has_left]

    @property
    def on_pages(self) -> list[KnownSection]:
        """The sections that the pages show."""
        return [one for one in self.present if not one.is_gone]

    def sections_of(self, country_code: str) -> list[str]:
        """Return the slugs of a country's sections."""
        return [one.slug for one in self.sections.values() if one.country_code == country_code]


async def known_network(connection: AsyncConnection) -> KnownNetwork:
    """Read what is known of the network."""
    async with connection.cursor(row_factory=class_row(KnownSection)) as cursor:
        await cursor.execute(_SECTIONS)
        sections = {section.slug: section async for section in cursor}
    countries = await (await connection.execute(_COUNTRIES)).fetchall()
    counts = {code: count for code, count, _ in countries}
    return KnownNetwork(sections, counts, {code: read for code, _, read in countries if read})
