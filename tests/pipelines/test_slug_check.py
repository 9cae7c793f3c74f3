from typing import cast

import psycopg
import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest

from esn_pulse.exceptions import SiteUnwell
from esn_pulse.items import FailedScrapeItem, PulseItem
from esn_pulse.pipelines.slug_check import SlugCheckPipeline
from esn_pulse.rules.schemas import Section
from esn_pulse.rules.verdicts import judge
from esn_pulse.run import stats
from tests.pipelines.factories import (
    ACTIVITIES,
    LISTING,
    Answer,
    FakeCrawler,
    activity,
    checked,
    country,
    crawling,
    save,
    section,
)

# Its candidates are esn-university-galway, the same with -0 and -1, esn-university-of-galway.
NAME = "ESN University of Galway"


def page(slug: str) -> str:
    return f"/organisation/{slug}/activities"


NOTICE = "<h1>Site under maintenance</h1><p>We should be back shortly.</p>"

STATISTICS = "/organisation/esn-university-galway/statistics"
FIRST, SECOND, THIRD, LAST = map(
    page,
    (
        "esn-university-galway",
        "esn-university-galway-0",
        "esn-university-galway-1",
        "esn-university-of-galway",
    ),
)


async def check(crawler: FakeCrawler, slug: str = "ie-galw-uni", name: str = NAME) -> Section:
    pipeline = SlugCheckPipeline.from_crawler(cast("Crawler", crawler))
    verdict = judge(section(slug, name=name))
    assert await pipeline.process_item(verdict) is verdict
    return cast("Section", verdict.row)


async def check_at(
    database: str, site: dict[str, Answer], stored: str | None = None, body: str = LISTING
) -> tuple[Section, list[str]]:
    """Check a section against a site; returns its row and what was asked.

    :param stored: the alias that is known of the section.
    """
    if stored:
        known = section("ie-galw-uni", name=NAME)
        await save(database, country("IE"), checked(known, stored))
    async with crawling(database) as crawler:
        crawler.engine.site, crawler.engine.page = site, body
        return await check(crawler), crawler.engine.asked


async def failure_at(
    database: str, site: dict[str, Answer], body: str = LISTING
) -> FailedScrapeItem | None:
    """Check a section against a site; returns what could not be had."""
    async with crawling(database) as crawler:
        crawler.engine.site, crawler.engine.page = site, body
        verdict = judge(section("ie-galw-uni", name=NAME))
        await SlugCheckPipeline.from_crawler(cast("Crawler", crawler)).process_item(verdict)
        failures = [met for met in verdict.met if isinstance(met, FailedScrapeItem)]
        assert len(failures) < 2
        return failures[0] if failures else None


def assert_alias(row: Section, slug: str) -> None:
    assert row.can_scrape_activities is True
    assert row.activities_platform_slug == slug
    assert row.activities_url == ACTIVITIES + page(slug)


def assert_unproven(row: Section) -> None:
    assert row.can_scrape_activities is None
    assert row.activities_platform_slug is None
    assert row.activities_url is None


async def test_the_first_candidate_is_asked_for_first_and_decides(database: str) -> None:
    row, asked = await check_at(database, {FIRST: 200, SECOND: 200, LAST: 200})

    assert_alias(row, "esn-university-galway")
    assert asked == [f"GET {FIRST}"]


@pytest.mark.parametrize(
    ("existing", "slug"),
    [
        (SECOND, "esn-university-galway-0"),
        (THIRD, "esn-university-galway-1"),
        (LAST, "esn-university-of-galway"),
    ],
)
async def test_the_first_that_exists_is_taken(database: str, existing: str, slug: str) -> None:
    row, asked = await check_at(database, {existing: 200})

    assert_alias(row, slug)
    order = [f"GET {path}" for path in (FIRST, SECOND, THIRD, LAST)]
    assert asked == order[: order.index(f"GET {existing}") + 1]


async def test_of_several_that_exist_the_earlier_candidate_is_taken(database: str) -> None:
    row, _ = await check_at(database, {SECOND: 200, LAST: 200})

    assert_alias(row, "esn-university-galway-0")


async def test_a_renamed_organisation_is_stored_under_its_present_alias(database: str) -> None:
    row, _ = await check_at(database, {FIRST: f"{ACTIVITIES}{page('esn-galway')}"})

    assert_alias(row, "esn-galway")


async def test_of_the_alias_that_is_stored_the_status_is_enough(database: str) -> None:
    row, asked = await check_at(
        database, {SECOND: 200}, stored="esn-university-galway-0", body=NOTICE
    )

    assert_alias(row, "esn-university-galway-0")
    assert asked == [f"HEAD {FIRST}", f"HEAD {SECOND}"]


