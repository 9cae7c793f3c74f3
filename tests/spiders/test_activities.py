"""Which sections are visited, and how a visit ends."""

import asyncio
from typing import Any

import pytest
from scrapy import Request, signals
from scrapy.http import TextResponse

from esn_pulse import stats
from esn_pulse.database.locks import SECTION
from esn_pulse.database.sections import SectionToVisit
from esn_pulse.exceptions import PageError, RunFailed
from esn_pulse.extensions.run import current_run
from esn_pulse.items import FailedScrapeItem, SectionVisitItem
from esn_pulse.spiders.activities import ActivitiesSpider
from esn_pulse.spiders.visits import Visit
from esn_pulse.verdicts import judge
from tests.crawlers import running, spider_of
from tests.database.factories import opened
from tests.pages import ACTIVITIES, drupal_page
from tests.pipelines.factories import save_sections
from tests.pipelines.factories import visit as visited

METU = SectionToVisit(7, "esn-metu", None)
LISTING = f"{ACTIVITIES}/organisation/esn-metu/activities"


def spider(database: str = "", **settings: Any) -> ActivitiesSpider:
    return spider_of(ActivitiesSpider, DATABASE_URL=database, **settings)


async def asked(made: ActivitiesSpider) -> list[str]:
    return [
        request.url.removeprefix(f"{ACTIVITIES}/organisation/") async for request in made.start()
    ]


def count(made: ActivitiesSpider, name: str) -> int | None:
    figure: int | None = made.crawler.stats.get_value(name)
    return figure


async def test_each_section_is_asked_for_its_statistics_and_its_listing(database: str) -> None:
    await save_sections(database, "esn-ege", "esn-metu")
    async with running(spider(database)) as made:
        assert await asked(made) == [
            "esn-ege/statistics",
            "esn-ege/activities?page=0",
            "esn-metu/statistics",
            "esn-metu/activities?page=0",
        ]
        assert count(made, stats.SECTIONS_KNOWN) == 2


