from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import LiteralString

from tests.bi.network import Network

BROKEN: LiteralString = (
    "INSERT INTO validation_errors (section_id, field_name, error_message, value, url, resolved_at)"
    " SELECT id, 'title', 'is empty', '  ', '/x/' || n, CASE WHEN n > 1 THEN now() END"
    " FROM sections, generate_series(1, 3) AS n WHERE name = 'ESN Brno'"
)
UNREAD: LiteralString = (
    "INSERT INTO failed_scrapes (section_id, url, error_message, will_retry)"
    " SELECT id, '/y/' || n, 'answered 500', n < 3"
    " FROM sections, generate_series(1, 3) AS n WHERE name = 'ESN Brno'"
)


async def test_history_tells_totals_and_what_is_new(two_countries: Network) -> None:
    [brno] = await two_countries.rows("sections", "section_id", section="ESN Brno")
    totals = {
        date(2026, 3, 1): (10, 1, 100, 200, 5),
        date(2026, 3, 8): (12, 1, 110, 250, 5),
        date(2026, 3, 15): (13, None, 110, 260, 6),
    }
    for day, (physical, online, local, international, coordinators) in totals.items():
        await two_countries.insert(
            "section_snapshots",
            section_id=brno,
            day=day,
            physical_activities=physical,
            online_activities=online,
            total_local_students=local,
            total_international_students=international,
            total_coordinators=coordinators,
        )

    columns = ("day", "activities", "participants", "new_activities", "new_participants")
    assert await two_countries.rows("section_history", *columns, section="ESN Brno") == [
        (date(2026, 3, 1), 11, 305, None, None),
        (date(2026, 3, 8), 13, 365, 2, 60),
        (date(2026, 3, 15), None, 376, None, 11),
    ]


async def test_a_section_s_own_statistics_in_one_form(two_countries: Network) -> None:
    [brno] = await two_countries.rows("sections", "section_id", section="ESN Brno")
    counts = {"section_id": brno, "physical_count": 4, "online_count": 3}
    labels = {"cause": "cause_name", "type": "activity_type", "participant": "participant_type"}
    for kind, label in labels.items():
        await two_countries.insert(f"section_{kind}_statistics", **counts, **{label: kind})

    columns = ("kind", "name", "physical", "online", "total", "section", "country_code")
    assert await two_countries.rows("section_statistics", *columns) == [
        ("activity type", "type", 4, 3, 7, "ESN Brno", "CZ"),
        ("cause", "cause", 4, 3, 7, "ESN Brno", "CZ"),
        ("participants", "participant", 4, 3, 7, "ESN Brno", "CZ"),
    ]


async def test_a_total_is_known_without_its_parts(two_countries: Network) -> None:
    [brno] = await two_countries.rows("sections", "section_id", section="ESN Brno")
    await two_countries.insert(
        "section_cause_statistics",
        section_id=brno,
        cause_name="Culture",
        total_count=7,
        physical_count=4,
        online_count=None,
    )

    assert await two_countries.rows("section_statistics", "total") == [7]


async def test_quality_of_a_section(two_countries: Network) -> None:
    good = await two_countries.activity("good", "ESN Brno", participants=3)
    await two_countries.tag("cause", good, "Culture")
    await two_countries.activity("bare", "ESN Brno")
    await two_countries.activity("next", "ESN Brno", day=5, participants=None)
    await two_countries.activity("broken", "ESN Brno", is_valid=False)
    await two_countries.activity("gone", "ESN Brno", removed_at=date(2026, 1, 1))
    [brno] = await two_countries.rows("sections", "section_id", section="ESN Brno")
    await two_countries.insert(
        "section_overall_statistics", section_id=brno, physical_activities=4, online_activities=1
    )
    await two_countries.connection.execute(BROKEN)
    await two_countries.connection.execute(UNREAD)
    await two_countries.refreshed()

    expected = {
        "activities_stored": 5,
        "activities_valid": 3,
        "activities_removed": 1,
        "without_participants": 1,
        "without_causes": 2,
        "activities_by_own_count": 5,
        "completeness": Decimal("0.8"),
        "valid_share": Decimal("0.75"),
        "open_errors": 1,
        "open_failures": 2,
        "has_coordinates": False,
        "has_statistics": True,
        "last_read": None,
    }
    assert await two_countries.row("data_quality", *expected, section="ESN Brno") == expected


async def test_only_open_problems_are_listed(two_countries: Network) -> None:
    await two_countries.connection.execute(BROKEN)
    await two_countries.connection.execute(UNREAD)

    columns = ("url", "kind", "section", "country_code", "field", "message", "value")
    assert await two_countries.rows("data_problems", *columns) == [
        ("/x/1", "broken field", "ESN Brno", "CZ", "title", "is empty", "  "),
        ("/y/1", "unread page", "ESN Brno", "CZ", None, "answered 500", None),
        ("/y/2", "unread page", "ESN Brno", "CZ", None, "answered 500", None),
    ]


