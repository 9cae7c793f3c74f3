"""Which activities of a known listing are to be read again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection
from scrapy.settings import Settings

from esn_pulse.database.queries.listings import KnownActivity, KnownListing, known_listing
from esn_pulse.database.queries.organisations import OrganisationToVisit
from tests.clock import stop_clock
from tests.pipelines.factories import (
    ACTIVITIES,
    Key,
    SaveOwners,
    activity,
    failure,
    listed,
    of_both_kinds,
    owner,
    save,
    save_nationals,
    save_sections,
    statistics,
    visit,
)

BOAT = "boat-party-1"
URL = f"{ACTIVITIES}/activity/{BOAT}"
MODULE = "ActivitiesAndStatisticsScraper"
NO_TURNS = 100_000  # days: the first turn comes in 2175 then
START = datetime(2026, 5, 4, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)


async def known(
    database: str, key: Key, now: datetime | None = None, **settings: Any
) -> KnownListing:
    own = Settings({"ESN_SETTLE_DAYS": 30, "ESN_MAX_AGE_DAYS": NO_TURNS} | settings)
    now = now or datetime.now(UTC)
    async with await AsyncConnection.connect(database) as connection:
        return await known_listing(
            connection, OrganisationToVisit(owner(key), "esn-metu", None), own, now
        )


async def why(database: str, key: Key, **settings: Any) -> str | None:
    return (await known(database, key, **settings)).activities[BOAT].why


def read_when(connection: psycopg.Connection, days_after_its_end: int) -> None:
    read = "(end_date + %s)::timestamp AT TIME ZONE 'UTC'"
    connection.execute(f"UPDATE activities SET last_read = {read}", [days_after_its_end])


@of_both_kinds
async def test_before_its_first_visit_nothing_is_known_of_a_listing(
    database: str, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")

    assert await known(database, metu) == KnownListing({}, None, is_due=True)


@of_both_kinds
async def test_what_is_settled_and_valid_is_not_read_again(
    database: str, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    await save(database, activity(metu), visit(metu, BOAT), visit(ege, "other-1"))

    boat = KnownActivity(BOAT, URL, listed(BOAT)["card"], None)
    assert await known(database, metu) == KnownListing({BOAT: boat}, None, is_due=False)


@of_both_kinds
@pytest.mark.parametrize(
    ("days", "reason"), [(-9, "unsettled"), (0, "unsettled"), (29, "unsettled"), (30, None)]
)
async def test_an_activity_settles_so_many_days_after_its_end(
    database: str,
    connection: psycopg.Connection,
    days: int,
    reason: str | None,
    save_owners: SaveOwners,
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    lasting = activity(metu, start_date="01/02/2024", end_date="09/02/2024")
    await save(database, lasting, visit(metu, BOAT))
    read_when(connection, days)

    assert await why(database, metu) == reason


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])
async def test_days_are_those_of_utc(
    database: str, connection: psycopg.Connection, zone: str
) -> None:
    stop_clock(connection, str(datetime.now(UTC)), zone)
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu, end_date="09/02/2024"), visit(metu, BOAT))

    async def read_at(time: str) -> str | None:
        connection.execute("UPDATE activities SET last_read = %s", [f"{time} UTC"])
        return await why(database, metu)

    assert await read_at("2024-03-09 23:59") == "unsettled"
    assert await read_at("2024-03-10 00:00") is None


@of_both_kinds
async def test_what_was_never_read_is_new(database: str, save_owners: SaveOwners) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, visit(metu, BOAT))

    assert await why(database, metu) == "new"


@of_both_kinds
@pytest.mark.parametrize("status", [503, 404])
async def test_what_failed_is_read_again_as_long_as_it_is_listed(
    database: str, status: int, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    for _ in range(6):  # more often than retry_failed asks again
        await save(database, failure(URL, status, scraper_module=MODULE))
    await save(database, visit(metu, BOAT))
    assert await why(database, metu) == "failed"

    await save(database, activity(metu))
    assert await why(database, metu) is None


@of_both_kinds
async def test_an_activity_whose_card_is_not_done_with_is_read(
    database: str, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, activity(metu), replace(visit(metu), cards=[listed(BOAT, None)]))

    assert await why(database, metu) == "card"


@of_both_kinds
async def test_a_listing_of_which_a_page_failed_is_due_until_that_is_over(
    database: str, save_owners: SaveOwners
) -> None:
    metu, ege = await save_owners(database, "esn-metu", "esn-ege")
    page = f"{ACTIVITIES}/organisation/esn-metu/activities?page=3"
    failed = failure(page, 503, scraper_module=MODULE, **owner(metu)._asdict())
    await save(database, visit(metu), visit(ege))
    await save(database, failed)

    assert (await known(database, metu)).is_due
    assert not (await known(database, ege)).is_due
    await save(database, visit(metu))
    assert not (await known(database, metu)).is_due


@of_both_kinds
async def test_what_the_statistics_counted_is_known(database: str, save_owners: SaveOwners) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, statistics(metu, physical_activities=12, online_activities=3))

    assert (await known(database, metu)).total == 15


@of_both_kinds
@pytest.mark.parametrize(
    "broken",
    [{"participants": "many"}, {"title": None}],
    ids=["stored", "not stored"],
)
async def test_what_was_invalid_is_read_again(
    database: str, broken: dict[str, Any], save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, activity(metu, **broken), visit(metu, BOAT))
    assert await why(database, metu) == "invalid"

    await save(database, activity(metu))
    assert await why(database, metu) is None


async def test_what_is_not_valid_is_read_again_whatever_is_on_record(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu), visit(metu, BOAT))
    connection.execute("UPDATE activities SET is_valid = FALSE")

    assert await why(database, metu) == "invalid"


async def test_a_broken_page_with_a_valid_row_is_read_again(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save(database, activity(metu), visit(metu, BOAT))
    await save(database, activity(metu, participants="many"))

    assert await why(database, metu) == "invalid"


async def weeks_when_due(
    database: str, connection: psycopg.Connection, activities: int, weeks: int
) -> dict[str, list[int]]:
    """Let weeks pass, in each of which all that is due is read; returns in which each was."""
    [metu] = await save_sections(database, "esn-metu")
    slugs = [f"boat-{number}" for number in range(activities)]
    await save(database, *(activity(metu, slug) for slug in slugs), visit(metu, *slugs))
    connection.execute("UPDATE activities SET last_read = %s", [START])
    weeks_of: dict[str, list[int]] = {slug: [] for slug in slugs}
    for week in range(1, weeks + 1):
        found = await known(database, metu, START + week * WEEK, ESN_MAX_AGE_DAYS=35)
        due = [slug for slug, its in found.activities.items() if its.why == "turn"]
        for slug in due:
            weeks_of[slug].append(week)
        connection.execute(
            "UPDATE activities SET last_read = %s WHERE event_slug = ANY (%s)",
            [START + week * WEEK, due],
        )
    return weeks_of


async def test_every_activity_has_its_turn_within_the_maximum_age_and_each_week_a_share(
    database: str, connection: psycopg.Connection
) -> None:
    due = await weeks_when_due(database, connection, activities=80, weeks=9)

    for weeks in due.values():
        assert weeks[0] <= 5
        assert all(later - earlier <= 5 for earlier, later in pairwise(weeks))
    shares = [sum(week in weeks for weeks in due.values()) for week in range(1, 10)]
    # A turn every four weeks, a quarter of 80 in each: never none, never half of them.
    assert all(8 <= share <= 36 for share in shares), shares
    assert 80 * 2 <= sum(shares) <= 80 * 3


async def test_no_turn_comes_when_the_maximum_age_is_longer_than_anybody_waits(
    database: str, connection: psycopg.Connection
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    slugs = [f"boat-{number}" for number in range(80)]
    await save(database, *(activity(metu, slug) for slug in slugs), visit(metu, *slugs))
    connection.execute("UPDATE activities SET last_read = '1971-01-01'")

    found = await known(database, metu, START, ESN_MAX_AGE_DAYS=NO_TURNS, ESN_SETTLE_DAYS=-100_000)

    assert {one.why for one in found.activities.values()} == {None}


@of_both_kinds
async def test_a_listing_has_its_turn_too(
    database: str, connection: psycopg.Connection, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, visit(metu))
    for table in "sections", "countries":
        connection.execute(f"UPDATE {table} SET listing_read_at = %s", [START])

    times = [START + week * WEEK for week in range(5)]
    due = [(await known(database, metu, time, ESN_MAX_AGE_DAYS=35)).is_due for time in times]

    assert not due[0]
    assert due[4]


@of_both_kinds
async def test_a_maximum_age_below_a_week_makes_everything_due_every_week(
    database: str, save_owners: SaveOwners
) -> None:
    [metu] = await save_owners(database, "esn-metu")
    await save(database, activity(metu), visit(metu, BOAT))

    found = await known(database, metu, datetime.now(UTC) + WEEK, ESN_MAX_AGE_DAYS=3)

    assert found.is_due
    assert found.activities[BOAT].why == "turn"


async def test_a_section_and_a_country_know_of_their_own_listings_only(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")
    await save_nationals(database, "esn-turkiye")
    await save(database, visit(metu, "local-1"), statistics(metu, physical_activities=3))
    await save(database, visit("TR", "national-2"), statistics("TR", physical_activities=5))

    of_both = [await known(database, key) for key in (metu, "TR")]

    assert [[*one.activities] for one in of_both] == [["local-1"], ["national-2"]]
    assert [one.figures["physical_activities"] for one in of_both] == [3, 5]
