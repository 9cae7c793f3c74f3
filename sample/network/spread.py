"""How many activities a section has and when they take place, as chance has it.

From a mean of ``_LIFELIKE_MEAN`` a section on, it is as on the real sites; a smaller network has
a bit of everything instead: hardly a section without activities, and one in seven yet to come.
"""

from datetime import date, timedelta
from random import Random

_LIFELIKE_MEAN = 20
_MOST = 2.75  # as a multiple of the mean
_SHAPE = (0.6, 1.15)  # of a beta distribution: many small sections, some empty, few large ones
_YEARS = timedelta(days=3650)
_DAYS_AHEAD = 28  # an activity is registered so long before it starts, on average
_DAY = timedelta(days=1)


def draw_count(rng: Random, mean: int) -> int:
    """Return how many activities a section has; in a lifelike network some have none."""
    if mean < _LIFELIKE_MEAN:
        return rng.randint(1, 2 * mean)
    return round(_MOST * mean * rng.betavariate(*_SHAPE))


def draw_start(rng: Random, today: date, mean: int) -> date:
    """Return when an activity starts.

    In a lifelike network they are registered over ten years, in the last one three times as many
    as in the first.
    """
    if mean < _LIFELIKE_MEAN:
        days = rng.choice((-1, 1, 1, 1, 2, 6, 11)) * rng.randint(15, 170)
        return today - timedelta(days=days)
    fraction = max(rng.random(), rng.random()) if rng.random() < 0.5 else rng.random()
    registered = today - (1 - fraction) * _YEARS
    return registered + timedelta(days=draw_days_ahead(rng))


def draw_days_ahead(rng: Random) -> int:
    """Return how many days before its start an activity is registered."""
    return 1 + int(rng.expovariate(1 / _DAYS_AHEAD))


def clear_of_midnights(day: date, today: date) -> date:
    """Return ``day`` or the next one that is not within a day of ``today`` plus some weeks.

    So a midnight between generating a network and crawling it changes nothing, nor does one after
    weeks have passed. Days that are over stay as they are.
    """
    while day >= today - _DAY and (day - today).days % 7 in (6, 0, 1):
        day += _DAY
    return day
