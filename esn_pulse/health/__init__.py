"""Is all well? What ``scrapy health`` asks, and the alerts at the end of a run. It only reads."""

from collections.abc import Collection

from scrapy.settings import BaseSettings

from esn_pulse.health import database, machine
from esn_pulse.health.finding import Finding, State

__all__ = ["NAMES", "Finding", "State", "examine"]

NAMES = ("database", "schema", *database.CHECKS, *machine.ALERTS)


def examine(settings: BaseSettings, only: Collection[str] = NAMES) -> dict[str, Finding]:
    """Make checks, those of the machine also when there is no database; returns them by name.

    Without a database, or with an empty one, most checks can't be made: what was found of
    ``database`` and ``schema`` then stands for them.

    :param settings: the ``HEALTH_…`` settings, ``DATABASE_URL``, ``PULSE_DIR``, ``SCRAPYD_URL``,
        ``BACKUPS_DIR``.
    :param only: the names of the checks to make, of ``NAMES``.
    """
    wanted = set(only)
    checks: dict[str, Finding] = {}
    if of_database := wanted - machine.ALERTS.keys():
        found = database.examine_database(settings, wanted)
        is_whole = of_database <= found.keys()
        checks = {
            name: check
            for name, check in found.items()
            if name in wanted or (check.state == State.PROBLEM and not is_whole)
        }
    return checks | {
        name: alert.check(settings) for name, alert in machine.ALERTS.items() if name in wanted
    }
