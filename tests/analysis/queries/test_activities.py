"""Lists of activities, compared with what the tables hold."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any, LiteralString, get_args

import psycopg
import pytest
from psycopg import sql
from pydantic import ValidationError

from esn_pulse.analysis.paging import Listed, Window
from esn_pulse.analysis.queries.activities import Activity, Filters, Sort, listed, one

TODAY = datetime.now(UTC).date()
ALL = Window(limit=100)
COUNTED: LiteralString = "a.is_valid AND a.removed_at IS NULL"
LINKED: LiteralString = """
    EXISTS (SELECT FROM activity_section_organisers AS l JOIN sections AS s ON s.id = l.section_id
    WHERE l.activity_id = a.id AND {})
"""
NAMED: LiteralString = """
    EXISTS (SELECT FROM activity_organisers AS l
    JOIN organisations AS o ON o.slug = l.organisation_slug WHERE l.activity_id = a.id AND {})
"""
TAGGED: LiteralString = """
    EXISTS (SELECT FROM activity_to_{0} AS l JOIN {1} AS t ON t.id = l.{0}_id
    WHERE l.activity_id = a.id AND t.name = '{2}')
"""
HALF_A_YEAR_AGO = TODAY - timedelta(180)
# A filter's value, and which rows of table activities it means.
MEANT: list[tuple[dict[str, Any], str]] = [
    (
        {"country": "TR"},
        "({} OR {})".format(
            LINKED.format("s.country_code = 'TR'"), NAMED.format("o.country_code = 'TR'")
        ),
    ),
    ({"section": "esn-izmir"}, LINKED.format("s.activities_platform_slug = 'esn-izmir'")),
    ({"section": "cz-esn-brno"}, LINKED.format("s.activities_platform_slug = 'esn-brno'")),
    ({"organisation": "esn-italy"}, NAMED.format("o.slug = 'esn-italy'")),
    ({"organisation": "committee"}, NAMED.format("o.slug = 'committee'")),
    ({"organisation": "esn-brno"}, LINKED.format("s.activities_platform_slug = 'esn-brno'")),
    (
        {"cause": "Health & Well-being"},
        TAGGED.format("cause", "activity_causes", "Health & Well-being"),
    ),
    ({"sdg": 3}, TAGGED.format("sdg", "sdgs", "SDG 3")),
    ({"type": "Trip"}, TAGGED.format("type", "activity_types", "Trip")),
    ({"online": True}, "a.is_online"),
    ({"online": False}, "NOT a.is_online"),
    ({"start_date": HALF_A_YEAR_AGO}, f"a.start_date >= '{HALF_A_YEAR_AGO}'"),
    ({"end_date": TODAY}, f"a.start_date <= '{TODAY}'"),
    ({"text": "TRÍP"}, "a.title ILIKE 'trip%'"),
    ({"text": "lodz tri"}, "(a.title = 'trip to Łódź' OR a.title = 'Trip' AND a.city = 'Łódź')"),
    ({"text": "zabka"}, "a.partners = '{Żabka}'"),
]
SORTED: dict[Sort, Any] = {
    "upcoming": lambda one: (
        not one.is_future,
        one.start_date if one.is_future else date.max - one.start_date,
        one.activity_id if one.is_future else -one.activity_id,
    ),
    "start_date": lambda one: (one.start_date, one.activity_id),
    "-start_date": lambda one: (date.max - one.start_date, -one.activity_id),
    "participants": lambda one: (one.participants is None, one.participants or 0, one.activity_id),
    "-participants": lambda one: (
        one.participants is None,
        -(one.participants or 0),
        one.activity_id,
    ),
}


def meant(connection: psycopg.Connection, *conditions: str) -> set[int]:
    query = f"SELECT a.id FROM activities AS a WHERE {' AND '.join([COUNTED, *conditions])}"
    return {key for (key,) in connection.execute(query.encode())}


def keys(found: Listed[Activity]) -> list[int]:
    return [row.activity_id for row in found.rows]


# Their names are those of yesterday: processes that share the tests may begin on two days.
@pytest.mark.parametrize(
    ("given", "condition"), MEANT, ids=[name for given, _ in MEANT for name in given]
)
def test_each_filter_finds_what_it_means(
    reading: psycopg.Connection, given: dict[str, Any], condition: str
) -> None:
    found = listed(reading, Filters(**given), ALL)
    expected = meant(reading, condition)

    assert {*keys(found)} == expected
    assert 0 < len(expected) == found.total < len(meant(reading))


def test_two_filters_both_have_to_be_met(reading: psycopg.Connection) -> None:
    for (first, one_condition), (second, other) in combinations(MEANT, 2):
        if first.keys().isdisjoint(second):
            found = listed(reading, Filters(**first, **second), ALL)
            assert {*keys(found)} == meant(reading, one_condition, other), (first, second)
            assert found.total == len(found.rows)


@pytest.mark.parametrize("sort", get_args(Sort))
def test_pages_have_each_activity_once_and_in_order(
    reading: psycopg.Connection, sort: Sort
) -> None:
    pages = [listed(reading, Filters(), Window(page=page, limit=7), sort) for page in range(1, 16)]
    rows = [row for page in pages for row in page.rows]
    expected = meant(reading)

    assert {page.total for page in pages} == {len(expected)}
    assert sorted(row.activity_id for row in rows) == sorted(expected)
    assert rows == listed(reading, Filters(), ALL, sort).rows
    if sort in SORTED:
        assert rows == sorted(rows, key=SORTED[sort])


def test_titles_are_sorted_without_capitals_and_accents(reading: psycopg.Connection) -> None:
    rows = listed(reading, Filters(), ALL, "title").rows

    titles = list(dict.fromkeys(row.title for row in rows))
    assert titles == [
        "Boat Party",
        "Český večer",
        "Quiz's \\ night_",
        "Trip",
        "trip to Łódź",
        "Türkiye 100%",
    ]
    backwards = listed(reading, Filters(), ALL, "-title").rows
    assert backwards == rows[::-1]


@pytest.mark.parametrize(
    "text",
    ["'", "''", '"', "%", "_", "\\", "& | ! : * <->", "🎉", "...", "\u00a0", "(", "' OR 1=1 --"],
)
def test_odd_texts_find_nothing_or_what_has_their_words(
    reading: psycopg.Connection, text: str
) -> None:
    found = listed(reading, Filters(text=text), ALL)

    assert (found.rows, found.total) == ([], 0)


def test_signs_do_not_matter_beside_words(reading: psycopg.Connection) -> None:
    expected = keys(listed(reading, Filters(text="quiz night"), ALL))

    assert expected
    for text in "Quiz & !night", "night_ <-> 'quiz'", "quiz:* | 🎉 night%":
        assert keys(listed(reading, Filters(text=text), ALL)) == expected


@pytest.mark.parametrize(
    "given",
    [
        {"section": "nobody"},
        {"section": "999999"},
        {"section": "9" * 200},
        {"organisation": "'; DROP TABLE activities --"},
        {"country": "XX"},
        {"cause": "Cult"},
        {"type": "%"},
    ],
)
def test_what_is_nowhere_finds_nothing(reading: psycopg.Connection, given: dict[str, Any]) -> None:
    assert listed(reading, Filters(**given), ALL) == Listed([], 0)


@pytest.mark.parametrize(
    "given",
    [
        {"country": "tr"},
        {"country": "TUR"},
        {"country": "TR\n"},
        {"section": ""},
        {"section": "x" * 256},
        {"text": "a\0b"},
        {"text": ""},
        {"text": "x" * 101},
        {"text": "\ud800"},
        {"sdg": 0},
        {"sdg": 18},
        {"start_date": "yesterday"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_what_no_filter_can_be_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Filters(**given)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"start_date \(2026-01-02\) is after end_date"):
        Filters(start_date=date(2026, 1, 2), end_date=date(2026, 1, 1))
    assert Filters(start_date=date(2026, 1, 2), end_date=date(2026, 1, 2))


def test_the_last_page_that_there_can_be_is_empty(reading: psycopg.Connection) -> None:
    found = listed(reading, Filters(), Window(page=1_000_000, limit=100))

    assert (found.rows, found.total) == ([], len(meant(reading)))


def test_one_has_its_texts_and_organisers(reading: psycopg.Connection) -> None:
    for row in listed(reading, Filters(), ALL).rows:
        whole = one(reading, row.event_slug)

        assert whole
        assert Activity(**whole.model_dump(include={*Activity.model_fields})) == row
        assert sorted(each.organiser for each in whole.organised_by) == sorted(row.organisers)
    assert one(reading, "nothing") is None


def test_every_field_is_described_as_the_database_describes_it(
    reading: psycopg.Connection,
) -> None:
    comment = sql.SQL("SELECT col_description('bi.activities'::regclass, 2)")
    [(expected,)] = reading.execute(comment).fetchall()

    assert Activity.model_fields["event_slug"].description == expected
