from typing import Any

import pytest

from esn_pulse.database.queries.repairs import BrokenRecord
from esn_pulse.items import CountryItem, PulseItem, SectionItem
from esn_pulse.visits.revalidation import recheck
from tests.pipelines.factories import activity, country, section, statistics


def record(item: PulseItem, **changes: Any) -> BrokenRecord:
    return BrokenRecord(type(item).__name__, vars(item) | changes, 7)


def without(item: PulseItem, field: str) -> BrokenRecord:
    raw = {name: value for name, value in vars(item).items() if name != field}
    return BrokenRecord(type(item).__name__, raw, 7)


def test_records_are_parted_into_those_still_broken_and_those_valid_by_now() -> None:
    items = [country("TR"), section(), activity(7), statistics(7)]
    broken = [
        record(country("TR"), email="none"),
        record(section(), name=None),
        record(activity(7), participants="many"),
        record(statistics(7), online_activities="some"),
    ]

    records = [each for pair in zip(broken, map(record, items), strict=True) for each in pair]
    assert recheck(records) == (broken, items)


def test_what_an_item_did_not_have_yet_gets_its_default() -> None:
    old = without(country("TR", email="board@esn.example"), "social_media")
    _, [item] = recheck([old])

    assert item == country("TR", email="board@esn.example", social_media={})
    assert isinstance(item, CountryItem)


def test_what_an_item_has_no_longer_is_left_out() -> None:
    _, [item] = recheck([record(section(), fax="+90")])

    assert item == section()
    assert isinstance(item, SectionItem)


@pytest.mark.parametrize("field", ["listed_by", "types", "partners"])
def test_without_what_an_item_must_have_by_now_its_page_is_read_again(field: str) -> None:
    old = without(activity(7), field)

    assert recheck([old]) == ([old], [])
