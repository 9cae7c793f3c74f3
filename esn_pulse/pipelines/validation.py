"""First step: is the item a valid row?"""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from esn_pulse.items import PulseItem
from esn_pulse.rules.verdicts import Verdict, judge
from esn_pulse.run import stats

logger = logging.getLogger(__name__)


class ValidationPipeline:
    """Turns items into verdicts; what is wrong goes along, so that it gets stored too."""

    def __init__(self, collector: StatsCollector) -> None:
        self._stats = collector

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the run's stats."""
        return cls(crawler.stats)

    def process_item(self, item: PulseItem) -> Verdict:
        """Judge the item by the rules in ``esn_pulse.rules.schemas``."""
        verdict = judge(item)
        if verdict.errors:
            self._stats.inc_value(stats.ITEMS_INVALID)
            problems = "; ".join(_problem(verdict, field) for field in verdict.errors)
            logger.warning("Broken record at %s: %s", item.url, problems)
        return verdict


def _problem(verdict: Verdict, field: str) -> str:
    found = verdict.found[field]
    return f"{field} {verdict.errors[field]}{f' (got {found})' if found else ''}"
