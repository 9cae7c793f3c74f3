"""Alerts at a run's end, to whoever is in ``ALERT_TARGETS`` (docs/decisions.md, "Alerts")."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from esn_pulse.database.queries.completeness import in_words
from esn_pulse.health.finding import Alert, Finding, State
from esn_pulse.health.machine import ALERTS as MACHINE_ALERTS
from esn_pulse.health.runs import REPAIRS, judge_success_rate
from esn_pulse.items import MARKUP_CHANGED
from esn_pulse.messenger import Message, Messenger
from esn_pulse.run import stats
from esn_pulse.run.drift import OTHER_PAGES
from esn_pulse.run.hub import current_run
from esn_pulse.run.signals import run_ended


class Alerts:
    """Tells people what needs one: at most one message a run and kind.

    :param crawler: for the ``HEALTH_…`` settings, ``PULSE_DIR``, ``SCRAPYD_URL``, and the figures.
    """

    def __init__(self, crawler: Crawler, messenger: Messenger) -> None:
        self._crawler = crawler
        self._messenger = messenger

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Follow the run to its end.

        :raises NotConfigured: when there is nobody to tell.
        """
        messenger = Messenger(crawler.settings.get("ALERT_TARGETS") or "")
        if not messenger:
            raise NotConfigured
        alerts = cls(crawler, messenger)
        crawler.signals.connect(alerts.run_ended, signal=run_ended)
        return alerts

    async def run_ended(self) -> None:
        """Find out what there is to tell, and tell it."""
        await self._messenger.send(await asyncio.to_thread(lambda: list(self._messages())))

    def _messages(self) -> Iterator[Message]:
        crawler, about = self._crawler, _about(self._crawler)
        found = [(alert.title, alert.check(crawler)) for alert in ALERTS]
        of_machine = MACHINE_ALERTS.values()
        found += [(alert.title, alert.check(crawler.settings)) for alert in of_machine]
        for title, finding in found:
            if finding.state == State.PROBLEM:
                text = f"{finding.text}. {finding.advice}"
                yield Message(f"ESN PULSE: {title}", f"{text}\n\n{about}")


def _drifted(crawler: Crawler) -> Finding:
    return _problem_if(
        pages := crawler.stats.get_value(stats.PAGES_DRIFTED, 0),
        f"Pages that lacked what must be on them: {pages}",
        "Nothing stored was overwritten by them. Copies are in"
        f" {crawler.settings['PULSE_DIR']}/drift: compare them with the selectors in"
        " esn_pulse/pages/.",
    )


def _other_pages(crawler: Crawler) -> Finding:
    return _problem_if(
        pages := crawler.stats.get_value(stats.PAGES_IMPOSTORS, 0),
        f"Pages that were not what was asked for: {pages}",
        "Nothing was stored of them. Copies are in"
        f" {crawler.settings['PULSE_DIR']}/drift, and what each looks like is in failed_scrapes."
        " Once the site is well again: scrapy retry_failed.",
    )


def _missing_activities(crawler: Crawler) -> Finding:
    short = [section for section in current_run(crawler).short if section.lacks_many]
    return _problem_if(
        len(short),
        in_words(short),
        "Look at their pages in failed_scrapes, and whether the site shows their activities in"
        " another way than it did.",
    )


def _database_away(crawler: Crawler) -> Finding:
    return _problem_if(
        current_run(crawler).database_failed,
        "PostgreSQL could not be reached, or stayed away",
        "What was stored before is whole. Bring the server back, look whether all is well again"
        " with: scrapy health, and run the same command once more.",
    )


def _failed_otherwise(crawler: Crawler) -> Finding:
    """Tell of a failure that no other alert explains."""
    run = current_run(crawler)
    is_told = run.was_cancelled or run.database_failed
    error = None if is_told or _is_told(run.error or "") else run.error
    return _problem_if(
        error,
        f"The reason: {error}",
        "What was stored before is whole. The log has more; once that is dealt with, run the same"
        " command again.",
    )


def _success_rate(crawler: Crawler) -> Finding:
    """Judge the share of pages that could be read; that of a repair says little."""
    arguments: dict[str, str] = getattr(crawler.spider, "given", {})
    is_repair = REPAIRS & arguments.keys()
    return judge_success_rate({} if is_repair else crawler.stats.get_stats(), crawler.settings)


ALERTS = (
    Alert("a site has changed its pages", _drifted),
    Alert("a site answers with other pages", _other_pages),
    Alert("activities are missing", _missing_activities),
    Alert("the database is away", _database_away),
    Alert("a run failed", _failed_otherwise),
    Alert("too many pages could not be read", _success_rate),
)


def _problem_if(value: Any, text: str, advice: str) -> Finding:
    """Find a problem if the value is true."""
    if value:
        return Finding(State.PROBLEM, value, text, advice)
    return Finding(State.OK, value, "")


def _is_told(error: str) -> bool:
    return MARKUP_CHANGED in error or OTHER_PAGES in error


def _about(crawler: Crawler) -> str:
    """Tell which run it was, how it ended and what it did, in some lines."""
    figures, run = crawler.stats, current_run(crawler)
    return "\n".join(
        (
            f"Spider: {crawler.spider.name if crawler.spider else 'unknown'}",
            f"Run: {run.status_id or 'not on record'}",
            f"Host: {socket.gethostname()}",
            f"How it ended: {f'failed: {run.error}' if run.error else 'completed'}",
            f"Pages read: {figures.get_value(stats.PAGES_READ, 0)}",
            f"Pages failed: {figures.get_value(stats.PAGES_FAILED, 0)}",
        )
    )
