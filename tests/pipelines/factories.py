"""Items as the spiders yield them, a run as the pipelines see it, and ways to read rows back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, cast

import psycopg
import pytest
from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from esn_pulse.items import (
    ActivityItem,
    CountryItem,
    FailedScrapeItem,
    NationalOrganisationItem,
    OrganisationMovedItem,
    OrganisationsItem,
    Owner,
    PulseItem,
    SectionItem,
    StatisticsItem,
    VisitItem,
)
from esn_pulse.pipelines import upserts
from esn_pulse.pipelines.postgres import PostgresPipeline
from esn_pulse.pipelines.upserts import SaveOutcome
from esn_pulse.rules.countries import CountryNames
from esn_pulse.rules.schemas import NationalOrganisation, Section
from esn_pulse.rules.verdicts import Verdict, judge
from esn_pulse.run.hub import Run

ACCOUNTS = "https://accounts.example"
ACTIVITIES = "https://activities.example"
LISTING = (
    '<html><body><main><h1>Activities</h1><article class="activities-mini-preview">'
    '<a href="/activity/boat-party-1">Boat Party</a></article></main></body></html>'
)
COUNTRIES = {"TR": "Türkiye", "IT": "Italy"}

Key = int | str  # a section's id, or the letters of a country, whose national organisation it is


def owner(key: Key) -> Owner:
    return Owner(section_id=key) if isinstance(key, int) else Owner(country_code=key)


def country(code: str = "TR", **changes: Any) -> CountryItem:
    name = COUNTRIES.get(code, code)
    url = f"{ACCOUNTS}/country/{code.lower()}"
    known: dict[str, Any] = {"name": name, "slug": name.lower(), "section_count": 3}
    return CountryItem(url=url, country_code=code, **known | changes)


def section(slug: str = "tr-anka-met", **changes: Any) -> SectionItem:
    known = {"country_code": slug[:2].upper(), "name": f"ESN {slug[3:].title()}"}
    return SectionItem(
        url=f"{ACCOUNTS}/section/{slug}", accounts_platform_slug=slug, **known | changes
    )


def activity(of: Key, slug: str = "boat-party-1", **changes: Any) -> ActivityItem:
    known: dict[str, Any] = {
        "event_slug": slug,
        "title": "Boat Party",
        "description": "On the sea.",
        "start_date": "08/11/2023",
        "types": [],
        "partners": [],
    }
    url = f"{ACTIVITIES}/activity/{slug}"
    section_id, country_code = owner(of)
    place = {
        "url": url,
        "section_id": section_id,
        "listed_by": [one for one in [section_id] if one is not None],
        "listed_by_countries": [one for one in [country_code] if one is not None],
    }
    return ActivityItem(**known | place | changes)


def statistics(of: Key, **changes: Any) -> StatisticsItem:
    url = f"{ACTIVITIES}/organisation/{of}/statistics"
    return StatisticsItem(url, *owner(of), **changes)


def visit(of: Key, *event_slugs: str, **changes: Any) -> VisitItem:
    """The end of a visit whose listing showed these activities."""
    url = f"{ACTIVITIES}/organisation/{of}/activities"
    section_id, country_code = owner(of)
    cards = [listed(slug) for slug in event_slugs]
    return VisitItem(url, section_id, cards, country_code, **changes)


def listed(
    event_slug: str, card: str | None = "Boat Party | 08/11/2023 | Ankara | , TR"
) -> dict[str, str | None]:
    return {"event_slug": event_slug, "url": f"{ACTIVITIES}/activity/{event_slug}", "card": card}


def failure(url: str, status: int | None = 500, **changes: Any) -> FailedScrapeItem:
    known = {"scraper_module": "AccountsScraper", "error_message": f"the site answered {status}"}
    return FailedScrapeItem(url=url, http_status_code=status, **known | changes)


def national(code: str = "TR", **changes: Any) -> NationalOrganisationItem:
    known = {"name": COUNTRIES.get(code, code)} | changes
    return NationalOrganisationItem(f"{ACCOUNTS}/country/{code.lower()}", code, **known)


def organisation(
    slug: str,
    name: str | None,
    *,
    is_own: bool = False,
    is_repeated: bool = False,
    is_gone: bool = False,
    met_at: str = "",
) -> OrganisationsItem:
    url = f"{ACTIVITIES}/organisation/{met_at or slug}/activities"
    shown = {"name": name, "is_own": is_own, "is_repeated": is_repeated, "is_gone": is_gone}
    return OrganisationsItem(url, [{"slug": slug} | shown])


def moved(former: str, present: str) -> OrganisationMovedItem:
    url = f"{ACTIVITIES}/organisation/{present}/activities"
    return OrganisationMovedItem(url, former, present)


def checked(item: SectionItem | NationalOrganisationItem, alias: str | None) -> Verdict:
    """Judge a record and let the slug check find an alias, or prove that there is none."""
    verdict = judge(item)
    row = cast("Section | NationalOrganisation", verdict.row)
    row.can_scrape_activities = alias is not None
    if alias:
        row.activities_platform_slug = alias
        row.activities_url = f"{ACTIVITIES}/organisation/{alias}/activities"
    return verdict


async def save(database: str, *batch: PulseItem | Verdict) -> list[SaveOutcome]:
    """Store a batch in a transaction of its own."""
    verdicts = [entry if isinstance(entry, Verdict) else judge(entry) for entry in batch]
    async with await AsyncConnection.connect(database) as connection:
        return await upserts.save(connection, verdicts, CountryNames(COUNTRIES))


async def save_sections(database: str, *aliases: str) -> list[int]:
    """Store sections with these aliases; returns their ids."""
    sections = [checked(section(f"tr-{alias}"), alias) for alias in aliases]
    await save(database, country("TR"), country("IT"), *sections)
    with psycopg.connect(database) as connection:
        known = connection.execute("SELECT activities_platform_slug, id FROM sections").fetchall()
        ids: dict[str, int] = dict(known)
        return [ids[alias] for alias in aliases]


async def save_nationals(database: str, *aliases: str) -> list[str]:
    """Store countries whose national organisations have these aliases; returns their letters."""
    codes = [*COUNTRIES, "AL", "BE"][: len(aliases)]
    found = [checked(national(code), alias) for code, alias in zip(codes, aliases, strict=True)]
    await save(database, *map(country, codes), *found)
    return codes


SaveOwners = Callable[..., Awaitable[list[Key]]]
of_both_kinds = pytest.mark.parametrize(
    "save_owners", [save_sections, save_nationals], ids=["sections", "countries"]
)


def rows(
    connection: psycopg.Connection, query: LiteralString | sql.Composed, *parameters: object
) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()


def row(
    connection: psycopg.Connection, query: LiteralString, *parameters: object
) -> dict[str, Any]:
    """Return the only row of a query."""
    [found] = rows(connection, query, *parameters)
    return found


def values(connection: psycopg.Connection, query: LiteralString, *parameters: object) -> list[Any]:
    """Return the only column of a query."""
    return [value for (value,) in connection.execute(query, parameters)]


def owned(connection: psycopg.Connection, table: str, key: Key) -> list[dict[str, Any]]:
    """What an owner has in ``section_<table>`` or ``country_<table>``, without its key.

    What the database adds is left out, too.
    """
    kind, column = (
        ("section", "section_id") if isinstance(key, int) else ("country", "country_code")
    )
    query = sql.SQL("SELECT * FROM {} WHERE {} = %s").format(
        sql.Identifier(f"{kind}_{table}"), sql.Identifier(column)
    )
    without = {"id", column, "scraped_at", "day"}
    found = rows(connection, query, key)
    return [{name: row[name] for name in row if name not in without} for row in found]


_RELATED = """
    SELECT
        (SELECT array_agg(s.activities_platform_slug ORDER BY 1) FROM sections AS s
            JOIN activity_section_organisers AS j ON j.section_id = s.id
            WHERE j.activity_id = a.id) AS organisers,
        (SELECT array_agg(c.name ORDER BY 1) FROM activity_causes AS c
            JOIN activity_to_cause AS j ON j.cause_id = c.id WHERE j.activity_id = a.id) AS causes,
        (SELECT array_agg(t.name ORDER BY 1) FROM activity_types AS t
            JOIN activity_to_type AS j ON j.type_id = t.id WHERE j.activity_id = a.id) AS types,
        (SELECT array_agg(g.name ORDER BY g.id) FROM sdgs AS g
            JOIN activity_to_sdg AS j ON j.sdg_id = g.id WHERE j.activity_id = a.id) AS sdgs,
        (SELECT array_agg(o.name ORDER BY 1) FROM objectives AS o
            JOIN activity_to_objective AS j ON j.objective_id = o.id
            WHERE j.activity_id = a.id) AS objectives
    FROM activities AS a WHERE a.event_slug = %s
