"""Which sections a run of the activities spider visits."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from esn_pulse.exceptions import RunFailed


@dataclass(frozen=True)
class SectionToVisit:
    """A section with a page on activities.esn.org: its id here, its alias there, its last visit."""

    id: int
    slug: str
    last_scraped: datetime | None


_CHOOSE = """
    SELECT id, activities_platform_slug AS slug, last_scraped
    FROM sections
    WHERE can_scrape_activities
        AND (%(section)s::text IS NULL
            OR %(section)s IN (activities_platform_slug, accounts_platform_slug))
        AND (%(country)s::text IS NULL OR country_code = %(country)s)
    ORDER BY last_scraped ASC NULLS FIRST, id
    LIMIT %(limit)s
"""
_EXPLAIN = """
    SELECT count(*),
        count(*) FILTER (WHERE %(section)s IN (activities_platform_slug, accounts_platform_slug)),
        count(*) FILTER (WHERE country_code = %(country)s)
    FROM sections
"""


_IS_DUE = "SELECT last_scraped IS NOT DISTINCT FROM %s FROM sections WHERE id = %s"


async def is_due(connection: AsyncConnection, section: SectionToVisit) -> bool:
    """Tell whether no other run has visited the section since it was chosen."""
    values = [section.last_scraped, section.id]
    return (await (await connection.execute(_IS_DUE, values)).fetchone()) == (True,)


async def sections_to_visit(
    connection: AsyncConnection, section: str | None, country: str | None, limit: int | None
) -> list[SectionToVisit]:
    """Choose the sections to visit, never visited ones first, then the longest ago.

    :param section: only this one, by its slug on either site.
    :param country: only this country, two capital letters.
    :param limit: at most so many.
    :raises RunFailed: when there is none; the message says what to do.
    """
    wanted = {"section": section, "country": country, "limit": limit}
    async with connection.cursor(row_factory=class_row(SectionToVisit)) as cursor:
        await cursor.execute(_CHOOSE, wanted)
        if chosen := await cursor.fetchall():
            return chosen
    explained = await (await connection.execute(_EXPLAIN, wanted)).fetchone()
    sections, named, in_country = explained or (0, 0, 0)
    if not sections:
        raise RunFailed("the database knows no sections yet. Run first: scrapy crawl accounts")
    if section and not named:
        raise RunFailed(
            f"there is no section '{section}' in the database. Its slug stands in the address of"
            " its page on either site; if it is new, run first: scrapy crawl accounts"
        )
    if country and not in_country:
        raise RunFailed(
            f"there is no section of country '{country}' in the database."
            f" Run first: scrapy crawl accounts -a country={country.lower()}"
        )
    raise RunFailed(
        "no section that was asked for is known to have a page on activities.esn.org. Run again:"
        " scrapy crawl accounts; an alias that it can't find goes into section_slug_overrides"
    )
