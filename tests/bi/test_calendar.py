from datetime import date, timedelta

import pytest

from tests.bi.network import Network


async def test_it_covers_all_years_with_activities_without_a_gap(network: Network) -> None:
    await network.activity("first", start=date(2019, 5, 17))
    await network.activity("next", day=300)
    await network.refreshed()

    days = await network.rows("calendar", "date")

    last = await network.today() + timedelta(days=300)
    assert days[0] == date(2019, 1, 1)
    assert days[-1] == date(last.year, 12, 31)
    assert len(days) == (days[-1] - days[0]).days + 1


async def test_wrong_dates_don_t_make_it_endless(network: Network) -> None:
    await network.activity("ancient", start=date(1, 1, 1))
    await network.activity("utopian", start=date(9999, 12, 31))
    await network.refreshed()

    days = await network.rows("calendar", "date")

    assert days[0] == date(1989, 1, 1)
    assert days[-1].year == (await network.today() + timedelta(days=730)).year


async def test_without_activities_it_is_that_of_this_year(network: Network) -> None:
    days = await network.rows("calendar", "date")

    year = (await network.today()).year
    assert (days[0], days[-1]) == (date(year, 1, 1), date(year, 12, 31))


@pytest.mark.parametrize(
    ("day", "academic_year", "semester"),
    [
        (date(2026, 1, 31), "2025/26", "autumn"),
        (date(2026, 2, 1), "2025/26", "spring"),
        (date(2026, 8, 31), "2025/26", "spring"),
        (date(2026, 9, 1), "2026/27", "autumn"),
        (date(2099, 12, 31), None, None),
    ],
)
async def test_academic_years(
    network: Network, day: date, academic_year: str | None, semester: str | None
) -> None:
    await network.activity("first", start=date(2026, 1, 1))
    await network.refreshed()

    found = await network.rows("calendar", "academic_year", "semester", date=day)

    assert found == ([(academic_year, semester)] if academic_year else [])


async def test_every_way_to_name_a_day(network: Network) -> None:
    await network.activity("first", start=date(2021, 1, 1))
    await network.refreshed()

    columns = "year quarter year_quarter month month_number month_name iso_year iso_week"
    weekday = "weekday_number weekday is_weekend"
    saturday = await network.row(
        "calendar", *columns.split(), *weekday.split(), date=date(2021, 1, 2)
    )

    assert saturday == {
        "year": 2021,
        "quarter": 1,
        "year_quarter": "2021-Q1",
        "month": date(2021, 1, 1),
        "month_number": 1,
        "month_name": "January",
        "iso_year": 2020,
        "iso_week": 53,
        "weekday_number": 6,
        "weekday": "Saturday",
        "is_weekend": True,
    }


async def test_a_day_that_the_session_s_time_zone_leaves_out(network: Network) -> None:
    await network.connection.execute("SET LOCAL TimeZone = 'Pacific/Apia'")
    await network.activity("first", start=date(2011, 1, 1))
    await network.refreshed()

    names = await network.rows("calendar", "weekday", date=date(2011, 12, 30))

    assert names == ["Friday"]
