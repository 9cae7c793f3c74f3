"""When a section's figures may replace those that are stored."""

import pytest

from esn_pulse.exceptions import PageError
from esn_pulse.items import StatisticsItem
from esn_pulse.visits.figures import Figures

KNOWN = {"physical_activities": 40, "online_activities": 0, "total_coordinators": 7}


def figures(physical: object, coordinators: object = 7) -> StatisticsItem:
    return StatisticsItem(
        "", section_id=7, physical_activities=physical, total_coordinators=coordinators
    )


@pytest.mark.parametrize("physical", [20, 40, "41", 4000])
def test_figures_that_do_not_fall_are_stored(physical: object) -> None:
    assert not Figures(KNOWN).are_to_be_read_again(figures(physical))


@pytest.mark.parametrize("item", [figures(0), figures("19"), figures(40, coordinators=3)])
def test_figures_that_fall_by_more_than_half_are_read_twice(item: StatisticsItem) -> None:
    made = Figures(KNOWN)

    assert made.are_to_be_read_again(item)
    assert not made.are_to_be_read_again(item)


@pytest.mark.parametrize("second", [figures(40), figures(1), figures("many")])
def test_a_second_reading_that_disagrees_leaves_what_is_stored(second: StatisticsItem) -> None:
    made = Figures(KNOWN)
    made.are_to_be_read_again(figures(0))

    with pytest.raises(PageError, match="a second reading shows"):
        made.are_to_be_read_again(second)


def test_nothing_falls_of_what_is_not_known() -> None:
    assert not Figures().are_to_be_read_again(figures(0, coordinators=0))


def test_what_is_no_count_does_not_fall() -> None:
    assert not Figures(KNOWN).are_to_be_read_again(figures("many"))
