"""Section statistics: counting a section's activities, and wording the counts as the site does."""

from collections import defaultdict
from collections.abc import Iterable
from random import Random
from typing import Any

from sample.network.model import Activity
from sample.network.organisations import Counted, Counts, Statistics
from sample.network.vocabulary import PARTICIPANT_TYPES


def count_up(
    rng: Random, activities: list[Activity], *, answered_as_json: bool
) -> Statistics | None:
    """Return the statistics of a section with these activities, None if there are none."""
    if not activities:
        return None
    return Statistics(
        activities=_count([("", activity.online) for activity in activities])[0][1],
        causes=_count((cause, one.online) for one in activities for cause in one.causes),
        types=_count((one.types[0], one.online) for one in activities),
        participants=_participants(activities),
        reordered=rng.random() < 0.3,
        counts_as_text=rng.random() < 0.3,
        answered_as_json=answered_as_json,
    )


def _count(found: Iterable[tuple[str, bool]]) -> Counted:
    """Count (name, online) pairs by name, in the names' order."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, online in found:
        counts[name][online] += 1
    return tuple((name, Counts(*pair)) for name, pair in sorted(counts.items()))


def _participants(activities: list[Activity]) -> Counted:
    """Return how many people of each type came; a type of which nobody came is left out."""
    people = [0, 0]
    for one in activities:
        people[one.online] += one.participants or 0
    counted = (
        (name, Counts(*(count * percent // 100 for count in people)))
        for name, percent in PARTICIPANT_TYPES.items()
    )
    return tuple((name, counts) for name, counts in counted if counts.total)


def payload(statistics: Statistics) -> dict[str, Any]:
    """Return the object that stands under ``activities_statistics``.

    The lists for physical and for online activities name only what was counted there.
    """
    shown = statistics
    activities = [
        ("Physical activities", shown.activities.physical),
        ("Online activities", shown.activities.online),
    ]
    groups = {
        "total_activities": activities,
        "total_participants": [(name, counts.total) for name, counts in shown.participants],
        "total_causes": [(name, counts.total) for name, counts in shown.causes],
        "physical_causes": _counted(shown.causes, online=False),
        "online_causes": _counted(shown.causes, online=True),
        "physical_types": _counted(shown.types, online=False),
        "online_types": _counted(shown.types, online=True),
        "physical_participants": _counted(shown.participants, online=False),
        "online_participants": _counted(shown.participants, online=True),
    }
    return {key: _worded(statistics, values) for key, values in groups.items()}


def _counted(group: Counted, *, online: bool) -> list[tuple[str, int]]:
    return [(name, counts[online]) for name, counts in group if counts[online]]


def _worded(statistics: Statistics, values: list[tuple[str, int]]) -> dict[str, Any]:
    ordered = values[::-1] if statistics.reordered else values
    word = str if statistics.counts_as_text else int
    return {
        "values": [[name, word(count)] for name, count in ordered],
        "total_num": word(sum(count for _, count in values)),
    }
