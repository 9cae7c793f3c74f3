"""Is all well? What ``scrapy health`` asks, and the alerts at the end of a run. It only reads."""

from scrapy.settings import BaseSettings

from esn_pulse.health.check import Check, State
from esn_pulse.health.database import examine_database
from esn_pulse.health.machine import examine_machine

__all__ = ["Check", "State", "examine"]


def examine(settings: BaseSettings) -> dict[str, Check]:
    """Make all checks, those of the machine also when there is no database; returns them by name.

    :param settings: the ``HEALTH_…`` settings, ``DATABASE_URL``, ``PULSE_DIR``, ``SCRAPYD_URL``.
    """
    return examine_database(settings) | examine_machine(settings)
