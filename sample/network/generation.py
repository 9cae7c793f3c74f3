"""Inventing the sample network: the seed decides all of it, and the day only what is a date.

So the same seed gives the same network, everywhere and on any day; its dates lie relative to that.
"""

import dataclasses
from datetime import UTC, date, datetime
from random import Random

from sample.network.activities import ordinary_activities
from sample.network.charters import HEAD_REFUSALS, NATIONAL
from sample.network.model import Network, Section
from sample.network.register import with_official_list
from sample.network.sections import countries_of, found_sections
from sample.network.showcase import showcase
from sample.network.statistics import count_up

_STATISTICS_AS_JSON = "no-trom-uit"


def generate(
    seed: int = 2026,
    today: date | None = None,
    *,
    sections: int = 50,
    activities_per_section: int = 7,
    official_list: bool = False,
) -> Network:
    """Invent a network as of ``today`` (by default the present day, UTC).

    ``activities_per_section`` is a mean; the real network has 517 sections with 97 each. Raises
    ValueError if there can't be so many ``sections``.
    """
    today = today or datetime.now(UTC).date()
    founded = found_sections(seed, sections)
    activities = ordinary_activities(seed, today, founded, activities_per_section)
    network = Network(
        seed=seed,
        today=today,
        countries=countries_of(founded),
        sections=founded,
        national=NATIONAL,
        activities=(*showcase(today, founded), *activities),
        head_refusals=HEAD_REFUSALS,
    )
    network = with_statistics(network)
    return with_official_list(network) if official_list else network


def with_statistics(network: Network) -> Network:
    """Return a network with its sections' statistics counted from its activities."""
    sections = tuple(_with_statistics(network, section) for section in network.sections)
    return dataclasses.replace(network, sections=sections)


def _with_statistics(network: Network, section: Section) -> Section:
    if section.alias is None:
        return section
    statistics = count_up(
        Random(f"{network.seed}/{section.slug}/statistics"),
        network.listing(section.alias),
        answered_as_json=section.slug == _STATISTICS_AS_JSON,
    )
    return dataclasses.replace(section, statistics=statistics)