"""


def relations(
    connection: psycopg.Connection, event_slug: str = "boat-party-1"
) -> dict[str, list[str]]:
    """The names that an activity is linked to, by kind."""
    found = row(connection, _RELATED, event_slug)
    return {kind: sorted(names) if names else [] for kind, names in found.items()}


Answer = int | str | Exception


@dataclass
class FakeEngine:
    """Answers from a table; remembers what was asked, and why the spider was closed.

    :ivar site: by ``"HEAD /path"`` or just ``"/path"``: a status, an address to which a redirect
        led, or what goes wrong. Everything else is answered 404.
    :ivar page: the body of all pages but those whose path is in ``pages``.
    """

    site: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    items_done: asyncio.Event = field(default_factory=asyncio.Event)
    page: str = LISTING
    pages: dict[str, str] = field(default_factory=dict)

    async def download_async(self, request: Request) -> Response:
        await asyncio.sleep(0)
        path = request.url.removeprefix(ACTIVITIES)
        self.asked.append(f"{request.method} {path}")
        answer = self.site.get(f"{request.method} {path}", self.site.get(path, 404))
        if isinstance(answer, Exception):
            raise answer
        url, status = (answer, 200) if isinstance(answer, str) else (request.url, answer)
        found = url.removeprefix(ACTIVITIES)
        body = self.pages.get(found, self.page) if request.method == "GET" else ""
        return HtmlResponse(url, status, body=body.encode(), encoding="utf-8", request=request)

    async def close_spider_async(self, *, reason: str) -> None:
        """Like Scrapy's: the spider is closed once no item is under way any more."""
        self.closed.append(reason)
        await self.items_done.wait()


