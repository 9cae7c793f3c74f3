"""Listings are sorted by day only: cards of one repeat and hide, and nothing is gone by that."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pytest

from sample.network.model import Activity, Network
from sample.sites.faults import Fault
from tests.conftest import Crawl, create_database, database_name, drop_database
from tests.end_to_end.content import Content, differences
from tests.end_to_end.interruptions import MOMENTS, what_matters
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, serve_here, small_network
from tests.forked import ForkServer

ROUNDS = 3
REMOVED = "SELECT event_slug FROM activities WHERE removed_at IS NOT NULL"


def crowded(network: Network) -> Network:
    """Let all activities of a quarter begin on one day, and listings have small pages."""
    activities = tuple(on_one_day(activity) for activity in network.activities)
    return replace(network, activities=activities, cards_a_page=5)


def on_one_day(activity: Activity) -> Activity:
    start = activity.start
    first = date(start.year, start.month - (start.month - 1) % 3, 1)
    return replace(activity, start=first, end=first + (activity.end - start))


def what_is_shown(conninfo: str) -> Content:
    """Return what matters but for whether a listing could be read as a whole: that takes luck."""
    found = what_matters(conninfo)
    for row in found["sections"].values():
        row.pop("listing_digest")
        row.pop("listing_read_at", None)  # only there where it is not known
    return found


@dataclass
class Quarters:
    """The crowded network.

    :ivar start: address of a database that knows its sections.
    :ivar end: what a crawl makes of it while the cards keep their order.
    """

    site: Village
    start: str
    end: Content


@pytest.fixture(scope="module")
def quarters(server: str, crawl: Crawl, fork_server: ForkServer) -> Iterator[Quarters]:
    with (
        serve_here(crowded(small_network())) as site,
        Village(site, crawl, fork_server) as village,
    ):
        start = create_database(server, "template0")
        assert village.crawl(start, "accounts").returncode == 0
        end = create_database(server, database_name(start))
        assert village.crawl(end, "activities").returncode == 0
        yield Quarters(village, start, what_is_shown(end))
        drop_database(server, start)
        drop_database(server, end)


@pytest.mark.parametrize("number", range(MOMENTS))
def test_cards_in_another_order_at_every_request_take_nothing_away(
    quarters: Quarters, number: int, server: str
) -> None:
    site, conninfo = quarters.site, create_database(server, database_name(quarters.start))
    site.site.add_fault(Fault(kind="shuffled", path="/activities"))

    for _ in range(ROUNDS):
        finished = site.crawl(conninfo, "activities")
        assert finished.returncode == 0, finished.stderr
        assert rows(conninfo, REMOVED) == []

    assert differences(what_is_shown(conninfo), quarters.end) == []
    drop_database(server, conninfo)
