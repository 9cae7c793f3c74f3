"""Which sections count more activities than the database holds of them."""

from dataclasses import dataclass

from psycopg import AsyncConnection, Connection
from psycopg.rows import class_row

# As bi.data_quality has it, but of this moment.
_SHORT = """
    SELECT s.activities_platform_slug AS slug, count(a.id)::int AS stored,
        t.physical_activities + t.online_activities AS counted
    FROM sections AS s JOIN section_overall_statistics AS t ON t.section_id = s.id
    LEFT JOIN activity_section_organisers AS o ON o.section_id = s.id
    LEFT JOIN activities AS a ON a.id = o.activity_id AND a.removed_at IS NULL
    WHERE s.can_scrape_activities AND s.left_at IS NULL
    GROUP BY s.id, t.physical_activities, t.online_activities
    HAVING count(a.id) < t.physical_activities + t.online_activities
    ORDER BY count(a.id) - t.physical_activities - t.online_activities, s.id
"""
# Single pages that fail are on record, and statistics may lag behind a listing by one.
_FEW, _SHARE = 1, 0.1


@dataclass(frozen=True)
class ShortSection:
    """A section, by its alias: how many activities are stored, and how many it counts itself."""

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


async def find_short_sections(connection: AsyncConnection) -> list[ShortSection]:
    """Find the sections of which activities are missing, most of them first."""
    async with connection.cursor(row_factory=class_row(ShortSection)) as cursor:
        await cursor.execute(_SHORT)
        return await cursor.fetchall()


def short_sections(connection: Connection) -> list[ShortSection]:
    """Find the same, for what is not a run."""
    with connection.cursor(row_factory=class_row(ShortSection)) as cursor:
        return cursor.execute(_SHORT).fetchall()


def in_words(short: list[ShortSection]) -> str:
    """Say which sections lack how much, the first of them by name."""
    missing = sum(section.counted - section.stored for section in short)
    shown = ", ".join(map(str, short[:5]))
    more = f" and {len(short) - 5} more" if len(short) > 5 else ""
    return (
        f"{missing} activities are missing of {len(short)} section(s), which count more than is"
        f" stored: {shown}{more}"
    )
