"""Which organisations are visited, what is asked for of them, and how a visit ends."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from scrapy import Request, signals
from scrapy.http import TextResponse

from esn_pulse.database.locks import SECTION, of_owner
from esn_pulse.database.queries.listings import KnownActivity, KnownListing
from esn_pulse.database.queries.organisations import OrganisationToVisit
from esn_pulse.exceptions import AskedAlready, ImpostorError, PageError, RunFailed
from esn_pulse.items import (
    ActivityItem,
    ActivityMovedItem,
    FailedScrapeItem,
    OrganisationMovedItem,
    OrganisationsItem,
    Owner,
    StatisticsItem,
    VisitItem,
)
from esn_pulse.rules.verdicts import judge
from esn_pulse.run import stats
from esn_pulse.run.hub import current_run
from esn_pulse.spiders.activities import ActivitiesSpider
from esn_pulse.visits.visit import Visit
from esn_pulse.visits.wanted import WantedPage
from tests.crawlers import running, spider_of
from tests.database.factories import opened
from tests.pages import ACTIVITIES, answer, drupal_page
from tests.pipelines.factories import save_nationals, save_sections
from tests.pipelines.factories import visit as visited

METU = OrganisationToVisit(Owner(section_id=7), "esn-metu", None)
EGE = OrganisationToVisit(Owner(section_id=8), "esn-ege", None)
TURKIYE = OrganisationToVisit(Owner(country_code="TR"), "esn-turkiye", None)
FEED = f"{ACTIVITIES}/activities"
LISTING = f"{ACTIVITIES}/organisation/esn-metu/activities"
BOAT = f"{ACTIVITIES}/activity/boat-1"
RENAMED = ActivityMovedItem(f"{ACTIVITIES}/activity/ship-1", "boat-1", "ship-1")
CARD = " | 01/02/2020 |  | "


def spider(database: str = "", **settings: Any) -> ActivitiesSpider:
    return spider_of(ActivitiesSpider, DATABASE_URL=database, **settings)


async def asked(made: ActivitiesSpider) -> list[str]:
    """Begin a run; returns which pages of organisations it asks for, after everybody's feed."""
    feed, *others = [request.url async for request in made.start()]
    assert feed == FEED
    return [url.removeprefix(f"{ACTIVITIES}/organisation/") for url in others]


def count(made: ActivitiesSpider, name: str) -> int | None:
    figure: int | None = made.crawler.stats.get_value(name)
    return figure


async def test_each_section_is_asked_for_its_statistics(database: str) -> None:
    await save_sections(database, "esn-ege", "esn-metu")
    async with running(spider(database)) as made:
        assert await asked(made) == [
            "esn-ege/statistics",
            "esn-metu/statistics",
        ]
        assert count(made, stats.SECTIONS_KNOWN) == 2


async def test_national_organisations_are_asked_for_theirs_too(database: str) -> None:
    await save_sections(database, "esn-metu")
    await save_nationals(database, "esn-turkiye")
    async with running(spider(database)) as made:
        assert await asked(made) == ["esn-metu/statistics", "esn-turkiye/statistics"]


