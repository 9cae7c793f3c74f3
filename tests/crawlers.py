"""Crawlers as spiders, middlewares and the run see them; nothing is crawled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from unittest.mock import Mock

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.test import get_crawler

from esn_pulse.run.hub import Run, current_run
from esn_pulse.spiders.accounts import AccountsSpider
from esn_pulse.spiders.base import PulseSpider

S = TypeVar("S", bound=PulseSpider)


def spider_of(kind: type[S], given: dict[str, str] | None = None, **own: Any) -> S:
    """A spider of a crawler with the project's settings, a run, and no other extension.

    :param given: what ``-a`` gave.
    """
    settings = BaseSettings()  # Scrapy adds its own
    settings.setmodule("esn_pulse.settings")
    crawler = get_crawler(kind, settings.copy_to_dict() | {"EXTENSIONS": {Run: 0}} | own)
    spider = kind.from_crawler(crawler, **given or {})
    crawler.spider = spider
    crawler.engine = idle_engine()
    return spider


def idle_engine() -> Mock:
    """An engine that has nothing to ask for, and nothing to store."""
    engine = Mock()
    engine.downloader.active = set()
    engine.downloader.slots = {}
    engine.scraper.slot.is_idle.return_value = True
    engine._slot.scheduler.has_pending_requests.return_value = False
    return engine


def crawler_of(kind: type[PulseSpider] = AccountsSpider, **own: Any) -> Crawler:
    """The crawler of such a spider."""
    return spider_of(kind, **own).crawler


@asynccontextmanager
async def running(spider: S) -> AsyncIterator[S]:
    """Let a spider's run begin, with its database open."""
    run = current_run(spider.crawler)
    await run.database.open()
    await run.spider_opened(spider)
    try:
        yield spider
    finally:
        await run.database.close()
