from random import Random

import pytest

from sample.network.model import Network
from sample.network.statistics import count_up
from sample.network.week import a_week_later


@pytest.mark.parametrize("weeks", [0, 1])
def test_statistics_are_those_of_the_listing(network: Network, weeks: int) -> None:
    state = a_week_later(network).network if weeks else network
    for one in state.organisations.values():
        listing = state.listing(one.alias or "")
        if not one.statistics:
            assert listing == []
            continue
        assert one.statistics.activities.total == len(listing)
        people = sum(activity.participants or 0 for activity in listing)
        counted = sum(counts.total for _, counts in one.statistics.participants)
        assert people - 6 < counted <= people  # each of six counts is rounded down


def test_the_order_of_activities_is_nothing_to_statistics(network: Network) -> None:
    listing = network.listing("esn-metu")
    orders = listing, listing[::-1]
    counted = [count_up(Random(1), order, answered_as_json=False) for order in orders]
    assert counted[0] == counted[1]