async def test_a_section_is_locked_until_its_visit_is_stored(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    async with running(spider(database)) as made, opened(database) as other:
        await asked(made)
        for item in visited(metu + 1), visited(metu):
            assert not await other.lock(SECTION, metu)
            await made.crawler.signals.send_catch_log_async(signals.item_scraped, item=judge(item))
        assert await other.lock(SECTION, metu)


async def test_a_section_at_which_another_run_is_is_left_to_it(database: str) -> None:
    ege, metu = await save_sections(database, "esn-ege", "esn-metu")
    async with running(spider(database)) as made, running(spider(database)) as other:
        theirs = current_run(other.crawler)
        await theirs.database.lock(SECTION, metu)

        assert await asked(made) == ["esn-ege/statistics", "esn-ege/activities?page=0"]
        assert count(made, stats.SECTIONS_LEFT) == 1

        await current_run(made.crawler).database.unlock(SECTION, ege)
        await theirs.database.lock(SECTION, ege)
        with pytest.raises(RunFailed) as failed:
            await asked(made)
    told = str(failed.value)
    assert told.startswith("nothing is left to do: section esn-ege is being read by run ")
    assert f"section esn-metu is being read by run {theirs.status_id} (process " in told


async def test_when_time_is_up_no_section_is_begun(database: str) -> None:
    await save_sections(database, "esn-metu", "esn-ege")
    async with running(spider(database, ACTIVITIES_TIME_BUDGET=1e-9)) as made:
        assert await asked(made) == []
        assert count(made, stats.SECTIONS_LEFT) == 2


async def test_so_many_sections_are_under_way_at_a_time(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save_sections(database, "esn-ege", "esn-metu")
    async with running(spider(database, ESN_SECTIONS_AT_ONCE=1)) as made:
        monkeypatch.setattr(made, "_is_at_work", lambda: True)
        starting = made.start()
        assert [(await anext(starting)).url.split("/")[4] for _ in range(2)] == ["esn-ege"] * 2
        third = asyncio.ensure_future(anext(starting))
        await asyncio.sleep(0.05)
        assert not third.done()

        made._under_way.clear()
        await made.crawler.signals.send_catch_log_async(signals.scheduler_empty)
        assert (await third).url.split("/")[4] == "esn-metu"


def listing(number: int, last: int, *slugs: str) -> TextResponse:
    cards = "".join(
        f'<article class="activities-mini-preview"><a href="/activity/{slug}">x</a></article>'
        for slug in slugs
    )
    pager = f'<nav class="pager"><a href="?page={last}">last</a></nav>'
    return drupal_page(f"{LISTING}?page={number}", cards + pager)


def visiting(visit: Visit, **settings: Any) -> ActivitiesSpider:
    """A spider in the middle of a visit of one section."""
    made = spider(**settings)
    made._site, made._listed_by, made._under_way = ACTIVITIES, {}, {visit.section.id: visit}
    return made


def further(made: ActivitiesSpider, visit: Visit, page: TextResponse) -> list[str]:
    """Read a page of a listing; returns which others it makes the spider ask for."""
    visit.pending += 1
    requests = [out for out in made.read_listing(page, visit) if isinstance(out, Request)]
    return [out.url.partition("page=")[2] for out in requests if "/activity/" not in out.url]


def test_pages_of_a_listing_are_asked_for_once_also_when_it_grows_meanwhile() -> None:
    visit = Visit(METU)
    made = visiting(visit)

    assert further(made, visit, listing(0, 2, "a-1")) == ["1", "2"]
    assert further(made, visit, listing(2, 2, "b-2")) == []
    assert further(made, visit, listing(1, 4, "b-2", "c-3")) == ["3", "4"]
    assert further(made, visit, listing(4, 4, "c-3")) == []


def test_a_pager_without_an_end_is_not_followed() -> None:
    visit = Visit(METU)
    made = visiting(visit)
    further(made, visit, listing(0, 1, "a-1"))

    with pytest.raises(PageError, match="no end: a page that shows nothing new names page 2"):
        further(made, visit, listing(1, 2, "a-1"))


def test_a_pager_that_claims_too_many_pages_is_not_followed() -> None:
    visit = Visit(METU)
    made = visiting(visit, ESN_LISTING_PAGES_LIMIT=10)
    assert len(further(made, visit, listing(0, 9, "a-1"))) == 9

    with pytest.raises(PageError, match="claims 11 pages"):
        further(made, visit, listing(9, 10, "b-2"))


def failure(url: str) -> FailedScrapeItem:
    return FailedScrapeItem(url, "ActivitiesAndStatisticsScraper", "the site answered 503", 503)


@pytest.mark.parametrize("whole", [True, False])
def test_a_visit_ends_with_its_last_page(*, whole: bool) -> None:
    visit = Visit(METU, pending=2)
    made = visiting(visit)
    fails = made.activity_failed if whole else made.page_failed
    context: dict[str, Any] = {"visit": visit} | ({"listed_by": [7]} if whole else {})

    first = list(made.read_listing(listing(0, 0), visit))
    last = list(fails(failure(LISTING), **context))

    assert not any(isinstance(output, SectionVisitItem) for output in first)
    [recorded, end] = last
    assert isinstance(recorded, FailedScrapeItem)
    assert recorded.section_id == METU.id
    # Without an activity's page a visit is whole nevertheless.
    assert end == SectionVisitItem(LISTING, METU.id, [], complete=whole)
    names = stats.SECTIONS_PROCESSED, stats.SECTIONS_FAILED
    assert [count(made, name) for name in names] == ([1, None] if whole else [None, 1])


def test_what_a_run_did_not_get_to_the_end_of_has_failed() -> None:
    made = visiting(Visit(METU))
    made.closed("shutdown")

    assert count(made, stats.SECTIONS_FAILED) == 1