async def test_an_alias_that_is_not_the_stored_one_takes_its_page(database: str) -> None:
    row, asked = await check_at(database, {FIRST: 200}, stored="esn-university-galway-0")

    assert_alias(row, "esn-university-galway")
    assert asked == [f"HEAD {FIRST}", f"GET {FIRST}"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (NOTICE, "not the page that was asked for, but a maintenance notice"),
        ("<h1>Request Rejected</h1>", "but a firewall's rejection"),
        ("<title>Just a moment...</title>", "but a bot wall's check"),
        ("<nav>Home</nav><main></main>", "but another page"),
        ('<link rel="canonical" href="/organisation/x"><h1>X</h1>', "but another page"),
        ("<html><main>", "the page is cut short"),
    ],
)
@pytest.mark.parametrize("stored", [None, "esn-university-galway-0"])
async def test_a_page_that_is_no_listing_proves_no_alias(
    database: str, body: str, told: str, stored: str | None
) -> None:
    row, _ = await check_at(database, {FIRST: 200, SECOND: 200}, stored, body)
    assert_unproven(row)

    failed = await failure_at(database, {FIRST: 200}, body)
    assert failed
    assert told in failed.error_message
    assert failed.http_status_code == 200


async def test_a_site_that_answers_anything_with_one_page_fails_the_run(database: str) -> None:
    async with crawling(database, DRIFT_LEAST_PAGES=2) as crawler:
        crawler.engine.site = {page("esn-one"): 200, page("esn-two"): 200}
        crawler.engine.page = NOTICE
        pipeline = SlugCheckPipeline.from_crawler(cast("Crawler", crawler))
        for name in "One", "Two":
            await pipeline.process_item(judge(section(f"ie-{name.lower()}", name=f"ESN {name}")))

        assert crawler.stats.get_value(stats.PAGES_IMPOSTORS) == 2
        assert crawler.run.error
        assert "other pages (listing page): 2 of 2" in crawler.run.error


@pytest.mark.parametrize(
    "body",
    [
        "<main><h1>Activities of ESN University of Galway</h1>Maintenance</main>",
        '<link rel="canonical" href="/organisation/esn-university-galway/activities">',
        "<main><h1>Activities</h1><p>None yet</p></main>",
        LISTING.replace("Activities", "Page not found"),
        "<div id='app'></div><script>fill()</script>",
    ],
)
async def test_a_listing_may_be_empty_or_be_filled_by_javascript(database: str, body: str) -> None:
    row, _ = await check_at(database, {FIRST: 200, STATISTICS: 200}, body=body)

    assert_alias(row, "esn-university-galway")


@pytest.mark.parametrize("answer", [404, 503, f"{ACTIVITIES}/organisation/esn-other/statistics"])
async def test_an_empty_listing_of_nobody_takes_statistics_of_the_same_alias(
    database: str, answer: Answer
) -> None:
    nobody_s = "<main><h1>Activities</h1><p>None yet</p></main>"

    row, asked = await check_at(database, {FIRST: 200, STATISTICS: answer}, body=nobody_s)

    assert row.can_scrape_activities is None
    assert asked == [f"GET {FIRST}", f"GET {STATISTICS}"]


OLD = page("esn-galway-students")


async def test_a_section_with_another_name_may_still_have_its_old_alias(database: str) -> None:
    row, asked = await check_at(database, {OLD: 200}, stored="esn-galway-students")

    assert_alias(row, "esn-galway-students")
    assert asked[-1] == f"HEAD {OLD}"


@pytest.mark.parametrize("second", [200, 404])
async def test_an_alias_is_lost_when_the_page_is_gone_at_a_second_look(
    database: str, second: int
) -> None:
    site: dict[str, Answer] = {f"HEAD {OLD}": 404, f"GET {OLD}": second}

    row, asked = await check_at(database, site, stored="esn-galway-students")

    assert row.can_scrape_activities is (second == 200)
    assert asked[-2:] == [f"HEAD {OLD}", f"GET {OLD}"]


@pytest.mark.parametrize("refusal", [403, 405])
async def test_where_head_is_refused_get_decides(database: str, refusal: int) -> None:
    site: dict[str, Answer] = {f"HEAD {FIRST}": refusal, f"HEAD {SECOND}": refusal}

    row, asked = await check_at(database, site | {f"GET {SECOND}": 200}, stored="esn-galway")

    assert_alias(row, "esn-university-galway-0")
    assert asked == [f"{m} {path}" for path in (FIRST, SECOND) for m in ("HEAD", "GET")]


async def test_where_head_is_refused_get_may_lead_to_the_present_alias(database: str) -> None:
    site: dict[str, Answer] = {
        f"HEAD {FIRST}": 405,
        f"GET {FIRST}": ACTIVITIES + page("esn-galway"),
    }

    row, _ = await check_at(database, site, stored="esn-other")

    assert_alias(row, "esn-galway")


