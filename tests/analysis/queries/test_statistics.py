import psycopg
import pytest

from esn_pulse.analysis.queries import statistics
from esn_pulse.analysis.queries.sections import find

KINDS = {"cause": "cause_name", "type": "activity_type", "participant": "participant_type"}


@pytest.fixture
def counted(changing: psycopg.Connection) -> psycopg.Connection:
    """A section and a national organisation count by themselves, each on two days."""
    owners = {
        "section": ("section_id", find(changing, "esn-brno")),
        "country": ("country_code", "IT"),
    }
    for owner, (key, value) in owners.items():
        for kind, name in KINDS.items():
            changing.execute(
                f"INSERT INTO public.{owner}_{kind}_statistics"
                f" ({key}, {name}, physical_count, online_count)"
                " VALUES (%(of)s, 'a', 1, 2), (%(of)s, 'b', 4, 5), (%(of)s, 'c', NULL, 9)".encode(),
                {"of": value},
            )
        changing.execute(
            f"INSERT INTO public.{owner}_snapshots ({key}, day, physical_activities,"
            " online_activities) VALUES (%(of)s, '2026-01-09', 5, 2),"
            " (%(of)s, '2026-01-02', 3, 1)".encode(),
            {"of": value},
        )
    return changing


def test_what_is_counted_comes_by_kind_the_largest_first(counted: psycopg.Connection) -> None:
    brno = find(counted, "esn-brno")
    assert brno
    expected = [
        (kind, name, total)
        for kind in ("activity type", "cause", "participants")
        for name, total in [("b", 9), ("a", 3), ("c", None)]
    ]
    for found in statistics.of_section(counted, brno), statistics.of_country(counted, "IT"):
        shown = [(row.kind, row.name, row.physical and row.total) for row in found]
        assert shown == expected


def test_days_are_in_their_order(counted: psycopg.Connection) -> None:
    brno = find(counted, "esn-brno")
    assert brno
    days = statistics.days_of_section(counted, brno), statistics.days_of_country(counted, "IT")
    for found in days:
        shown = [(row.day.day, row.activities, row.new_activities) for row in found]
        assert shown == [(2, 4, None), (9, 7, 3)]


def test_nobody_else_has_them(counted: psycopg.Connection) -> None:
    izmir = find(counted, "esn-izmir")
    assert izmir
    assert not statistics.of_section(counted, izmir)
    assert not statistics.days_of_section(counted, izmir)
    assert not statistics.of_country(counted, "TR")
    assert not statistics.days_of_country(counted, "TR")
