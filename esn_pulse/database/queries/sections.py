"""Which sections a run of the activities spider visits."""

from dataclasses import asdict, dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from esn_pulse.exceptions import RunFailed


@dataclass(frozen=True)
class SectionToVisit:
    """A section with a page on activities.esn.org.

    :ivar slug: its alias there.
    :ivar last_scraped: when it was visited last.
    """

    id: int
    slug: str
    last_scraped: datetime | None
    name: str | None = None


@dataclass(frozen=True)
class SectionFilter:
    """Which sections are wanted; None: no matter.

    :ivar section: only this one, by its slug on either site.
    :ivar country: only this country, two capital letters.
    :ivar limit: at most so many.
    :ivar part: only the sections of a part, by its number and how many parts there are. They
        share no section, and leave none out.
    :ivar since: only sections that were not visited since then.
    """

    section: str | None = None
    country: str | None = None
    limit: int | None = None
    part: tuple[int, int] | None = None
    since: datetime | None = None


_CHOOSE = """
    SELECT id, activities_platform_slug AS slug, last_scraped, name
    FROM sections
    WHERE can_scrape_activities AND left_at IS NULL
        AND (%(section)s::text IS NULL
            OR %(section)s IN (activities_platform_slug, accounts_platform_slug))
        AND (%(country)s::text IS NULL OR country_code = %(country)s)
        AND (%(parts)s::int IS NULL OR id %% %(parts)s = %(number)s - 1)
        AND (%(since)s::timestamptz IS NULL OR last_scraped IS NULL OR last_scraped < %(since)s)
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
    connection: AsyncConnection, wanted: SectionFilter
) -> list[SectionToVisit]:
    """Choose the sections to visit, never visited ones first, then the longest ago.

    :raises RunFailed: when there is none, and that is no matter of parts or of sections that were
        visited in time; the message says what to do.
    """
    async with connection.cursor(row_factory=class_row(SectionToVisit)) as cursor:
        number, parts = wanted.part or (None, None)
        await cursor.execute(_CHOOSE, asdict(wanted) | {"number": number, "parts": parts})
        chosen = await cursor.fetchall()
    if not chosen:
        await _explain(connection, wanted)
    return chosen


async def _explain(connection: AsyncConnection, wanted: SectionFilter) -> None:
    section, country = wanted.section, wanted.country
    explained = await (await connection.execute(_EXPLAIN, asdict(wanted))).fetchone()
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
    if wanted.part or wanted.since:
        return
    raise RunFailed(
        "no section that was asked for is known to have a page on activities.esn.org. Run again:"
        " scrapy crawl accounts; an alias that it can't find goes into section_slug_overrides"
    )
