from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
import pytest

from esn_pulse.health import Finding, State
from esn_pulse.items import NOT_THE_PAGE
from tests.health.factories import add_activity, add_country, add_section, examined, insert

OK, INFO, PROBLEM = State.OK, State.INFO, State.PROBLEM
OLD = "UPDATE sections SET last_scraped = now() - interval '169 hours'"
ERROR: LiteralString = (
    "INSERT INTO validation_errors (error_message, url, created_at, resolved_at) VALUES ('x', 'y'"
)


@dataclass(frozen=True)
class Disturbed:
    """What is said of one thing that is not as it should be; parts of the text and advice."""

    name: str
    state: State
    value: Any
    text: str
    advice: str


def stale(count: int, known: int, text: str, advice: str) -> Disturbed:
    value = {"stale": count, "organisations": known}
    return Disturbed("freshness", PROBLEM, value, text, advice)


def one(name: str, advice: str) -> Disturbed:
    return Disturbed(name, INFO, 1, "1", advice)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (OLD, stale(1, 1, "1 of 1 organisations not read for 7 days", "scrapy crawl activities")),
        (
            "UPDATE sections SET last_scraped = NULL",
            stale(1, 1, "1 of 1 organisations not read for 7 days", "scrapy crawl activities"),
        ),
        (
            "UPDATE sections SET can_scrape_activities = FALSE",
            stale(0, 0, "no organisation is known", "scrapy pulse"),
        ),
        (
            "INSERT INTO failed_scrapes (url) VALUES ('x')",
            one("open_failures", "scrapy retry_failed"),
        ),
        (
            f"{ERROR}, now() - interval '2 hours', NULL)",
            one("open_validation_errors", "scrapy revalidate"),
        ),
        (f"{ERROR}, now(), now())", one("recent_validation_errors", "last hour")),
        ("UPDATE activities SET is_valid = FALSE", one("invalid_activities", "break a rule")),
        (
            "UPDATE activities SET partners = NULL",
            one("outdated_activities", "scrapy crawl activities -a full=1"),
        ),
        (
            "INSERT INTO countries (country_code, name, slug, url) VALUES ('XX', 'X', 'x', '')",
            one("aliases_to_come", "scrapy crawl accounts"),
        ),
        ("DELETE FROM section_overall_statistics", one("missing_statistics", "open_failures")),
        (
            "UPDATE section_overall_statistics SET physical_activities = 2",
            Disturbed(
                "completeness",
                INFO,
                {"esn-metu": 1},
                "1 activities are missing of 1 organisation(s)",
                "bi.data_quality",
            ),
        ),
        (
            "UPDATE section_overall_statistics SET physical_activities = 3",
            Disturbed(
                "completeness",
                PROBLEM,
                {"esn-metu": 2},
                "2 activities are missing of 1 organisation(s)",
                "bi.data_quality",
            ),
        ),
        (
            "UPDATE activities SET participants = 0",
            Disturbed(
                "average_participants",
                PROBLEM,
                None,
                "none in 1 activities",
                "esn_pulse/pages/activity.py",
            ),
        ),
    ],
)
def test_one_thing_that_is_not_as_it_should_be(
    healthy: str, connection: psycopg.Connection, statement: LiteralString, said: Disturbed
) -> None:
    connection.execute(statement)
    checks = examined(healthy)

    assert {name for name, check in checks.items() if check.state != OK} == {said.name}
    check = checks[said.name]
    assert (check.state, check.value) == (said.state, said.value)
    assert said.text in check.text
    assert said.advice in check.advice


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sections SET last_scraped = now() - interval '167 hours'",
        "INSERT INTO failed_scrapes (url, will_retry) VALUES ('x', FALSE)",
        f"{ERROR}, now() - interval '2 hours', now())",
        "INSERT INTO sections (name, accounts_platform_slug, can_scrape_activities)"
        " VALUES ('a', 'a', FALSE)",
    ],
)
def test_things_that_are_as_they_should_be(
    healthy: str, connection: psycopg.Connection, statement: LiteralString
) -> None:
    connection.execute(statement)

    assert {check.state for check in examined(healthy).values()} == {OK}


def test_other_pages_than_those_asked_for(healthy: str, connection: psycopg.Connection) -> None:
    message = f"{NOT_THE_PAGE}, but a login form: there is no name of a section"
    insert(connection, "failed_scrapes", url="x", error_message=message)
    insert(connection, "failed_scrapes", url="y", error_message="markup changed: no name")
    check = examined(healthy)["other_pages"]

    assert (check.state, check.value) == (INFO, 1)
    assert "scrapy retry_failed" in check.advice


def test_sections_that_are_empty_by_their_own_statistics(
    healthy: str, connection: psycopg.Connection
) -> None:
    empty = add_section(connection, "esn-empty", last_scraped="now")
    insert(connection, "section_overall_statistics", section_id=empty)
    check = examined(healthy)["sections_without_activities"]

    assert check == Finding(INFO, 1, "1, of which 1 have none by their own statistics")

    unread = add_section(connection, "esn-unread", last_scraped="now")
    insert(connection, "section_overall_statistics", section_id=unread, online_activities=1)
    check = examined(healthy)["sections_without_activities"]

    assert (check.state, check.value) == (INFO, 2)
    assert check.text == "2, of which 1 have none by their own statistics"
    assert "see open_failures" in check.advice


def test_activities_of_nobody(healthy: str, connection: psycopg.Connection) -> None:
    add_activity(connection, "of-nobody", participants=20)
    checks = examined(healthy)

    assert checks["activities_without_organisers"].value == 1
    assert checks["activities_without_organisers"].state == INFO
    assert checks["average_participants"].value == 15


def test_participants_of_what_is_yet_to_come_are_not_expected(
    healthy: str, connection: psycopg.Connection
) -> None:
    connection.execute("UPDATE activities SET is_future_event = TRUE, participants = NULL")

    assert examined(healthy)["average_participants"].state == State.UNKNOWN


def test_national_organisations_are_fresh_and_whole_or_not(
    healthy: str, connection: psycopg.Connection
) -> None:
    add_country(connection, "TR", "esn-turkiye", "Türkiye")
    assert {check.state for check in examined(healthy).values()} == {OK}

    connection.execute("UPDATE countries SET last_scraped = NULL")
    assert examined(healthy)["freshness"].value == {"stale": 1, "organisations": 2}
    connection.execute("UPDATE country_overall_statistics SET online_activities = 3")
    assert examined(healthy)["completeness"].value == {"esn-turkiye": 3}
    connection.execute("DELETE FROM country_overall_statistics")
    assert examined(healthy)["missing_statistics"].value == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO activity_section_organisers SELECT %s, id FROM sections",
        "INSERT INTO activity_organisers VALUES (%s, 'esn-turkiye', 1)",
        "INSERT INTO country_listings SELECT 'TR', event_slug FROM activities WHERE id = %s",
    ],
)
def test_an_activity_that_a_page_or_listing_gives_to_anybody_is_not_nobody_s(
    healthy: str, connection: psycopg.Connection, statement: LiteralString
) -> None:
    add_country(connection, "TR", "esn-turkiye", "Türkiye")
    activity = add_activity(connection, "quiz-2")
    assert examined(healthy)["activities_without_organisers"].value == 1

    connection.execute(statement, [activity])

    assert examined(healthy)["activities_without_organisers"].value == 0
