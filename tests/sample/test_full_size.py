"""The sample network at the size of the real one."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from esn_pulse.rules.countries import CountryNames
from esn_pulse.rules.slugs import candidates
from sample.network.generation import generate
from sample.network.model import CARDS_A_PAGE, Network
from sample.network.vocabulary import FOREIGN_PLACES
from sample.network.week import Week, a_week_later
from sample.sites.render import statistics_page
from sample.truth import Truth

TODAY = date(2026, 5, 4)


@pytest.fixture(scope="module")
def network() -> Network:
    return generate(2026, TODAY, sections=517, activities_per_section=97)


@pytest.fixture(scope="module")
def week(network: Network) -> Week:
    return a_week_later(network)


def test_size(network: Network) -> None:
    assert len(network.sections) == 517
    assert 44 <= len(network.countries) <= 46
    assert 48_000 < len(network.activities) < 52_000


def test_listings_are_as_long_as_on_the_real_site(network: Network) -> None:
    counts = [len(network.listing(one.alias)) for one in network.sections if one.alias]
    pages = [-(-count // CARDS_A_PAGE) for count in counts]
    assert 26 <= max(pages) <= 29
    assert 5 <= pages.count(0) <= 25
    assert sum(1 <= number <= 10 for number in pages) > len(pages) / 2


def test_keys_are_unique(network: Network) -> None:
    sections = network.sections
    aliases = [one.alias for one in sections if one.alias]
    aliases += [one.moved_from for one in sections if one.moved_from]
    aliases += [one.alias for one in network.others]
    aliases += [one.moved_from for one in network.others if one.moved_from]
    keys: list[list[object]] = [
        [*aliases],
        [one.slug for one in sections],
        [one.name for one in sections],
        [one.event_slug for one in network.activities],
        [one.number for one in network.activities],
        [one.code for one in network.countries],
    ]
    assert [Counter(names).most_common(1)[0][1] for names in keys] == [1] * len(keys)


def test_the_alias_rules_lead_to_every_section(network: Network) -> None:
    known = set(network.organisations)
    known |= {one.moved_from for one in network.sections if one.moved_from}
    for one in network.sections:
        if one.alias and one.alias_is_guessable:
            found = next(alias for alias in candidates(one.name) if alias in known)
            assert found == (one.moved_from or one.alias)


def test_countries_have_their_usual_names(network: Network) -> None:
    names = CountryNames({code: f"nowhere {code}" for code in network.country_names})
    for country in network.countries:
        assert names.locate(country.name) == (country.code, None)
        assert network.sections_of(country.code)
    assert not FOREIGN_PLACES.keys() & network.country_names.keys()


def test_activities_go_back_ten_years_and_become_more(network: Network) -> None:
    years = Counter((network.today - one.start).days // 365 for one in network.activities)
    assert all(years[later] > years[earlier] for later, earlier in pairwise(range(9)))
    assert 1.5 < years[0] / years[8] < 4
    assert sum(years[age] for age in years if age > 10) < 50


def test_few_activities_are_yet_to_come(network: Network) -> None:
    ahead = [(one.start - network.today).days for one in network.activities]
    coming = [days for days in ahead if days > 0]
    assert 0.01 < len(coming) / len(ahead) < 0.02
    assert 14 < sum(coming) / len(coming) < 42


def test_nothing_happens_around_midnight(network: Network) -> None:
    for one in network.activities:
        for day in (one.start, one.end):
            assert day < network.today - timedelta(days=1) or (day - TODAY).days % 7 in (2, 3, 4, 5)


def test_recent_activities_are_not_all_reported_yet(network: Network) -> None:
    def unreported(first: int, last: int) -> float:
        ended = [one for one in network.activities if first <= (TODAY - one.end).days <= last]
        return sum(not one.outcomes for one in ended) / len(ended)

    assert unreported(1, 7) > unreported(8, 14) > unreported(15, 28) > 0
    assert unreported(1, 7) > 0.5
    assert unreported(29, 4000) < 0.01


def test_truth(network: Network) -> None:
    truth = Truth(network, "http://accounts.test", "http://activities.test")
    tables, junctions = truth.tables(), truth.junctions()
    assert len(tables["activities"]) > 0.99 * len(network.activities)
    assert len(tables["section_overall_statistics"]) > 510
    assert len(junctions["activity_section_organisers"]) > len(tables["activities"])


def test_a_week_brings_what_it_would_bring_in_life(network: Network, week: Week) -> None:
    counts = {kind: len(slugs) for kind, slugs in week.changes.items()}
    last_year = sum(0 < (TODAY - one.start).days <= 365 for one in network.activities)
    assert abs(counts["new"] - last_year / 52) <= 1
    assert 80 < counts["finished"] < 200
    assert all(10 <= counts[kind] <= 30 for kind in ("changed", "renamed", "removed", "late"))
    assert counts["swapped"] == counts["moved"] == 1


def test_nothing_happens_to_an_activity_twice(week: Week) -> None:
    slugs = [slug for kind, named in week.changes.items() if kind != "moved" for slug in named]
    assert len(set(slugs)) == len(slugs)


def test_new_activities_stand_at_the_top(week: Week) -> None:
    now = {one.event_slug: one for one in week.network.activities}
    for slug in week.changes["new"]:
        host = now[slug].organisers[0].alias
        assert now[slug] in week.network.listing(host)[:CARDS_A_PAGE]


def test_a_week_leaves_most_statistics_as_they_were(network: Network, week: Week) -> None:
    both = zip(network.sections, week.network.sections, strict=True)
    same = [statistics_page(was) == statistics_page(now) for was, now in both]
    assert 100 < same.count(False) < 300
