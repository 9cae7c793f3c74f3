from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

from esn_pulse.analysis.queries.search import search


def titles(connection: psycopg.Connection, text: str, kind: str, limit: int = 10) -> list[str]:
    return [row.title for row in search(connection, text, limit) if row.kind == kind]


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("izm", "section", "ESN Izmír"),
        ("smyrna", "section", None),
        ("turkiye", "country", "Türkiye"),
        ("TÜRK", "country", "Türkiye"),
        ("it", "country", "Italy"),
        ("esn it", "organisation", "Esn-Italy"),
        ("commi", "organisation", "committee"),
        ("cesky vec", "activity", "Český večer"),
        ("trip to lo", "activity", "trip to Łódź"),
        ("night's", "activity", "Quiz's \\ night_"),
    ],
)
def test_it_is_found_as_one_types(
    reading: psycopg.Connection, text: str, kind: str, title: str | None
) -> None:
    assert next(iter(titles(reading, text, kind)), None) == title


@pytest.mark.parametrize(
    "text", ["", " ", "...", "'", "\\", "%", "& | ! : * <->", "🎉", "zzz", "'; DROP VIEW bi.search"]
)
def test_odd_texts_find_nothing(reading: psycopg.Connection, text: str) -> None:
    assert search(reading, text) == []


def test_kinds_come_in_turn_and_each_has_its_limit(reading: psycopg.Connection) -> None:
    kinds = [row.kind for row in search(reading, "e", 3)]

    expected = {"section": 3, "country": 2, "organisation": 3, "activity": 3}
    assert kinds == [kind for kind, many in expected.items() for _ in range(many)]


def test_what_is_called_like_that_comes_first(reading: psycopg.Connection) -> None:
    found = list(dict.fromkeys(titles(reading, "trip", "activity", 100)))

    assert found[:2] == ["Trip", "trip to Łódź"]


def test_of_one_name_the_next_one_comes_first_then_the_latest(
    reading: psycopg.Connection,
) -> None:
    today = datetime.now(UTC).date()
    dates = [
        row.start_date
        for row in search(reading, "boat party", 100)
        if row.start_date and row.title == "Boat Party"
    ]
    future = sorted(day for day in dates if day > today)
    past = sorted((day for day in dates if day <= today), reverse=True)

    assert dates == future + past
    assert past


@pytest.mark.parametrize("text", ["e", "t", "boat", "trip", "esn-izmir"])
def test_nothing_is_found_twice(reading: psycopg.Connection, text: str) -> None:
    found = [(row.kind, row.key) for row in search(reading, text, 100)]

    assert len(found) == len({*found}) > 0


def test_of_very_many_those_are_found_that_are_called_like_that(
    changing: psycopg.Connection, refreshed: Callable[[], None]
) -> None:
    """Also an old one, which is not among the latest."""
    changing.execute(
        "INSERT INTO public.activities (event_slug, url, title, description, start_date,"
        " is_future_event, is_online) SELECT 'x' || n, '', CASE n WHEN 0 THEN 'Quux' ELSE 'A quux'"
        " END, '', DATE '2020-01-01' + n, false, false FROM generate_series(0, 999) AS n"
    )
    refreshed()

    assert titles(changing, "quux", "activity", 2) == ["Quux", "A quux"]
