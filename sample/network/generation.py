"""Inventing the sample network: the seed decides all of it, and the day only what is a date.

So the same seed gives the same network, everywhere and on any day; its dates lie relative to that.
"""

import dataclasses
from datetime import UTC, date, datetime
from random import Random
from typing import TypeVar

from sample.network.activities import national_activities, ordinary_activities
from sample.network.charters import HEAD_REFUSALS
from sample.network.model import Network, Section
from sample.network.national import other_organisations
from sample.network.organisations import Organisation
from sample.network.register import with_official_list
from sample.network.sections import countries_of, found_sections
from sample.network.showcase import showcase
from sample.network.showcase_of_organisers import showcase_of_organisers
from sample.network.statistics import count_up

_One = TypeVar("_One", Section, Organisation)

_STATISTICS_AS_JSON = {"no-trom-uit", "esn-czech-republic"}


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
    countries = countries_of(founded)
    others = other_organisations(countries)
    mean = activities_per_section
    network = Network(
        seed=seed,
        today=today,
        countries=countries,
        sections=founded,
        others=others,
        activities=(
            *showcase(today, founded),
            *showcase_of_organisers(today, founded),
            *ordinary_activities(seed, today, founded, others, mean),
            *national_activities(seed, today, others, mean),
        ),
        head_refusals=HEAD_REFUSALS,
    )
    network = with_statistics(network)
    return with_official_list(network) if official_list else network


def with_statistics(network: Network) -> Network:
    """Return a network with its organisations' statistics counted from its activities."""
    sections = tuple(
        _with_statistics(network, one, one.slug) if one.alias else one for one in network.sections
    )
    others = tuple(_with_statistics(network, one, one.alias) for one in network.others)
    return dataclasses.replace(network, sections=sections, others=others)


def _with_statistics(network: Network, one: _One, slug: str) -> _One:
    statistics = count_up(
        Random(f"{network.seed}/{slug}/statistics"),
        network.listing(one.alias or ""),
        answered_as_json=slug in _STATISTICS_AS_JSON,
    )
    return dataclasses.replace(one, statistics=statistics)