async def test_a_section_is_locked_until_its_visit_is_stored(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    async with running(spider(database)) as made, opened(database) as other:
        await asked(made)
        for item in visited(metu + 1), visited(metu):
            assert not await other.lock(SECTION, metu)
            await made.crawler.signals.send_catch_log_async(signals.item_scraped, item=judge(item))
        assert await other.lock(SECTION, metu)


async def test_a_national_organisation_is_locked_until_its_visit_is_stored(database: str) -> None:
    await save_nationals(database, "esn-turkiye", "esn-italia")
    lock = of_owner(Owner(country_code="TR"))
    async with running(spider(database)) as made, opened(database) as other:
        await asked(made)
        for item in visited("IT"), visited("TR"):
            assert not await other.lock(*lock)
            await made.crawler.signals.send_catch_log_async(signals.item_scraped, item=judge(item))
        assert await other.lock(*lock)


async def test_a_section_at_which_another_run_is_is_left_to_it(database: str) -> None:
    ege, metu = await save_sections(database, "esn-ege", "esn-metu")
    async with running(spider(database)) as made, running(spider(database)) as other:
        theirs = current_run(other.crawler)
        await theirs.database.lock(SECTION, metu)

        assert await asked(made) == ["esn-ege/statistics"]
        assert count(made, stats.SECTIONS_LEFT) == 1

        await current_run(made.crawler).database.unlock(SECTION, ege)
        await theirs.database.lock(SECTION, ege)
        with pytest.raises(RunFailed) as failed:
            await asked(made)
    told = str(failed.value)
    assert told.startswith("nothing is left to do: esn-ege is being read by run ")
    assert f"esn-metu is being read by run {theirs.status_id} (process " in told


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
        monkeypatch.setattr(made._visits, "_is_at_work", lambda: True)
        starting = made.start()
        assert (await anext(starting)).url == FEED
        assert (await anext(starting)).url.split("/")[4] == "esn-ege"
        second = asyncio.ensure_future(anext(starting))
        await asyncio.sleep(0.05)
        assert not second.done()

        made._visits._under_way.clear()
        await made.crawler.signals.send_catch_log_async(signals.scheduler_empty)
        assert (await second).url.split("/")[4] == "esn-metu"


def listing(number: int, last: int, *slugs: str) -> TextResponse:
    cards = "".join(
        f'<article class="activities-mini-preview"><a href="/activity/{slug}">x</a>'
        '<p class="act-date"><time>01/02/2020</time></p></article>'
        for slug in slugs
    )
    pager = f'<nav class="pager"><a href="?page={last}">last</a></nav>'
    return drupal_page(f"{LISTING}?page={number}", cards + pager)


def visiting(*visits: Visit, **settings: Any) -> ActivitiesSpider:
    """A spider in the middle of these visits."""
    made = spider(**settings)
    made._visits._under_way |= {visit.organisation.owner: visit for visit in visits}
    return made


def requests(output: Iterable[object]) -> list[str]:
    return [out.url.removeprefix(f"{ACTIVITIES}/") for out in output if isinstance(out, Request)]


def in_its_listing(*known: KnownActivity, of: OrganisationToVisit = METU) -> Visit:
    """A visit that has asked for the first page of its listing."""
    visit = Visit(of, pending=1)
    visit.listing.known = KnownListing({a.event_slug: a for a in known}, None, is_due=False)
    list(visit.listing.first())
    return visit


def party(slug: str) -> TextResponse:
    article = '<h1>Party</h1><article class="node ct-physical-activity--full"></article>'
    return drupal_page(f"{ACTIVITIES}/activity/{slug}", article)


def counted(*activities: int) -> TextResponse:
    values = [["Physical activities", activities[0]], ["Online activities", activities[1]]]
    shown = json.dumps({"activities_statistics": {"total_activities": {"values": values}}})
    return answer(f"{ACTIVITIES}/organisation/esn-metu/statistics", shown)


def test_the_listing_is_asked_for_after_the_statistics() -> None:
    visit = Visit(METU, pending=1)
    made = visiting(visit)

    asked = requests(made.read_statistics(counted(3, 1), visit))

    assert asked == ["organisation/esn-metu/activities?page=0"]
    assert visit.listing.total == 4
    assert visit.pending == 1


def test_without_its_statistics_the_whole_listing_is_asked_for() -> None:
    visit = Visit(METU, pending=1)
    made = visiting(visit)

    first = requests(made.statistics_failed(failure(LISTING), visit))
    others = requests(made.read_listing(listing(0, 2, "boat-1"), visit, 0))

    assert first == ["organisation/esn-metu/activities?page=0"]
    further = [f"organisation/esn-metu/activities?page={n}" for n in (1, 2)]
    assert others == [*further, "activity/boat-1"]
    assert not visit.is_complete


def silent() -> TextResponse:
    """Statistics of a section that never registered an activity."""
    return drupal_page(
        f"{ACTIVITIES}/organisation/esn-metu/statistics",
        '<script data-drupal-selector="drupal-settings-json">{"path": {}}</script>',
    )


def figures_of(output: Iterable[object]) -> list[int]:
    return [out.physical_activities for out in output if isinstance(out, StatisticsItem)]


def read_silent(visit: Visit, *shown: str, organiser: str = "") -> list[object]:
    """Read statistics without any figures, and a listing; returns what comes of it."""
    made = visiting(visit)
    visit.pending = 1
    output: list[object] = list(made.read_statistics(silent(), visit))
    if visit.figures.held is None:
        output += made.read_statistics(silent(), visit)  # the second reading
    page = listing(0, 0, *shown)
    if organiser:
        link = f'<p class="act-organiser"><a href="/organisation/{organiser}">x</a></p></article>'
        body = page.text.replace("</article>", link).replace("<body>", "<body><h1>ESN METU</h1>")
        page = page.replace(body=body.encode())
    output += made.read_listing(page, visit, 0)
    for slug in shown:
        output += made.read_activity(party(slug), made._wanted._pages[slug])
    return output


def test_a_section_without_figures_has_none_when_its_listing_shows_nothing() -> None:
    output = read_silent(Visit(METU))

    assert figures_of(output) == [0]
    assert [one.complete for one in ended(output).values()] == [True]


def test_a_section_without_figures_whose_listing_shows_activities_was_not_read() -> None:
    output = read_silent(Visit(METU), "boat-1")

    assert figures_of(output) == []
    assert [one.complete for one in ended(output).values()] == [False]
    assert [out.error_message for out in output if isinstance(out, FailedScrapeItem)] == [
        "there are no statistics on it, but nothing proves that there are none"
    ]


def test_what_others_organise_does_not_contradict_that_a_section_has_none() -> None:
    output = read_silent(Visit(METU), "boat-1", organiser="esn-ege")

    assert figures_of(output) == [0]
    assert [one.complete for one in ended(output).values()] == [True]


def test_figures_that_are_stored_contradict_that_there_are_none() -> None:
    visit = Visit(METU)
    visit.figures.known = {"physical_activities": 12}

    output = read_silent(visit)

    assert figures_of(output) == []
    assert [one.complete for one in ended(output).values()] == [False]


def test_a_page_that_repairs_statistics_leads_to_no_listing() -> None:
    visit = Visit(METU, {f"{ACTIVITIES}/organisation/esn-metu/statistics": []}, pending=2)
    made = visiting(visit)

    assert requests(made.read_statistics(counted(3, 1), visit)) == []
    assert requests(made.statistics_failed(failure(LISTING), visit)) == []


def test_only_activities_that_can_have_changed_are_asked_for_and_each_once_a_run() -> None:
    def known(slug: str, why: str | None, card: str = CARD) -> KnownActivity:
        return KnownActivity(slug, f"{ACTIVITIES}/activity/{slug}", card, why)

    visit = in_its_listing(
        known("same-1", None),
        known("young-2", "unsettled"),
        known("asked-3", "unsettled"),
        known("moved-4", None, "what its card was before"),
        known("unseen-6", None),
        known("unseen-7", "turn"),
        KnownActivity("nowhere-8", None, None, "turn"),
    )
    visit.listing.total, visit.listing.since = 8, date.max
    made = visiting(visit)
    asked_before = made._wanted._pages["asked-3"] = WantedPage([Owner(section_id=3)])

    page = listing(0, 1, "same-1", "young-2", "asked-3", "moved-4", "new-5")
    asked = requests(made.read_listing(page, visit, 0))

    expected = ("young-2", "moved-4", "new-5", "unseen-7", "nowhere-8")
    assert asked == [f"activity/{slug}" for slug in expected]
    assert asked_before.listed_by == [Owner(section_id=3), METU.owner]
    figures = made.crawler.stats.get_stats()
    assert stats.by_reason(figures, stats.PAGES_ASKED) == {
        "unsettled": 1,
        "card": 1,
        "new": 1,
        "turn": 2,
    }
    assert stats.by_reason(figures, stats.PAGES_SKIPPED) == {"unchanged": 2, "listing": 1}


def test_a_pager_that_claims_too_many_pages_is_not_followed() -> None:
    visit = in_its_listing()
    made = visiting(visit, ESN_LISTING_PAGES_LIMIT=10)
    asked = requests(made.read_listing(listing(0, 9, "boat-1"), visit, 0))
    assert sum("page=" in address for address in asked) == 9

    with pytest.raises(PageError, match="claims 11 pages"):
        list(made.read_listing(listing(9, 10, "quiz-2"), visit, 9))


def failure(url: str) -> FailedScrapeItem:
    return FailedScrapeItem(url, "ActivitiesAndStatisticsScraper", "the site answered 503", 503)


def test_a_visit_ends_with_its_last_page() -> None:
    visit = in_its_listing()
    visit.listing.digest = "of its statistics"
    made = visiting(visit)

    first = list(made.read_listing(listing(0, 0, "boat-1"), visit, 0))
    last = list(made.activity_failed(failure(BOAT), made._wanted._pages["boat-1"]))

    assert not any(isinstance(output, VisitItem) for output in first)
    # Without an activity's page a visit is whole, but its card is not done with.
    cards: list[dict[str, str | None]] = [{"event_slug": "boat-1", "url": BOAT, "card": None}]
    end = VisitItem(LISTING, METU.owner.section_id, cards, digest="of its statistics")
    assert last == [replace(failure(BOAT), section_id=METU.owner.section_id), end]
    names = stats.SECTIONS_PROCESSED, stats.SECTIONS_FAILED
    assert [count(made, name) for name in names] == [1, None]


def ended(output: Iterable[object]) -> dict[Owner, VisitItem]:
    ends = [out for out in output if isinstance(out, VisitItem)]
    return {Owner(out.section_id, out.country_code): out for out in ends}


def test_all_visits_that_want_a_page_wait_for_it() -> None:
    made = visiting(first := in_its_listing(), second := in_its_listing(of=EGE))
    page = listing(0, 0, "boat-1")

    assert requests(made.read_listing(page, first, 0)) == ["activity/boat-1"]
    assert ended(made.read_listing(page, second, 0)) == {}
    output = list(made.read_activity(party("boat-1"), made._wanted._pages["boat-1"]))

    assert isinstance(output[0], ActivityItem)
    assert output[0].listed_by == [METU.owner.section_id, EGE.owner.section_id]
    assert all(one.complete for one in ended(output).values())
    assert ended(output).keys() == {METU.owner, EGE.owner}


def test_a_page_that_was_not_asked_for_leaves_all_visits_that_want_it_incomplete() -> None:
    made = visiting(first := in_its_listing(), second := in_its_listing(of=EGE))
    for visit in first, second:
        list(made.read_listing(listing(0, 0, "boat-1"), visit, 0))

    output = list(made.activity_failed(None, made._wanted._pages["boat-1"]))

    visits = ended(output)
    assert visits.keys() == {METU.owner, EGE.owner}
    assert {(one.complete, one.whole_listing) for one in visits.values()} == {(False, False)}
    assert {one.cards[0]["card"] for one in visits.values()} == {None}
    assert output == list(visits.values())  # nothing failed, so nothing is on record
    assert count(made, stats.SECTIONS_FAILED) == 2


def test_whoever_wants_a_page_later_gets_the_answer_that_came() -> None:
    made = visiting(first := in_its_listing(), second := in_its_listing(of=EGE))
    list(made.read_listing(listing(0, 0, "boat-1"), first, 0))
    list(made.activity_failed(None, made._wanted._pages["boat-1"]))

    [end] = ended(made.read_listing(listing(0, 0, "boat-1"), second, 0)).values()

    assert not end.complete


def test_what_an_activity_may_have_been_called_before_is_asked_for() -> None:
    made = visiting(visit := in_its_listing(KnownActivity("boat-1", BOAT, CARD, None)))

    assert requests(made.read_listing(listing(0, 0, "ship-1"), visit, 0)) == [
        "activity/ship-1",
        "activity/boat-1",
    ]


def leads_to(request: Request, slug: str) -> None:
    request.meta["leads_to"](f"{ACTIVITIES}/activity/{slug}")


def wanted_by(made: ActivitiesSpider, visit: Visit, *slugs: str) -> list[Request]:
    output = made.read_listing(listing(0, 0, *slugs), visit, 0)
    return [out for out in output if isinstance(out, Request)]


def test_an_old_address_of_a_page_that_is_asked_for_is_not_followed() -> None:
    made = visiting(visit := in_its_listing())
    old, _ = wanted_by(made, visit, "boat-1", "ship-1")
    wanted = made._wanted._pages["boat-1"]

    with pytest.raises(AskedAlready) as raised:
        leads_to(old, "ship-1")
    waiting = ended(made.activity_merged(raised.value.url, wanted))
    read = list(made.read_activity(party("ship-1"), made._wanted._pages["ship-1"]))

    assert waiting == {}
    assert ended(read)[METU.owner].complete
    assert RENAMED in read


def test_a_page_that_was_read_at_its_new_address_is_not_waited_for() -> None:
    made = visiting(visit := in_its_listing())
    old, _ = wanted_by(made, visit, "boat-1", "ship-1")
    wanted = made._wanted._pages["boat-1"]
    list(made.read_activity(party("ship-1"), made._wanted._pages["ship-1"]))

    with pytest.raises(AskedAlready) as raised:
        leads_to(old, "ship-1")

    output = list(made.activity_merged(raised.value.url, wanted))

    assert output[0] == RENAMED
    assert ended(output)[METU.owner].complete


def test_the_new_address_of_a_page_is_not_asked_for_by_itself() -> None:
    made = visiting(first := in_its_listing(), second := in_its_listing(of=EGE))
    [old] = wanted_by(made, first, "boat-1")
    leads_to(old, "ship-1")

    assert wanted_by(made, second, "ship-1") == []
    assert ended(made.read_activity(party("ship-1"), made._wanted._pages["boat-1"])).keys() == {
        METU.owner,
        EGE.owner,
    }


def test_two_pages_that_lead_to_each_other_do_not_wait_for_each_other() -> None:
    made = visiting(visit := in_its_listing())
    boat, ship = wanted_by(made, visit, "boat-1", "ship-1")
    with pytest.raises(AskedAlready):
        leads_to(boat, "ship-1")

    leads_to(ship, "boat-1")  # followed, until there were too many redirects

    ends = ended(made.activity_failed(failure(BOAT), made._wanted._pages["ship-1"]))
    assert ends[METU.owner].complete


def test_without_a_page_of_its_listing_a_section_has_failed_but_the_others_are_read() -> None:
    visit = in_its_listing(KnownActivity("boat-1", BOAT, CARD, None))
    visit.listing.total = 3
    made = visiting(visit)

    second = requests(made.read_listing(listing(0, 2, "boat-1"), visit, 0))
    third = list(made.listing_failed(failure(f"{LISTING}?page=1"), visit, 1))
    last = list(made.read_listing(listing(2, 2, "boat-1"), visit, 2))

    assert second == ["organisation/esn-metu/activities?page=1"]
    assert requests(third) == ["organisation/esn-metu/activities?page=2"]
    assert third[1:] == [replace(failure(f"{LISTING}?page=1"), section_id=METU.owner.section_id)]
    cards: list[dict[str, str | None]] = [{"event_slug": "boat-1", "url": BOAT, "card": CARD}]
    assert last[1:] == [
        VisitItem(LISTING, METU.owner.section_id, cards, complete=False, whole_listing=False)
    ]
    assert count(made, stats.SECTIONS_FAILED) == 1


def test_what_a_run_did_not_get_to_the_end_of_has_failed() -> None:
    made = visiting(Visit(METU))
    made.closed("shutdown")

    assert count(made, stats.SECTIONS_FAILED) == 1


def test_an_organisation_that_has_moved_says_under_which_alias_it_is_known_now() -> None:
    visit = Visit(replace(METU, slug="esn-odtu"), pending=1)
    made = visiting(visit)

    first, *_ = made.read_statistics(counted(3, 1), visit)

    assert first == OrganisationMovedItem(LISTING, "esn-odtu", "esn-metu")
    assert visit.organisation.slug == "esn-metu"  # by which its listing is asked for
    assert visit.aliases == {"esn-metu", "esn-odtu"}  # cards out of a cache may name the former


def test_who_leads_to_another_s_pages_gets_nothing_of_them() -> None:
    visit = Visit(replace(METU, slug="esn-odtu"), others=frozenset({"esn-metu", "esn-odtu"}))
    made = visiting(visit)

    with pytest.raises(ImpostorError, match="it leads to another organisation, esn-metu"):
        list(made.read_statistics(counted(3, 1), visit))
    with pytest.raises(ImpostorError, match="it leads to another organisation, esn-metu"):
        list(made.read_listing(listing(0, 0, "boat-1"), visit, 0))
    assert visit.organisation.slug == "esn-odtu"


def test_a_national_organisation_s_figures_failures_and_visit_are_its_country_s() -> None:
    visit = Visit(TURKIYE, pending=1)
    made = visiting(visit)
    page = f"{ACTIVITIES}/organisation/esn-turkiye"

    read = list(made.read_statistics(counted(3, 1).replace(url=f"{page}/statistics"), visit))
    last = list(made.listing_failed(failure(f"{page}/activities?page=0"), visit, 0))

    [figures] = [out for out in read if isinstance(out, StatisticsItem)]
    assert (figures.section_id, figures.country_code) == (None, "TR")
    assert last[0] == replace(failure(f"{page}/activities?page=0"), country_code="TR")
    assert ended(last).keys() == {TURKIYE.owner}


def test_an_activity_that_both_kinds_list_says_so() -> None:
    made = visiting(national := in_its_listing(of=TURKIYE), local := in_its_listing())
    for visit in national, local:
        list(made.read_listing(listing(0, 0, "boat-1"), visit, 0))

    output = list(made.read_activity(party("boat-1"), made._wanted._pages["boat-1"]))

    [item] = [out for out in output if isinstance(out, ActivityItem)]
    assert item.section_id == METU.owner.section_id
    assert item.listed_by == [METU.owner.section_id]
    assert item.listed_by_countries == ["TR"]
    assert ended(output).keys() == {TURKIYE.owner, METU.owner}


def test_a_failed_activity_is_the_first_one_s_that_lists_it() -> None:
    made = visiting(national := in_its_listing(of=TURKIYE), local := in_its_listing())
    for visit in national, local:
        list(made.read_listing(listing(0, 0, "boat-1"), visit, 0))

    [failed, *_] = made.activity_failed(failure(BOAT), made._wanted._pages["boat-1"])

    assert failed == replace(failure(BOAT), country_code="TR")


def organised_by(page: TextResponse, tag: str, *names: tuple[str, str]) -> TextResponse:
    """Let a page's cards or article name organisers."""
    links = "".join(f'<a href="/organisation/{alias}">{name}</a>' for alias, name in names)
    shown = (
        f'<p class="act-organiser">{links}</p>'
        if tag == "card"
        else f'<div class="pseudo__organisers"><p class="pseudo__organiser">{links}</p></div>'
    )
    return page.replace(body=page.text.replace("</article>", f"{shown}</article>").encode())


def test_the_names_that_cards_and_pages_show_are_told_before_the_visit_ends() -> None:
    made = visiting(visit := in_its_listing())
    cards = listing(0, 0, "boat-1")
    card = organised_by(cards, "card", ("esn-metu", "ESN METU"), ("esn-turkiye", "ESN Türkiye"))
    page = organised_by(party("boat-1"), "page", ("esn-metu", "METU"), ("esn-italy", "ESN Italy"))

    read = list(made.read_listing(card, visit, 0))
    last = list(made.read_activity(page, made._wanted._pages["boat-1"]))

    assert not any(isinstance(out, OrganisationsItem) for out in read)
    assert [type(out) for out in last] == [ActivityItem, OrganisationsItem, VisitItem]
    named = [
        ("esn-italy", "ESN Italy", False),
        ("esn-metu", "ESN METU", True),
        ("esn-turkiye", "ESN Türkiye", False),
    ]
    met = [
        {"slug": slug, "name": name, "is_own": is_own, "is_repeated": False}
        for slug, name, is_own in named
    ]
    assert last[1] == OrganisationsItem(LISTING, met)


def test_the_feed_tells_of_organisations_that_nobody_knows_yet() -> None:
    made = visiting()
    cards = organised_by(listing(0, 0, "boat-1"), "card", ("esn-new", "ESN New"))

    [told] = made.read_feed(cards)

    assert isinstance(told, OrganisationsItem)
    assert [one["slug"] for one in told.organisations] == ["esn-new"]


def test_a_feed_without_a_card_is_not_the_feed_and_nothing_depends_on_it() -> None:
    made = visiting()
    with pytest.raises(ImpostorError, match="shows no activity"):
        list(made.read_feed(listing(0, 0)))
    assert list(made.feed_failed(failure(FEED))) == []