class FakeCrawler:
    """What the pipelines use of a crawler."""

    def __init__(self, database: str, **settings: Any) -> None:
        self.settings = Settings()
        self.settings.setmodule("esn_pulse.settings")
        own = {
            "DATABASE_URL": database,
            "ESN_ACTIVITIES_URL": ACTIVITIES,
            "STATS_DUMP": False,
            "DRIFT_PAGES_KEPT": 0,
        }
        self.settings.setdict(own | settings)
        self.stats = MemoryStatsCollector(cast("Crawler", self))
        self.engine = FakeEngine()
        self.run = Run(cast("Crawler", self))

    def get_extension(self, kind: type) -> Run:
        assert kind is Run
        return self.run


@asynccontextmanager
async def crawling(database: str, **settings: Any) -> AsyncIterator[FakeCrawler]:
    """A crawler whose run has its database open."""
    crawler = FakeCrawler(database, **settings)
    await crawler.run.database.open()
    try:
        yield crawler
    finally:
        await crawler.run.database.close()


@dataclass
class Storing:
    crawler: FakeCrawler
    pipeline: PostgresPipeline

    async def put(self, item: PulseItem) -> Verdict:
        return await self.pipeline.process_item(judge(item))

    async def put_all(self, *items: PulseItem) -> list[Verdict | BaseException]:
        """Put items in at once, as the pages that come in do."""
        return await asyncio.gather(*map(self.put, items), return_exceptions=True)

    def count(self, name: str) -> int:
        return cast("int", self.crawler.stats.get_value(name, 0))


@asynccontextmanager
async def storing(database: str, **settings: Any) -> AsyncIterator[Storing]:
    """The pipeline on a database, from the spider's start to its end."""
    async with crawling(database, POSTGRES_BATCH_WAIT=0.01, **settings) as crawler:
        pipeline = PostgresPipeline.from_crawler(cast("Crawler", crawler))
        await pipeline.open_spider()
        try:
            yield Storing(crawler, pipeline)
        finally:
            async with asyncio.timeout(10):
                await pipeline.close_spider()
