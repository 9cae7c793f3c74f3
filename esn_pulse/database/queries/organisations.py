"""Which organisations a run of the activities spider visits."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.abc import Params

from esn_pulse.exceptions import RunFailed
from esn_pulse.items import Owner


@dataclass(frozen=True)
class OrganisationToVisit:
    """A section or a national organisation with a page on activities.esn.org.

    :ivar slug: its alias there.
    :ivar last_scraped: when it was visited last.
    :ivar name: as that site shows it; until it has, as the other one does.
    :ivar former: aliases that it had before.
    """

    owner: Owner
    slug: str
    last_scraped: datetime | None
    name: str | None = None
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrganisationFilter:
    """Which organisations are wanted; None: no matter.

    :ivar section: only this section, by its slug on either site.
    :ivar organisation: only this organisation, by its alias. A former alias will do, too.
    :ivar country: only this country's, two capital letters.
    :ivar limit: at most so many.
    :ivar part: only those of a part, by its number and how many parts there are. They share no
        organisation, and leave none out.
    :ivar since: only those that were not visited since then.
    """

    section: str | None = None
    organisation: str | None = None
    country: str | None = None
    limit: int | None = None
    part: tuple[int, int] | None = None
    since: datetime | None = None


# Both kinds in one form. ``number`` parts them, ``is_open``: it may be visited.
ORGANISATIONS: LiteralString = """
    SELECT t.*, coalesce(o.name, t.own_name) AS name, ARRAY(
        SELECT former_slug FROM organisation_former_slugs AS f WHERE f.slug = t.slug
    ) AS former FROM (
        SELECT id AS section_id, NULL AS country_code, country_code AS of_country,
            name AS own_name, activities_platform_slug AS slug, accounts_platform_slug,
            last_scraped, last_validated_activities_slug AS validated_at, id AS number,
            coalesce(can_scrape_activities AND left_at IS NULL, FALSE) AS is_open
        FROM sections
        UNION ALL
        SELECT NULL, country_code, country_code, 'ESN ' || name, activities_platform_slug, NULL,
            last_scraped, last_validated_activities_slug, abs(hashtext(country_code)::bigint),
            coalesce(can_scrape_activities, FALSE)
        FROM countries
    ) AS t LEFT JOIN organisations AS o ON o.slug = t.slug
"""
_TO_VISIT: LiteralString = f"""
    SELECT section_id, country_code, slug, last_scraped, name, former
    FROM ({ORGANISATIONS}) AS organisations WHERE is_open
"""  # noqa: S608 (no part of it comes from outside)
_IS_SECTION = """(
    section_id IS NOT NULL
    AND %(section)s::text = ANY (ARRAY[slug, accounts_platform_slug] || former)
)"""
_IS_ORGANISATION = "%(organisation)s::text = ANY (ARRAY[slug] || former)"
_CHOOSE: LiteralString = f"""{_TO_VISIT}
        AND (%(section)s::text IS NULL OR {_IS_SECTION})
        AND (%(organisation)s::text IS NULL OR {_IS_ORGANISATION})
        AND (%(country)s::text IS NULL OR of_country = %(country)s)
        AND (%(parts)s::int IS NULL OR number %% %(parts)s = %(number)s - 1)
        AND (%(since)s::timestamptz IS NULL OR last_scraped IS NULL OR last_scraped < %(since)s)
    ORDER BY last_scraped ASC NULLS FIRST, section_id, country_code
    LIMIT %(limit)s
"""
_BY_OWNER: LiteralString = f"""{_TO_VISIT}
        AND (section_id = ANY (%(sections)s::int[]) OR country_code = ANY (%(countries)s::text[]))
"""
# Known since the last crawl of activities began: its alias could not be proven before.
_NEWLY_KNOWN: LiteralString = f"""{_TO_VISIT}
        AND last_scraped IS NULL AND validated_at > (
            SELECT max(started_at) FROM scraper_status
            WHERE scraper_module = %s AND NOT coalesce(arguments, '{{}}') ? 'retry_failed'
        )
