"""Figures of the API, and the tables below a page's charts: both are what is in the tables."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from esn_pulse.analysis import texts
from tests.web.api.counted import Counted, Tables, participants
from tests.web.api.rendered import blank, figures, number, rows, table
from tests.web.servers import Site

OF_TR = "&country=TR"
# A page, the same for the API, and which activities are meant.
SCOPES: list[tuple[str, str, Callable[[Counted], bool]]] = [
    ("/", "", lambda _: True),
    ("/countries/TR", OF_TR, lambda one: "TR" in one.countries),
    ("/sections/esn-izmir", "&section=esn-izmir", lambda one: "tr-esn-izmir" in one.sections),
]
RANKED = [scope[:2] for scope in SCOPES[:2]]


@pytest.mark.parametrize(("page", "query", "is_own"), SCOPES)
def test_months(
    rich: Site, counted: Tables, page: str, query: str, is_own: Callable[[Counted], bool]
) -> None:
    months: dict[date, list[Counted]] = defaultdict(list)
    for one in filter(is_own, counted.activities):
        if (month := one.start_date.replace(day=1)) <= counted.today:
            months[month].append(one)
    expected = {
        str(month): (len(of), sum(one.is_online for one in of), participants(of))
        for month, of in months.items()
    }

    names = ("activities", "online_activities", "participants")
    assert figures(rich, f"/api/v1/months?{query}", "month", *names) == expected
    activities = {month: cells for month, *cells in table(rich, page, "#activities")}
    people = dict(table(rich, page, "#participants"))
    assert {
        month: (number(cells[0]), number(cells[1]), number(people[month]))
        for month, cells in activities.items()
        if cells[0] != "0"
    } == {texts.month(date.fromisoformat(month)): row for month, row in expected.items()}


@pytest.mark.parametrize("kind", ["causes", "types", "sdgs"])
@pytest.mark.parametrize(("page", "query", "is_own"), SCOPES)
def test_shares(
    rich: Site,
    counted: Tables,
    kind: str,
    page: str,
    query: str,
    is_own: Callable[[Counted], bool],
) -> None:
    year = [one for one in counted.activities if is_own(one) and one.is_of_year(counted.today)]
    expected = Counter(name for one in year for name in getattr(one, kind))
    found = rows(rich, f"/api/v1/{kind}?{query}")

    assert {row["name"]: row["activities"] for row in found} == expected
    for row in found:
        assert row["share"] == pytest.approx(row["activities"] / len(year), abs=1e-4)
    on_page = table(rich, page, "#goals" if kind == "sdgs" else f"#{kind}")
    assert {row[0]: row[1] for row in on_page if row[1] != "0 %"} == {
        texts.goal(row["number"], row["name"]).strip(): blank(texts.percent(row["share"]))
        for row in found
    }


@pytest.mark.parametrize(("page", "query"), RANKED)
def test_growth(rich: Site, counted: Tables, page: str, query: str) -> None:
    expected = {}
    for section in counted.sections:
        own = counted.of(section)
        now = sum(one.is_of_year(counted.today) for one in own)
        before = sum(one.is_of_year(counted.today - timedelta(365)) for one in own)
        if (now or before) and (not query or section.country_code == "TR"):
            expected[section.name] = (now, before, now - before)

    names = ("activities_in_period", "activities_year_before", "change")
    found = figures(rich, f"/api/v1/growth?{query}", "section", *names)
    assert found == expected
    changes = [change for _, _, change in found.values()]
    assert changes == sorted(changes, reverse=True)
    on_page = [row[1:] for row in table(rich, page, "#growth")]
    assert [tuple(map(number, row)) for row in on_page] == [*found.values()]


@pytest.mark.parametrize(("page", "query"), RANKED)
def test_quiet(rich: Site, counted: Tables, page: str, query: str) -> None:
    expected = {}
    for section in counted.sections:
        days = [one.start_date for one in counted.of(section)]
        is_quiet = days and max(days) <= counted.today - timedelta(180)
        if is_quiet and (not query or section.country_code == "TR"):
            expected[section.name] = (len(days), str(max(days)), (counted.today - max(days)).days)

    names = ("activities", "last_activity_on", "days_since_last_activity")
    found = figures(rich, f"/api/v1/quiet?{query}", "section", *names)
    assert found == expected != {}
    on_page = [row[1:] for row in table(rich, page, "#quiet")]
    assert on_page == [
        [str(activities), texts.day(date.fromisoformat(str(last))), str(ago)]
        for activities, last, ago in found.values()
    ]


@pytest.mark.parametrize(("page", "query"), RANKED)
def test_freshness(rich: Site, counted: Tables, page: str, query: str) -> None:
    own = [one for one in counted.sections if not query or one.country_code == "TR"]
    expected = Counter("this week" if one.is_read else "never" for one in own)
    found = rows(rich, f"/api/v1/freshness?limit=100{query}")

    assert Counter(row["freshness"] for row in found) == expected
    on_page = [number(row[1]) for row in table(rich, page, "#freshness")]
    assert on_page == [expected[one] for one in ("this week", "this month", "older", "never")]
