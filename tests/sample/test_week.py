import re
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from sample.network.generation import generate
from sample.network.model import Activity, Network, Section
from sample.network.organisations import Organiser
from sample.network.week import Week, a_week_later
from sample.sites.render import listing_page, statistics_page
from sample.sites.routes import Answer, Sites
from sample.truth import Truth
from tests.sample.days import moved_to

TODAY = date(2026, 5, 4)
KINDS = {"new", "finished", "changed", "renamed", "removed", "late", "swapped", "moved"}
TEASERS = re.compile('<section class="view-related-activities">.*</section>\n?', re.DOTALL)


@pytest.fixture(scope="module", params=[2026, 1, 7])
def before(request: pytest.FixtureRequest) -> Network:
    return generate(request.param, TODAY)


@pytest.fixture(scope="module")
def week(before: Network) -> Week:
    return a_week_later(before)


def by_slug(network: Network) -> dict[str, Activity]:
    return {activity.event_slug: activity for activity in network.activities}


def section(network: Network, slug: str) -> Section:
    return next(one for one in network.sections if one.slug == slug)


def changed_fields(before: Activity, after: Activity) -> set[str]:
    names = {field.name for field in fields(Activity)}
    return {name for name in names if getattr(before, name) != getattr(after, name)}


def get(network: Network, path: str) -> Answer:
    return Sites(network).answer("activities", "GET", path)


def pairs(before: Network, week: Week, kind: str) -> list[tuple[Activity, Activity]]:
    """Pair what the activities of a kind were with what they are; their numbers stay the same.

    What has moved bears its new alias in both.
    """
    moved = {
        section(before, slug).alias: section(week.network, slug).alias or ""
        for slug in week.changes["moved"]
    }

    def moved_as_well(one: Activity) -> Activity:
        organisers = (by._replace(alias=moved.get(by.alias, by.alias)) for by in one.organisers)
        listed = (moved.get(alias, alias) for alias in one.also_listed_by)
        return replace(one, organisers=tuple(organisers), also_listed_by=tuple(listed))

    old = {activity.number: moved_as_well(activity) for activity in before.activities}
    now = by_slug(week.network)
    return [(old[now[slug].number], now[slug]) for slug in week.changes[kind]]


def touched(before: Network, week: Week) -> set[str]:
    """Return the slugs of the activities that the changes name, as they were and as they are."""
    slugs = {slug for kind in KINDS - {"swapped", "moved"} for slug in week.changes[kind]}
    slugs |= {one.event_slug for one, _ in pairs(before, week, "renamed")}
    aliases = {section(before, slug).alias for slug in week.changes["moved"]}
    aliases |= {section(week.network, slug).alias for slug in week.changes["moved"]}
    activities = (*before.activities, *week.network.activities)
    return slugs | {one.event_slug for one in activities if aliases & {*one.listed_by}}


def test_the_same_network_always_becomes_the_same(before: Network, week: Week) -> None:
    assert a_week_later(generate(before.seed, TODAY)) == week


@pytest.mark.parametrize("day", ["2027-12-31", "2028-02-28", "2028-03-26"])
def test_on_another_day_the_same_happens(before: Network, week: Week, day: str) -> None:
    later = date.fromisoformat(day)
    found = a_week_later(generate(before.seed, later))
    assert found.changes == week.changes
    assert found.network == moved_to(later + timedelta(days=7), week.network)


def test_a_week_passes(week: Week) -> None:
    assert week.network.today == TODAY + timedelta(days=7)


def test_everything_happens_week_after_week(before: Network) -> None:
    network = before
    for _ in range(4):
        week = a_week_later(network)
        assert {kind for kind, slugs in week.changes.items() if slugs} == KINDS
        network = week.network
        numbers = [activity.number for activity in network.activities]
        assert len(set(numbers)) == len(numbers)
        coming = [(one.start - network.today).days for one in network.activities]
        assert not {days % 7 for days in coming if days >= -1} & {6, 0, 1}
        aliases = [one.alias for one in network.sections if one.alias]
        aliases += [one.moved_from for one in network.sections if one.moved_from]
        assert len(set(aliases)) == len(aliases)


def test_new_activities_are_yet_to_come(before: Network, week: Week) -> None:
    for slug in week.changes["new"]:
        assert slug not in by_slug(before)
        assert by_slug(week.network)[slug].start > week.network.today
        assert get(week.network, f"/activity/{slug}").status == 200


def test_a_section_without_activities_gains_its_first(before: Network, week: Week) -> None:
    assert before.listing("esn-mannheim") == []
    [first] = week.network.listing("esn-mannheim")
    assert first.event_slug in week.changes["new"]
    assert section(before, "de-mann-uni").statistics is None
    assert section(week.network, "de-mann-uni").statistics


def test_finished_activities_are_reported(before: Network, week: Week) -> None:
    for was, now in pairs(before, week, "finished"):
        assert changed_fields(was, now) == {"participants", "outcomes"}
        assert (was.participants, was.outcomes) == (None, ())
        assert now.participants
        assert now.outcomes
        assert TODAY - timedelta(days=30) < now.end < week.network.today


def test_changed_activities_have_another_card(before: Network, week: Week) -> None:
    found = [changed_fields(was, now) for was, now in pairs(before, week, "changed")]
    assert {"city"} in found
    assert {"start", "end"} in found
    assert all(names in ({"city"}, {"start", "end"}) for names in found)
    for was, now in pairs(before, week, "changed"):
        assert was.end > TODAY - timedelta(days=30)
        assert now.start > week.network.today or now.start == was.start