"""  # noqa: S608
_EXPLAIN: LiteralString = f"""
    SELECT count(*),
        count(*) FILTER (WHERE {_IS_SECTION}),
        count(*) FILTER (WHERE %(section)s::text = ANY (ARRAY[slug] || former)),
        count(*) FILTER (WHERE {_IS_ORGANISATION}),
        count(*) FILTER (WHERE of_country = %(country)s),
        %(organisation)s IN (
            SELECT slug FROM organisations UNION ALL
            SELECT former_slug FROM organisation_former_slugs
        )
    FROM ({ORGANISATIONS}) AS organisations
"""  # noqa: S608

_OWNED = "SELECT slug FROM organisations WHERE num_nonnulls(section_id, country_code) > 0"


async def is_due(connection: AsyncConnection, organisation: OrganisationToVisit) -> bool:
    """Tell whether no other run has visited an organisation, or taken its alias, by now."""
    known = await organisations_of(connection, [organisation.owner])
    now = known.get(organisation.owner)
    state = organisation.slug, organisation.last_scraped
    return now is not None and (now.slug, now.last_scraped) == state


async def known_slugs(connection: AsyncConnection) -> frozenset[str]:
    """Return the aliases that sections and countries are known by."""
    rows = await connection.execute(_OWNED)
    return frozenset(slug for (slug,) in await rows.fetchall())


async def organisations_to_visit(
    connection: AsyncConnection, wanted: OrganisationFilter
) -> list[OrganisationToVisit]:
    """Choose what to visit, never visited ones first, then the longest ago.

    :raises RunFailed: when there is none, and that is no matter of parts or of organisations that
        were visited in time; the message says what to do.
    """
    number, parts = wanted.part or (None, None)
    values = asdict(wanted) | {"number": number, "parts": parts}
    chosen = await _fetch(connection, _CHOOSE, values)
    if not chosen:
        await _explain(connection, wanted)
    return chosen


async def newly_known_organisations(
    connection: AsyncConnection, module: str
) -> list[OrganisationToVisit]:
    """List those that a module's last crawl could not visit, as it did not know them."""
    return await _fetch(connection, _NEWLY_KNOWN, [module])


async def organisations_of(
    connection: AsyncConnection, owners: list[Owner]
) -> dict[Owner, OrganisationToVisit]:
    """Look up organisations; one that has no alias any more is left out."""
    values = {
        "sections": [one.section_id for one in owners if one.section_id is not None],
        "countries": [one.country_code for one in owners if one.country_code is not None],
    }
    return {one.owner: one for one in await _fetch(connection, _BY_OWNER, values)}


async def _fetch(
    connection: AsyncConnection, query: LiteralString, values: Params
) -> list[OrganisationToVisit]:
    rows = await (await connection.execute(query, values)).fetchall()
    return [
        OrganisationToVisit(Owner(section, country), slug, last_scraped, name, tuple(former))
        for section, country, slug, last_scraped, name, former in rows
    ]


async def _explain(connection: AsyncConnection, wanted: OrganisationFilter) -> None:
    section, country, organisation = wanted.section, wanted.country, wanted.organisation
    explained = await (await connection.execute(_EXPLAIN, asdict(wanted))).fetchone()
    known, named, national, owned, in_country, is_met = explained or (0, 0, 0, 0, 0, False)
    if not known:
        raise RunFailed("the database knows no sections yet. Run first: scrapy crawl accounts")
    if section and not named and national:
        raise RunFailed(
            f"'{section}' is no section, but a national organisation. Run:"
            f" scrapy crawl activities -a organisation={section}"
        )
    if section and not named:
        raise RunFailed(
            f"there is no section '{section}' in the database. Its slug stands in the address of"
            " its page on either site; if it is new, run first: scrapy crawl accounts"
        )
    if organisation and not owned:
        whose = "is neither a section's nor a country's" if is_met else "is not in the database"
        raise RunFailed(
            f"the organisation '{organisation}' {whose}. Its slug stands in the address of its page"
            " on activities.esn.org; if it is new, run first: scrapy crawl accounts"
        )
    if country and not in_country:
        raise RunFailed(
            f"there is no country '{country}' in the database."
            f" Run first: scrapy crawl accounts -a country={country.lower()}"
        )
    if wanted.part or wanted.since:
        return
    kind = "section" if section else "organisation"
    of_country = f" of country '{country}'" if country else ""
    raise RunFailed(
        f"no {kind}{of_country} that was asked for is known to have a page on activities.esn.org."
        " Run again: scrapy crawl accounts; an alias that it can't find goes into"
        " section_slug_overrides"
    )
