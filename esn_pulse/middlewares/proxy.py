"""Sends requests to the sites by way of the environment's proxy."""

from scrapy import Request
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware

from esn_pulse.fetching.browser import was_rendered
from esn_pulse.fetching.proxies import proxy_for


class SitesProxy(HttpProxyMiddleware):
    """Scrapy's, which by itself would also use the proxy for this machine."""

    def __init__(self, _: str | None = None) -> None:
        """Leave the environment alone, all of which Scrapy's would parse, used or not.

        Names and passwords go out in UTF-8, as the browser sends them.
        """
        self.auth_encoding = "utf-8"
        self.proxies = {}

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Choose the proxy anew for each request, as retries and redirects copy the last one.

        The browser has its own way to the proxy; the password must not be among the headers that
        it sends to the site.
        """
        request.meta["proxy"] = None if was_rendered(request) else proxy_for(request.url)
        super().process_request(request)
