"""Which organisations count more activities than the database holds of them, and what waits."""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection, Connection
from psycopg.rows import class_row

# As bi.data_quality and bi.country_quality have it, but of this moment.
_SHORT = """
    SELECT * FROM (
        SELECT s.activities_platform_slug AS slug, count(a.id)::int AS stored,
            t.physical_activities + t.online_activities AS counted
        FROM sections AS s JOIN section_overall_statistics AS t ON t.section_id = s.id
        LEFT JOIN activity_section_organisers AS o ON o.section_id = s.id
        LEFT JOIN activities AS a ON a.id = o.activity_id AND a.removed_at IS NULL
        WHERE s.can_scrape_activities AND s.left_at IS NULL
        GROUP BY s.id, t.physical_activities, t.online_activities
        HAVING count(a.id) < t.physical_activities + t.online_activities
        UNION ALL
        SELECT c.activities_platform_slug, count(a.id)::int,
            t.physical_activities + t.online_activities
        FROM countries AS c JOIN country_overall_statistics AS t ON t.country_code = c.country_code
        LEFT JOIN (
            SELECT o.country_code, l.activity_id FROM activity_organisers AS l
            JOIN organisations AS o ON o.slug = l.organisation_slug
            UNION
            SELECT l.country_code, a.id FROM country_listings AS l
            JOIN activities AS a ON a.event_slug = l.event_slug
        ) AS o ON o.country_code = c.country_code
        LEFT JOIN activities AS a ON a.id = o.activity_id AND a.removed_at IS NULL
        WHERE c.can_scrape_activities
        GROUP BY c.country_code, t.physical_activities, t.online_activities
        HAVING count(a.id) < t.physical_activities + t.online_activities
    ) AS short ORDER BY stored - counted, slug
"""
# Read before types and partners were noted, and maybe before organisers that are no sections: one
# reading brings all of them. What no visit meets any more is not read again.
OUTDATED_ACTIVITIES: LiteralString = """
    SELECT count(*) FROM activities
    WHERE partners IS NULL AND removed_at IS NULL AND event_slug IN (
        SELECT event_slug FROM section_listings AS l JOIN sections AS s ON s.id = l.section_id
        WHERE s.can_scrape_activities AND s.left_at IS NULL
        UNION ALL
        SELECT event_slug FROM country_listings AS l
        JOIN countries AS c ON c.country_code = l.country_code WHERE c.can_scrape_activities
    )
"""
# Single pages that fail are on record, and statistics may lag behind a listing by one.
_FEW, _SHARE = 1, 0.1


@dataclass(frozen=True)
class ShortOrganisation:
    """An organisation, by its alias: how many activities are stored, and how many it counts."""

    slug: str
    stored: int
    counted: int

    @property
    def lacks_many(self) -> bool:
        """Whether more is missing than single pages that failed."""
        missing = self.counted - self.stored
        return missing > _FEW and missing > _SHARE * self.counted

    def __str__(self) -> str:
        return f"{self.slug} ({self.stored} of {self.counted})"


async def find_short_organisations(connection: AsyncConnection) -> list[ShortOrganisation]:
    """Find those of which activities are missing, most of them first."""
    async with connection.cursor(row_factory=class_row(ShortOrganisation)) as cursor:
        await cursor.execute(_SHORT)
        return await cursor.fetchall()


def short_organisations(connection: Connection) -> list[ShortOrganisation]:
    """Find the same, for what is not a run."""
    with connection.cursor(row_factory=class_row(ShortOrganisation)) as cursor:
        return cursor.execute(_SHORT).fetchall()


async def outdated_activities(connection: AsyncConnection) -> int:
    """Count the activities that an older version of the program has read, and no other since."""
    counted = await connection.execute(OUTDATED_ACTIVITIES)
    [(number,)] = await counted.fetchall()
    return int(number)


def in_words(short: list[ShortOrganisation]) -> str:
    """Say which lack how much, the first of them by name."""
    missing = sum(section.counted - section.stored for section in short)
    shown = ", ".join(map(str, short[:5]))
    more = f" and {len(short) - 5} more" if len(short) > 5 else ""
    return (
        f"{missing} activities are missing of {len(short)} organisation(s), which count more than"
        f" is stored: {shown}{more}"
    )
