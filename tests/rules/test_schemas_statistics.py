"""The rules for a section's statistics."""

from dataclasses import replace
from typing import Any

import pytest

from esn_pulse.items import StatisticsItem
from esn_pulse.rules.schemas import Statistics
from esn_pulse.rules.verdicts import judge
from tests.records import as_read

FAULTLESS = StatisticsItem(
    url="https://activities.esn.org/organisation/esn-metu/statistics",
    section_id=7,
    physical_activities=120,
    online_activities=14,
    total_local_students=900,
    total_international_students=2700,
    total_coordinators=410,
    causes=[{"cause_name": "Culture", "total_count": 61, "physical_count": 60, "online_count": 1}],
    types=[{"activity_type": "Trip", "physical_count": 5, "online_count": 0}],
    participants=[{"participant_type": "Local", "physical_count": 4, "online_count": 3}],
)
OVERALL = [
    "physical_activities",
    "online_activities",
    "total_local_students",
    "total_international_students",
    "total_coordinators",
]
TABLES = {
    "causes": ("cause_name", ["total_count", "physical_count", "online_count"]),
    "types": ("activity_type", ["physical_count", "online_count"]),
    "participants": ("participant_type", ["physical_count", "online_count"]),
}
COUNTS = [(table, count) for table, (_, counts) in TABLES.items() for count in counts]

READABLE = [(0, 0), (7, 7), ("7", 7), ("1,250", 1250), (12.0, 12), (2**31 - 1, 2**31 - 1)]
UNREADABLE = [
    -1,
    "-1",
    "",
    "many",
    12.5,
    float("nan"),
    float("inf"),
    True,
    False,
    2**31,
    [3],
    {"count": 3},
]


def changed(**fields: Any) -> StatisticsItem:
    return replace(FAULTLESS, **fields)


def dumped(item: StatisticsItem) -> tuple[dict[str, Any], list[str]]:
    """Return the row of statistics, which can always be stored, and the broken fields."""
    verdict = judge(item)
    assert isinstance(verdict.row, Statistics)
    return verdict.row.model_dump(), list(verdict.errors)


def test_faultless_statistics_are_stored_as_they_are() -> None:
    assert dumped(FAULTLESS) == (as_read(FAULTLESS), [])


def test_a_section_without_activities_has_zeros_and_no_error() -> None:
    row, errors = dumped(StatisticsItem(FAULTLESS.url, 7))
    assert errors == []
    assert [row[column] for column in OVERALL] == [0] * len(OVERALL)


@pytest.mark.parametrize("column", OVERALL)
@pytest.mark.parametrize(("value", "count"), READABLE)
def test_a_count_may_be_a_number_or_digits(column: str, value: object, count: int) -> None:
    row, errors = dumped(changed(**{column: value}))
    assert (row[column], errors) == (count, [])


@pytest.mark.parametrize("column", OVERALL)
@pytest.mark.parametrize("value", UNREADABLE)
def test_an_unreadable_count_is_unknown_and_not_zero(column: str, value: object) -> None:
    row, errors = dumped(changed(**{column: value}))
    assert (row, errors) == (as_read(FAULTLESS) | {column: None}, [column])


@pytest.mark.parametrize(("table", "count"), COUNTS)
@pytest.mark.parametrize("value", UNREADABLE)
def test_an_unreadable_count_in_a_table_leaves_its_row_standing(
    table: str, count: str, value: object
) -> None:
    entry = getattr(FAULTLESS, table)[0]
    given = [entry | {count: value}, entry]
    row, errors = dumped(changed(**{table: given}))
    assert row == as_read(FAULTLESS) | {table: [entry | {count: None}, entry]}
    assert errors == [table]
    assert given[0][count] is value, "the item shows what the page said"


@pytest.mark.parametrize("table", TABLES)
def test_a_label_too_long_for_its_column_is_cut(table: str) -> None:
    label, _ = TABLES[table]
    entry = getattr(FAULTLESS, table)[0]
    row, errors = dumped(changed(**{table: [entry | {label: "l" * 101}]}))
    assert row[table] == [entry | {label: "l" * 100}]
    assert errors == [table]


def test_statistics_without_an_address_are_no_record() -> None:
    assert judge(changed(url="")).row is None
