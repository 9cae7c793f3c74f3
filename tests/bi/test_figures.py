from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.bi.network import Network

PERIODS = [
    (1, set()),
    (0, {"30_days", "365_days"}),
    (-29, {"30_days", "365_days"}),
    (-30, {"365_days"}),
    (-364, {"365_days"}),
    (-365, set()),
]


@pytest.mark.parametrize(("day", "counted"), PERIODS)
async def test_periods_end_today(two_countries: Network, day: int, counted: set[str]) -> None:
    await two_countries.activity("a", "ESN Brno", day=day, participants=7)
    await two_countries.refreshed()

    for period in "30_days", "365_days":
        expected = {
            f"activities_{period}": int(period in counted),
            f"participants_{period}": 7 * (period in counted),
        }
        section = {"section": "ESN Brno"}
        assert await two_countries.row("section_figures", *expected, **section) == expected
        country = {"country_code": "CZ"}
        assert await two_countries.row("countries", *expected, **country) == expected


async def test_the_future_is_apart(two_countries: Network) -> None:
    for day in (-400, -200, 5):
        await two_countries.activity(f"day {day}", "ESN Brno", day=day, participants=10)
    await two_countries.refreshed()

    columns = ("activities", "participants", "upcoming_activities", "days_since_last_activity")
    assert await two_countries.row("section_figures", *columns, section="ESN Brno") == {
        "activities": 3,
        "participants": 30,
        "upcoming_activities": 1,
        "days_since_last_activity": 200,
    }


async def test_this_year_is_compared_with_the_same_days_of_last_year(
    two_countries: Network,
) -> None:
    today = await two_countries.today()
    days = {
        "new year": date(today.year, 1, 1),
        "last new year": date(today.year - 1, 1, 1),
        "last new year's eve": date(today.year - 1, 12, 31),
        "long ago": date(today.year - 2, 12, 31),
    }
    for name, start in days.items():
        await two_countries.activity(name, "ESN Brno", start=start, participants=len(name))
    await two_countries.refreshed()

    is_eve = (today.month, today.day) == (12, 31)
    columns = {
        "activities_this_year": 1,
        "participants_this_year": len("new year"),
        "activities_last_year_to_date": 1 + is_eve,
        "participants_last_year_to_date": len("last new year")
        + is_eve * len("last new year's eve"),
    }
    assert await two_countries.row("section_figures", *columns, section="ESN Brno") == columns


async def test_averages_and_shares_are_of_the_last_year(two_countries: Network) -> None:
    for number, participants in enumerate((10, 25, None)):
        await two_countries.activity(
            f"new {number}", "ESN Brno", participants=participants, is_online=number == 0
        )
    await two_countries.activity("old", "ESN Brno", day=-500, participants=900, is_online=True)
    await two_countries.refreshed()

    shares = {"average_participants": Decimal("17.5"), "online_share": Decimal("0.3333")}
    assert await two_countries.row("section_figures", *shares, section="ESN Brno") == shares
    assert await two_countries.row("countries", *shares, country_code="CZ") == shares


async def test_a_section_without_activities_has_zeros_and_no_averages(
    two_countries: Network,
) -> None:
    columns: dict[str, Any] = {
        "activities": 0,
        "participants": 0,
        "activities_365_days": 0,
        "average_participants": None,
        "online_share": None,
        "international_share": None,
        "first_activity_on": None,
        "days_since_last_activity": None,
    }
    await two_countries.refreshed()

    assert await two_countries.row("section_figures", *columns, section="ESN Brno") == columns


@pytest.mark.parametrize(
    ("local", "international", "share"),
    [(1, 3, Decimal("0.75")), (0, 0, None), (None, 3, None)],
)
async def test_the_share_of_international_students(
    two_countries: Network, local: int | None, international: int, share: Decimal | None
) -> None:
    [brno] = await two_countries.rows("sections", "section_id", section="ESN Brno")
    await two_countries.insert(
        "section_overall_statistics",
        section_id=brno,
        total_local_students=local,
        total_international_students=international,
        total_coordinators=1000,
    )

    found = await two_countries.rows("section_figures", "international_share", section="ESN Brno")
    assert found == [share]


async def test_ranks(two_countries: Network) -> None:
    await two_countries.section("ESN Ege", "TR")
    await two_countries.section("ESN Nowhere")
    for number in range(2):
        await two_countries.activity(f"i{number}", "ESN Izmir", participants=1)
        await two_countries.activity(f"b{number}", "ESN Brno", participants=2)
    await two_countries.activity("old", "ESN Ankara", day=-500, participants=5000)
    await two_countries.refreshed()

    columns = ("section", "rank_in_network", "rank_in_country")
    assert await two_countries.rows("section_figures", *columns) == [
        ("ESN Ankara", 3, 2),
        ("ESN Brno", 1, 1),  # more participants
        ("ESN Ege", 3, 2),
        ("ESN Izmir", 2, 1),
        ("ESN Nowhere", 3, None),
    ]
    ranks = await two_countries.rows("countries", "country_code", "rank_in_network")
    assert ranks == [("CZ", 1), ("TR", 2)]


