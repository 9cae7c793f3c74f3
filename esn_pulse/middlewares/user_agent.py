"""Draws a user agent for each request (docs/decisions.md, "User agents")."""

import random
from collections.abc import Sequence
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class RotatingUserAgent:
    """Sets the ``User-Agent`` of requests that have none.

    :param user_agents: the setting ``ESN_USER_AGENTS``; empty switches the middleware off.
    """

    def __init__(self, user_agents: Sequence[str]) -> None:
        if not user_agents:
            raise NotConfigured("ESN_USER_AGENTS is empty")
        self._user_agents = user_agents

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the setting."""
        return cls(crawler.settings.getlist("ESN_USER_AGENTS"))

    def process_request(self, request: Request) -> None:
        """Draw one; a retried request keeps its own."""
        request.headers.setdefault("User-Agent", random.choice(self._user_agents))  # noqa: S311
