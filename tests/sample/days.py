"""The same network on another day."""

from dataclasses import replace
from datetime import date

from sample.network.model import Network


def moved_to(today: date, network: Network) -> Network:
    """Return a network with all of its dates as far from another day as they were from its own."""
    ahead = today - network.today
    return replace(
        network,
        today=today,
        activities=tuple(
            replace(one, start=one.start + ahead, end=one.end + ahead) for one in network.activities
        ),
    )
