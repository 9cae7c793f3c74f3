"""A refresh after a week finds what changed, and reads nothing without a reason."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import pytest

from sample.ageing import grow_older
from sample.network.generation import generate
from sample.network.model import Activity, Network, Section
from sample.network.organisations import Organisation
from sample.network.week import Week, a_week_later
from sample.process import serve
from sample.truth import Truth
from tests.conftest import Crawl, create_database, database_name, drop_database
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows
from tests.end_to_end.village import addresses

WEEK = timedelta(weeks=1)
SETTLES = timedelta(days=30)
CARDS = timedelta(days=60)
# The sample networks: what `make soak` and `.ci/run` choose, otherwise always the same one.
SEEDS = [
    pytest.param(int(seed), id=seed, marks=pytest.mark.xdist_group(seed))
    for seed in os.environ.get("REFRESH_SEEDS", "2026").split()
]
# Whose turn it is depends on the day; that turns come is tested where they are computed.
NO_TURNS = ("-s", "ESN_MAX_AGE_DAYS=100000")
LAST_RUN = """
    SELECT pages_read, pages_skipped, pages, sections_processed,
        (stats ->> 'pulse/pages/gone')::int + (stats ->> 'pulse/pages/failed')::int
    FROM scraper_status ORDER BY id DESC LIMIT 1