@pytest.mark.parametrize("status", [404, 410])
async def test_without_any_candidate_the_absence_is_proven(database: str, status: int) -> None:
    site: dict[str, Answer] = dict.fromkeys((FIRST, SECOND, THIRD, LAST), status)

    row, asked = await check_at(database, site)

    assert row.can_scrape_activities is False
    assert row.activities_platform_slug is None
    assert row.activities_url is None
    assert asked == [f"GET {path}" for path in (FIRST, SECOND, THIRD, LAST)]


@pytest.mark.parametrize(
    "answer",
    [
        429,
        500,
        503,
        DownloadTimeoutError("too slow"),
        ConnectionResetError("dropped"),
        IgnoreRequest("robots.txt forbids it"),
        SiteUnwell("the site was given up"),
        f"{ACTIVITIES}/",  # redirected to no organisation at all
    ],
)
async def test_an_answer_that_proves_nothing_ends_the_search(database: str, answer: Answer) -> None:
    row, asked = await check_at(database, {SECOND: answer, THIRD: 200, LAST: 200})

    assert_unproven(row)
    assert asked == [f"GET {FIRST}", f"GET {SECOND}"]


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        (503, 503, "the site answered 503"),
        (f"{ACTIVITIES}/", 200, "the site answered 200"),
        (DownloadTimeoutError("too slow"), None, "DownloadTimeoutError: too slow"),
    ],
)
async def test_a_search_without_proof_is_a_failure(
    database: str, answer: Answer, status: int | None, told: str
) -> None:
    assert await failure_at(database, {SECOND: answer}) == FailedScrapeItem(
        ACTIVITIES + SECOND,
        scraper_module="AccountsScraper",
        error_message=f"alias not proven: {told}",
        http_status_code=status,
        accounts_platform_slug="ie-galw-uni",
    )


@pytest.mark.parametrize("answer", [200, 404, SiteUnwell("the site was given up")])
async def test_what_is_proven_or_not_asked_for_is_no_failure(database: str, answer: Answer) -> None:
    assert await failure_at(database, {FIRST: answer}) is None


@pytest.mark.parametrize("answer", [403, 405, 429, 503, DownloadTimeoutError("too slow")])
async def test_a_get_that_proves_nothing_ends_the_search_too(database: str, answer: Answer) -> None:
    row, asked = await check_at(
        database,
        {f"HEAD {FIRST}": 403, f"GET {FIRST}": answer, SECOND: 200},
        stored="esn-galway",
    )

    assert_unproven(row)
    assert asked == [f"HEAD {FIRST}", f"GET {FIRST}"]


async def test_a_pinned_alias_is_the_only_one_asked_for(
    database: str, connection: psycopg.Connection
) -> None:
    pin = "INSERT INTO section_slug_overrides VALUES ('cz-ostr-vsb', 'esn-vsb-tu-ostrava')"
    connection.execute(pin)
    async with crawling(database) as crawler:
        pinned, rule = page("esn-vsb-tu-ostrava"), page("esn-ostravska")
        crawler.engine.site = {pinned: 200, rule: 200}
        assert_alias(await check(crawler, "cz-ostr-vsb", "ESN Ostravská"), "esn-vsb-tu-ostrava")
        assert crawler.engine.asked == [f"GET {pinned}"]

        assert_alias(await check(crawler, "cz-ostr-oth", "ESN Ostravská"), "esn-ostravska")

        del crawler.engine.site[pinned]
        absent = await check(crawler, "cz-ostr-vsb", "ESN Ostravská")
        assert absent.can_scrape_activities is False
        assert crawler.engine.asked[2:] == [f"GET {pinned}"]


async def test_what_is_no_storable_section_passes_through(database: str) -> None:
    others: list[PulseItem] = [country(), activity(1), section(name=None)]
    async with crawling(database) as crawler:
        pipeline = SlugCheckPipeline.from_crawler(cast("Crawler", crawler))
        for verdict in map(judge, others):
            before = verdict.row and verdict.row.model_copy(deep=True)
            assert await pipeline.process_item(verdict) is verdict
            assert verdict.row == before
        assert crawler.engine.asked == []


async def test_the_outcomes_are_counted(database: str) -> None:
    async with crawling(database) as crawler:
        crawler.engine.site = {page("esn-found"): 200, page("esn-busy"): 503}
        for name in "ESN Found", "ESN Busy", "ESN Nowhere", "ESN Anywhere":
            await check(crawler, name=name)

        names = stats.SLUGS_FOUND, stats.SLUGS_UNPROVEN, stats.SLUGS_ABSENT
        assert [crawler.stats.get_value(name) for name in names] == [1, 1, 2]