async def test_whether_a_country_has_a_page_and_when_it_was_read(network: Network) -> None:
    read = datetime.now(UTC) - timedelta(days=3)
    page = {"can_scrape_activities": True, "activities_url": "/esn-li", "last_scraped": read}
    await network.country("LI", "Liechtenstein", **page)
    await network.country("TR", "Türkiye", can_scrape_activities=False)
    await network.country("CZ", "the Czech Republic")

    columns = ("country_code", "has_activities_page", "activities_url", "last_read")
    assert await network.rows("countries", *columns) == [
        ("CZ", None, None, None),
        ("LI", True, "/esn-li", read),
        ("TR", False, None, None),
    ]
    columns = ("country_code", "has_activities_page", "last_read", "days_since_read")
    assert await network.rows("country_quality", *columns) == [
        ("CZ", None, None, None),
        ("LI", True, read, 3),
        ("TR", False, None, None),
    ]


async def test_history_of_a_national_organisation(national: Network) -> None:
    for day, activities in (date(2026, 3, 1), 10), (date(2026, 3, 8), 14):
        await national.insert(
            "country_snapshots",
            country_code="TR",
            day=day,
            physical_activities=activities,
            online_activities=1,
            total_local_students=2,
            total_international_students=3,
            total_coordinators=activities,
        )

    columns = ("country", "day", "activities", "participants", "new_activities", "new_participants")
    assert await national.rows("country_history", *columns) == [
        ("Türkiye", date(2026, 3, 1), 11, 15, None, None),
        ("Türkiye", date(2026, 3, 8), 15, 19, 4, 4),
    ]
    assert await national.rows("section_history", "day") == []


async def test_a_national_organisation_s_own_statistics_in_one_form(national: Network) -> None:
    labels = {"cause": "cause_name", "type": "activity_type", "participant": "participant_type"}
    counts = {"country_code": "TR", "physical_count": 4, "online_count": 3}
    for kind, label in labels.items():
        await national.insert(f"country_{kind}_statistics", **counts, **{label: kind})

    columns = ("kind", "name", "physical", "online", "total", "country")
    assert await national.rows("country_statistics", *columns) == [
        ("activity type", "type", 4, 3, 7, "Türkiye"),
        ("cause", "cause", 4, 3, 7, "Türkiye"),
        ("participants", "participant", 4, 3, 7, "Türkiye"),
    ]
    assert await national.rows("section_statistics", "name") == []


async def test_quality_of_a_national_organisation_s_data(national: Network) -> None:
    good = await national.activity("good", "ESN Türkiye", participants=3)
    await national.tag("cause", good, "Culture")
    await national.activity("bare", "ESN Türkiye", "ESN Izmir")
    await national.activity("next", "ESN Türkiye", day=5)
    await national.activity("broken", "ESN Türkiye", is_valid=False)
    await national.activity("gone", removed_at=date(2026, 1, 1))
    await national.insert("country_listings", country_code="TR", event_slug="gone")
    await national.activity("local", "ESN Izmir")
    await national.insert(
        "country_overall_statistics",
        country_code="TR",
        physical_activities=4,
        online_activities=1,
    )
    error = {"field_name": "title", "error_message": "is empty", "country_code": "TR"}
    await national.insert("validation_errors", url="/x", **error)
    await national.insert("failed_scrapes", url="/y", country_code="TR", will_retry=True)
    izmir = {"section_id": national.sections["ESN Izmir"]}
    await national.insert("failed_scrapes", url="/z", **izmir, will_retry=True)
    await national.insert("failed_scrapes", url="/nobody", will_retry=True)
    await national.refreshed()

    expected = {
        "activities_stored": 5,
        "activities_valid": 3,
        "activities_removed": 1,
        "without_participants": 1,
        "without_causes": 2,
        "activities_by_own_count": 5,
        "completeness": Decimal("0.8"),
        "valid_share": Decimal("0.75"),
        "open_errors": 1,
        "open_failures": 1,
        "has_statistics": True,
        "last_read": None,
    }
    assert await national.row("country_quality", *expected, country_code="TR") == expected
    problems = ("url", "section", "country_code", "country", "is_national")
    assert await national.rows("data_problems", *problems) == [
        ("/nobody", None, None, None, False),
        ("/x", None, "TR", "Türkiye", True),
        ("/y", None, "TR", "Türkiye", True),
        ("/z", "ESN Izmir", "TR", "Türkiye", False),
    ]
    quality = ("open_errors", "open_failures")
    assert await national.rows("data_quality", *quality, section="ESN Izmir") == [(0, 1)]


async def test_runs_tell_no_secret(two_countries: Network) -> None:
    secret = "postgresql://user:secret@host/db can't be reached"
    await two_countries.insert(
        "scraper_status",
        scraper_module="ActivitiesAndStatisticsScraper",
        status="failed",
        started_at="2026-11-22 01:00+00",
        completed_at="2026-11-22 01:40:30+00",
        finish_reason=f"failed: {secret}",
        error_message=secret,
    )

    columns = ("spider", "status", "outcome", "minutes")
    assert await two_countries.rows("runs", *columns) == [
        ("activities", "failed", "failed", Decimal("40.5"))
    ]
    [run] = await two_countries.rows("runs", "run_id")
    found = await two_countries.connection.execute("SELECT r::text FROM bi.runs AS r")
    assert run
    assert "secret" not in str(await found.fetchall())