"""


@dataclass
class Weekly:
    """Two copies of a database, a week after both spiders filled it.

    :ivar before: the network at that time.
    :ivar refreshed: by a refresh, which asked for ``asked``.
    :ivar in_full: with ``full=1``.
    """

    before: Network
    week: Week
    refreshed: str
    in_full: str
    asked: list[str]

    def asked_of(self, alias: str) -> list[str]:
        start = f"/organisation/{alias}/"
        return [path.removeprefix(start) for path in self.asked if path.startswith(start)]

    @property
    def out_of_sight(self) -> set[str]:
        """The activities whose news is on a page of a listing that nobody looks at."""
        retitled = {
            one.event_slug
            for one in self.week.network.activities
            if one.event_slug in self.week.changes["renamed"]
            and not one.former_slugs
            and one.start < self.week.network.today - CARDS
        }
        before, now = self.before, self.week.network
        sections = zip(before.sections, now.sections, strict=True)
        others = zip(before.others, now.others, strict=True)
        return retitled.union(
            *(self._cancelled_out(*both) for both in sections),
            *(self._cancelled_out(*both) for both in others),
        )

    def _cancelled_out(self, was: Section | Organisation, now: Section | Organisation) -> set[str]:
        """Return what they have removed and registered late when their statistics don't tell it.

        They only count: one less and one more are as many as before, and of which kinds they are
        says nothing when there is something new, too.
        """
        before = {one.event_slug for one in self.before.listing(was.alias or "")}
        after = {one.event_slug for one in self.week.network.listing(now.alias or "")}
        removed = before.intersection(self.week.changes["removed"])
        late = after.intersection(self.week.changes["late"])
        new = after.intersection(self.week.changes["new"])
        return removed | late if removed and late and new else set()

    @cached_property
    def known_aliases(self) -> set[str]:
        """The sections and national organisations that are visited, by their present alias."""
        return {
            row["slug"]
            for row in truth_of(self.week.network).organisations()
            if row["accounts_platform_slug"] or row["country_code"]
        }


@pytest.fixture(scope="module", params=SEEDS)
def weekly(request: pytest.FixtureRequest, server: str, crawl: Crawl) -> Iterator[Weekly]:
    before = generate(request.param, datetime.now(UTC).date() - WEEK)
    with serve(before.seed, before.today) as site:

        def run(conninfo: str, *words: str) -> list[str]:
            site.forget_requests()
            finished = crawl("crawl", *words, *NO_TURNS, **addresses(conninfo, site))
            assert finished.returncode == 0, finished.stderr
            return [path for _, _, path in site.requests()]

        refreshed = create_database(server, "template0")
        run(refreshed, "accounts")
        run(refreshed, "activities")
        grow_older(refreshed, WEEK)
        in_full = create_database(server, database_name(refreshed))
        site.pass_week()
        asked = run(refreshed, "activities")
        run(in_full, "activities", "-a", "full=1")
    yield Weekly(before, a_week_later(before), refreshed, in_full, asked)
    drop_database(server, refreshed)
    drop_database(server, in_full)


def truth_of(network: Network) -> Truth:
    return Truth(network, "http://accounts.test", "http://activities.test")


def without(left_out: set[str], found: Content) -> Content:
    """Leave out some activities, and by which ground a section is an organiser.

    (Pages that name a moved section's new alias may be read before that alias is known.)
    """
    kept = {
        table: {key: row for key, row in content.items() if not left_out & {*map(str, key)}}
        for table, content in found.items()
    }
    for row in kept["activity_section_organisers"].values():
        del row["is_named"]
    return kept


def test_a_refresh_leaves_what_a_full_crawl_would(weekly: Weekly) -> None:
    refreshed, in_full = (
        without(weekly.out_of_sight, content(conninfo))
        for conninfo in (weekly.refreshed, weekly.in_full)
    )

    assert differences(refreshed, in_full) == []


def test_pages_are_read_for_a_reason_and_once(weekly: Weekly) -> None:
    def slugs(*kinds: str) -> set[str]:
        return {slug for kind in kinds for slug in weekly.week.changes[kind]}

    before, now = weekly.before, weekly.week.network
    # Of a section that a card of this week's names first, nothing was read before.
    listed = truth_of(before).listed

    def is_read(one: Activity) -> bool:
        known = next((old for old in listed if old.number == one.number), None)
        return not weekly.known_aliases.isdisjoint(one.listed_by) and (
            known is None
            or one.event_slug in slugs("changed", "renamed")
            or known.end > before.today - SETTLES
            or bool(known.flaws)
            or known.page_status != 200
        )

    asked = Counter(p.split("/")[2] for p in weekly.asked if p.startswith("/activity/"))

    expected = {one.event_slug for one in now.activities if is_read(one)}
    # What a listing lacks is only removed when its own page is gone.
    gone = {one.event_slug for one in before.activities}
    gone -= {one.event_slug for one in now.activities}
    # Where a former address leads shows that the activity was renamed.
    former = {slug for one in now.activities for slug in one.former_slugs}
    found = set(asked) - weekly.out_of_sight - gone - former
    assert found == expected - weekly.out_of_sight
    repeated = {slug for slug, times in asked.items() if times > 1}
    assert repeated == {one.event_slug for one in now.activities if one.page_status == 500}


def test_a_section_or_country_without_news_costs_two_requests(weekly: Weekly) -> None:
    before, now = weekly.before, weekly.week.network
    quiet = {
        alias
        for alias in weekly.known_aliases
        if now.organisations[alias] == before.organisations.get(alias)
        and now.listing(alias) == before.listing(alias)
        and all(one.start < now.today - CARDS for one in now.listing(alias)[9:10])
    }

    assert len(quiet) > 10
    assert quiet & {one.alias for one in now.national.values()}
    for alias in quiet:
        assert weekly.asked_of(alias) == ["statistics", "activities?page=0"]


def test_a_removal_and_a_late_registration_that_keep_the_total_are_found(weekly: Weekly) -> None:
    [swapped] = weekly.week.changes["swapped"]
    [alias] = [one.alias for one in weekly.week.network.sections if one.slug == swapped]
    pages = range(1 + (len(weekly.week.network.listing(alias or "")) - 1) // 10)

    listing = {f"activities?page={number}" for number in pages}
    assert set(weekly.asked_of(alias or "")) == {"statistics"} | listing


def test_what_the_listings_do_not_show_any_more_is_marked(weekly: Weekly) -> None:
    removed = "SELECT event_slug FROM activities WHERE removed_at IS NOT NULL"
    now = {one.event_slug for one in weekly.week.network.activities}
    listed = {one.event_slug for one in truth_of(weekly.before).listed}
    gone = listed - now - weekly.out_of_sight

    marked = {slug for (slug,) in rows(weekly.refreshed, removed)}
    assert marked - weekly.out_of_sight == gone
    assert gone


def test_a_moved_section_is_known_by_its_new_alias(weekly: Weekly) -> None:
    [moved] = weekly.week.changes["moved"]
    [alias] = [one.alias for one in weekly.week.network.sections if one.slug == moved]
    known = (
        f"SELECT activities_platform_slug FROM sections WHERE accounts_platform_slug = '{moved}'"
    )

    assert rows(weekly.refreshed, known) == [(alias,)]


def test_the_run_says_what_it_read_and_skipped_and_why(weekly: Weekly) -> None:
    [(read, skipped, pages, sections, failed)] = rows(weekly.refreshed, LAST_RUN)

    asked = pages["asked"]
    always = {"feed", "statistics page", "listing page"}
    always |= {"new", "unsettled", "failed", "invalid"}
    assert always <= asked.keys() <= always | {"card", "left", "renamed"}
    redirected = 1  # the section that has moved
    statistics = [path for path in weekly.asked if path.endswith("/statistics")]
    again = len(statistics) - len(set(statistics))  # figures that fell
    assert sections == asked["statistics page"] - again == len(statistics) - redirected - again
    assert pages["skipped"].keys() == {"unchanged", "listing"}
    assert skipped == sum(pages["skipped"].values())
    assert read == sum(asked.values()) - failed

    [(_, skipped, pages, *_)] = rows(weekly.in_full, LAST_RUN)
    asked = pages["asked"].keys() - {"left", "renamed"}
    assert asked == {"feed", "statistics page", "listing page", "full"}
    assert (skipped, pages["skipped"]) == (0, {})