def test_renamed_activities_may_have_another_address(before: Network, week: Week) -> None:
    found = pairs(before, week, "renamed")
    assert all(was.title != now.title for was, now in found)
    moved = [(was.event_slug, now.event_slug) for was, now in found if now.former_slugs]
    assert 0 < len(moved) < len(found)
    for old, new in moved:
        assert old != new
        answer = get(week.network, f"/activity/{old}")
        assert (answer.status, answer.location) == (301, f"/activity/{new}")
        assert get(week.network, f"/activity/{new}").status == 200


def test_every_former_address_leads_to_the_present_one(network: Network) -> None:
    first = network.activities[0]
    renamed = replace(first, event_slug="third-1", former_slugs=("first-1", "second-1"))
    changed = replace(network, activities=(renamed,))
    for former in renamed.former_slugs:
        assert get(changed, f"/activity/{former}").location == "/activity/third-1"


def test_removed_activities_are_gone(before: Network, week: Week) -> None:
    for slug in week.changes["removed"]:
        assert get(before, f"/activity/{slug}").status == 200
        assert get(week.network, f"/activity/{slug}").status == 404
    recent = [by_slug(before)[slug].end > TODAY for slug in week.changes["removed"]]
    assert False in recent


def test_something_national_is_new_renamed_and_removed(before: Network, week: Week) -> None:
    aliases = {one.alias for one in before.national.values()}
    now = by_slug(before) | by_slug(week.network)
    for kind in "new", "renamed", "removed":
        assert any(aliases.issuperset(now[slug].listed_by) for slug in week.changes[kind])


def test_late_registrations_stand_among_old_activities(before: Network, week: Week) -> None:
    for slug in week.changes["late"]:
        assert slug not in by_slug(before)
        assert by_slug(week.network)[slug].end < TODAY - timedelta(days=40)
        assert get(week.network, f"/activity/{slug}").status == 200


def test_a_swap_shows_in_nothing_but_causes_and_types(before: Network, week: Week) -> None:
    [slug] = week.changes["swapped"]
    was, now = section(before, slug), section(week.network, slug)
    assert was.alias
    assert was.statistics
    assert now.statistics
    assert listing_page(before, was.alias, 0) == listing_page(week.network, was.alias, 0)
    assert was.statistics.activities == now.statistics.activities
    assert was.statistics.participants == now.statistics.participants
    assert was.statistics.causes != now.statistics.causes
    assert was.statistics.types != now.statistics.types
    old = {one.event_slug for one in before.listing(was.alias)}
    new = {one.event_slug for one in week.network.listing(was.alias)}
    assert len(old - new) == len(new - old) == 1
    assert old - new <= {*week.changes["removed"]}
    assert new - old <= {*week.changes["late"]}


def test_no_section_moves_that_stands_on_the_cards_of_the_swap(before: Network) -> None:
    alias = section(before, a_week_later(before).changes["swapped"][0]).alias
    listing = before.listing(alias or "")
    shared = next(one for one in before.activities if one in listing and one.page_status == 200)
    partner = section(before, "it-forli-uni")
    organisers = (Organiser(partner.alias or "", partner.name), *shared.organisers)
    network = replace(
        before,
        activities=tuple(
            replace(one, organisers=organisers) if one is shared else one
            for one in before.activities
            if partner.alias not in one.listed_by
        ),
        sections=tuple(
            replace(one, alias_is_guessable=one is partner or one.alias == alias)
            for one in before.sections
        ),
    )
    assert "moved" not in a_week_later(network).changes


def test_a_moved_section_is_named_by_its_new_alias(before: Network, week: Week) -> None:
    [slug] = week.changes["moved"]
    old, new = section(before, slug).alias, section(week.network, slug).alias
    assert old
    assert new
    answer = get(week.network, f"/organisation/{old}/activities")
    assert (answer.status, answer.location) == (301, f"/organisation/{new}/activities")
    listed = {one.number for one in week.network.listing(new)}
    gone = {by_slug(before)[removed].number for removed in week.changes["removed"]}
    assert {one.number for one in before.listing(old)} - gone <= listed
    assert week.network.listing(old) == []
    assert f"/organisation/{new}" in get(week.network, f"/organisation/{new}/activities").body


def test_other_pages_of_activities_stay_as_they_were(before: Network, week: Week) -> None:
    others = by_slug(before).keys() - touched(before, week)
    assert len(others) > 300
    was, now = Sites(before), Sites(week.network)
    for slug in others:
        old, new = (site.answer("activities", "GET", f"/activity/{slug}") for site in (was, now))
        assert TEASERS.sub("", old.body) == TEASERS.sub("", new.body)


def test_statistics_of_other_sections_stay_as_they_were(before: Network, week: Week) -> None:
    slugs = touched(before, week)
    others = [
        (was, now)
        for was, now in zip(before.sections, week.network.sections, strict=True)
        if was.alias == now.alias
        and slugs.isdisjoint(
            one.event_slug
            for listing in (before.listing(was.alias or ""), week.network.listing(was.alias or ""))
            for one in listing
        )
    ]
    assert len(others) > 15
    for was, now in others:
        assert statistics_page(was) == statistics_page(now)


def test_truth_is_that_of_the_new_state(week: Week) -> None:
    truth = Truth(week.network, "http://accounts.test", "http://activities.test")
    stored = {row["event_slug"] for row in truth.activities()}
    assert stored >= {*week.changes["new"], *week.changes["late"], *week.changes["renamed"]}
    assert stored.isdisjoint(week.changes["removed"])
    moved = section(week.network, week.changes["moved"][0])
    [row] = [one for one in truth.sections() if one["accounts_platform_slug"] == moved.slug]
    assert row["activities_platform_slug"] == moved.alias
