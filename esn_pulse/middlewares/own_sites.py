"""Stays on the two sites, wherever a link or a redirect leads."""

from collections.abc import Iterable
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured

from esn_pulse.sources import is_loopback


class OwnSites:
    """Refuses requests to other hosts.

    Scrapy's ``OffsiteMiddleware`` lets those through that are not to be filtered, which a spider's
    are, and drops others without a word, when a visit would wait for them for ever.

    :param hosts: the spider's ``allowed_domains``.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the hosts from the spider.

        :raises NotConfigured: when it has none, as in ``scrapy shell``.
        """
        hosts = getattr(crawler.spider, "allowed_domains", None)
        if not hosts:
            raise NotConfigured
        return cls(hosts)

    def process_request(self, request: Request) -> Request | None:
        """Let a request to one of the sites through; by ``https``, unless it is on this machine.

        :raises IgnoreRequest: when it would go elsewhere, or read a file.
        """
        address = urlsplit(request.url)
        if address.scheme not in {"http", "https"} or address.hostname not in self._hosts:
            raise IgnoreRequest(f"{request.url} is on neither of the two sites")
        if address.scheme == "http" and not is_loopback(address.hostname):
            return request.replace(url=address._replace(scheme="https").geturl())
        return None