async def test_a_joint_activity_counts_once_for_a_country_and_for_the_network(
    two_countries: Network,
) -> None:
    start = await two_countries.today() - timedelta(days=10)
    organisers = ("ESN Ankara", "ESN Izmir", "ESN Brno")
    await two_countries.activity("joint", *organisers, start=start, participants=60)
    await two_countries.activity("own", "ESN Ankara", start=start, participants=5, is_online=True)
    await two_countries.activity("nobody's", start=start, participants=100)
    await two_countries.refreshed()

    columns = ("activities", "online_activities", "physical_activities", "participants")
    month = {"month": start.replace(day=1)}
    assert await two_countries.rows("section_months", "section", *columns, **month) == [
        ("ESN Ankara", 2, 1, 1, 65),
        ("ESN Brno", 1, 0, 1, 60),
        ("ESN Izmir", 1, 0, 1, 60),
    ]
    active = "active_sections"
    assert await two_countries.rows(
        "country_months", "country_code", *columns, active, **month
    ) == [
        ("CZ", 1, 0, 1, 60, 1),
        ("TR", 2, 1, 1, 65, 2),
    ]
    assert await two_countries.rows("network_months", *columns, active, "active_countries") == [
        (3, 1, 2, 165, 3, 2)
    ]
    totals = ("country_code", "activities", "participants", "sections", "active_sections")
    assert await two_countries.rows("countries", *totals) == [
        ("CZ", 1, 60, 1, 1),
        ("TR", 2, 65, 2, 2),
    ]


async def test_the_share_of_online_activities_by_month(two_countries: Network) -> None:
    for number in range(3):
        await two_countries.activity(
            f"a{number}", "ESN Brno", start=date(2016, 3, 31), is_online=number == 0
        )
    await two_countries.refreshed()

    for view in "section_months", "country_months", "network_months":
        assert await two_countries.rows(view, "online_share") == [Decimal("0.3333")]


async def test_causes_that_a_country_serves_less(two_countries: Network) -> None:
    served = {
        "a": ("ESN Brno", ["Culture"]),
        "b": ("ESN Brno", ["Culture", "Social Inclusion"]),
        "c": ("ESN Izmir", ["Social Inclusion"]),
        "d": ("ESN Izmir", []),
    }
    for slug, (section, causes) in served.items():
        key = await two_countries.activity(slug, section)
        await two_countries.tag("cause", key, *causes)
    old = await two_countries.activity("old", "ESN Izmir", day=-500)
    await two_countries.tag("cause", old, "Culture")
    await two_countries.refreshed()

    columns = ("cause", "activities", "activities_365_days", "share", "network_share", "difference")
    half, none = Decimal("0.5"), Decimal(0)
    assert await two_countries.rows("country_causes", *columns, country_code="TR") == [
        ("Culture", 1, 0, none, half, -half),
        ("Social Inclusion", 1, 1, half, half, none),
    ]
    assert await two_countries.rows("country_causes", *columns, country_code="CZ") == [
        ("Culture", 2, 2, Decimal(1), half, half),
        ("Social Inclusion", 1, 1, half, half, none),
    ]


async def test_a_country_without_activities_serves_no_cause(two_countries: Network) -> None:
    key = await two_countries.activity("a", "ESN Brno")
    await two_countries.tag("cause", key, "Culture")
    await two_countries.refreshed()

    columns = ("cause", "activities", "share", "network_share", "difference")
    assert await two_countries.rows("country_causes", *columns, country_code="TR") == [
        ("Culture", 0, None, Decimal(1), None)
    ]


async def test_where_and_how_fresh_a_section_is(two_countries: Network) -> None:
    for name, days in ("new", 1), ("late", 8), ("old", 31):
        await two_countries.section(name, "TR", city=name.title())
        await two_countries.connection.execute(
            "UPDATE sections SET last_scraped = now() - %s * interval '1 day' WHERE name = %s",
            [days, name],
        )
    await two_countries.refreshed()

    columns = ("section", "city", "country", "freshness", "days_since_read")
    assert await two_countries.rows("sections", *columns) == [
        ("ESN Ankara", None, "Türkiye", "never", None),
        ("ESN Brno", None, "the Czech Republic", "never", None),
        ("ESN Izmir", None, "Türkiye", "never", None),
        ("late", "Late", "Türkiye", "this month", 8),
        ("new", "New", "Türkiye", "this week", 1),
        ("old", "Old", "Türkiye", "older", 31),
    ]


@pytest.mark.parametrize(
    "gone", [{"state": "merged"}, {"state": "withdrew"}, {"left_at": datetime.now(UTC)}]
)
async def test_who_is_no_section_any_more_is_shown_but_not_counted(
    two_countries: Network, gone: dict[str, Any]
) -> None:
    await two_countries.section("ESN Old", "TR", **gone)
    await two_countries.section("ESN Warned", "TR", state="warned")
    await two_countries.activity("a", "ESN Old", participants=7)
    await two_countries.refreshed()

    turkey = {"country_code": "TR"}
    assert await two_countries.row("countries", "sections", "activities", **turkey) == {
        "sections": 3,  # with the one that was warned
        "activities": 1,  # which took place all the same
    }
    shown = {name: gone.get(name) for name in ("state", "left_at")} | {"is_counted": False}
    assert await two_countries.row("sections", *shown, section="ESN Old") == shown
    for view in "section_figures", "data_quality":
        assert "ESN Old" not in await two_countries.rows(view, "section")
    assert await two_countries.rows("activity_organisers", "section") == ["ESN Old"]
