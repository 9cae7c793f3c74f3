"""Downloads that fail on the way to a site say why: its certificate, or the proxy."""

import re

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, TunnelError
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import ConnectError

from esn_pulse.exceptions import CertificateError
from esn_pulse.fetching.certificates import TellingPolicy
from esn_pulse.fetching.proxies import by_way_of, proxy_away, proxy_said
from esn_pulse.rules.text import reason

_STATUS = re.compile(r"'status': (\d+)")


class ExplainedDownloads(HTTP11DownloadHandler):
    """Scrapy's own, with errors that say which host or proxy it was, and what to do next."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
            self._contextFactory = TellingPolicy(self._contextFactory)  # type: ignore[assignment]

    async def download_request(self, request: Request) -> Response:
        """Download a page.

        :raises BarredError: when asking again would not help.
        :raises ProxyError: when the proxy failed, or nothing came by way of it.
        """
        proxy: str = request.meta.get("proxy") or ""
        try:
            return await super().download_request(request)
        except (DownloadFailedError, DownloadTimeoutError) as error:
            if refused := _refused_certificate(error):
                raise refused from error.__cause__
            if not proxy:
                raise
            raise by_way_of(proxy, reason(error)) from error
        except TunnelError as error:
            status = _STATUS.search(str(error))
            host = urlparse_cached(request).hostname or ""
            raise proxy_said(int(status[1]) if status else None, proxy, host) from error
        except (CannotResolveHostError, DownloadConnectionRefusedError, ConnectError) as error:
            if not proxy:
                raise
            raise proxy_away(proxy, reason(error)) from error


def _refused_certificate(error: Exception) -> CertificateError | None:
    """Return what the verification of a certificate said, which Twisted wraps."""
    failures = getattr(error.__cause__, "reasons", [])
    told = (failure.value for failure in failures)
    return next((one for one in told if isinstance(one, CertificateError)), None)
