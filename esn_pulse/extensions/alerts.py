"""Alerts at a run's end, to whoever is in ``ALERT_TARGETS`` (docs/decisions.md, "Alerts")."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from esn_pulse.database.queries.completeness import in_words
from esn_pulse.extensions.messenger import Message, Messenger
from esn_pulse.health.check import State
from esn_pulse.health.machine import CHECKS
from esn_pulse.health.runs import REPAIRS, success_rate
from esn_pulse.run import stats
from esn_pulse.run.drift import MARKUP_CHANGED, OTHER_PAGES
from esn_pulse.run.hub import Run, current_run
from esn_pulse.run.signals import run_ended

_TITLES = {
    "success_rate": "too many pages could not be read",
    "disk": "the disk is nearly full",
    "pending_jobs": "Scrapyd's queue needs a look",
    "backups": "there is no recent backup",
}


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
        run = current_run(self._crawler)
        about = _about(self._crawler, run)
        for title, text in (*self._of_run(run), *self._of_health()):
            yield Message(f"ESN PULSE: {title}", f"{text}\n\n{about}")

    def _of_run(self, run: Run) -> Iterator[tuple[str, str]]:
        """Yield titles and texts. A failure that one of them explains is not one more."""
        drifted = self._crawler.stats.get_value(stats.PAGES_DRIFTED, 0)
        if drifted:
            yield (
                "a site has changed its pages",
                f"Pages that lacked what must be on them: {drifted}. Nothing stored was overwritten"
                f" by them. Copies are in {self._crawler.settings['PULSE_DIR']}/drift: compare them"
                " with the selectors in esn_pulse/pages/.",
            )
        impostors = self._crawler.stats.get_value(stats.PAGES_IMPOSTORS, 0)
        if impostors:
            yield (
                "a site answers with other pages",
                f"Pages that were not what was asked for: {impostors}. Nothing was stored of them."
                f" Copies are in {self._crawler.settings['PULSE_DIR']}/drift, and what each looks"
                " like is in failed_scrapes. Once the site is well again: scrapy retry_failed.",
            )
        if short := [section for section in run.short_sections if section.lacks_many]:
            yield (
                "activities are missing",
                f"{in_words(short)}. Look at their pages in failed_scrapes, and whether"
                " the site shows their activities in another way than it did.",
            )
        if run.database_failed:
            yield (
                "the database is away",
                "PostgreSQL could not be reached, or stayed away. What was stored before is whole."
                " Bring the server back, look whether all is well again with: scrapy health, and"
                " run the same command once more.",
            )
        elif run.error and not run.was_cancelled and not _is_told(run.error):
            yield (
                "a run failed",
                f"The reason: {run.error}. What was stored before is whole. The log has more; once"
                " that is dealt with, run the same command again.",
            )

    def _of_health(self) -> Iterator[tuple[str, str]]:
        settings = self._crawler.settings
        checks = {name: check(settings) for name, check in CHECKS.items()}
        arguments: dict[str, str] = getattr(self._crawler.spider, "given", {})
        if not REPAIRS & arguments.keys():
            checks["success_rate"] = success_rate(self._crawler.stats.get_stats(), settings)
        for name, check in checks.items():
            if check.state == State.PROBLEM:
                yield _TITLES[name], f"{check.text}. {check.advice}"


def _is_told(error: str) -> bool:
    return MARKUP_CHANGED in error or OTHER_PAGES in error


def _about(crawler: Crawler, run: Run) -> str:
    """Tell which run it was, how it ended and what it did, in some lines."""
    figures = crawler.stats
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
