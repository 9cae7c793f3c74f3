"""The browser's way to the sites: which hosts exist, which are asked by a proxy, what bars it."""

import base64
import json
import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from playwright.async_api import ProxySettings
from scrapy.exceptions import DownloadFailedError
from scrapy.settings import BaseSettings

from esn_pulse.exceptions import BrowserBarred
from esn_pulse.fetching.certificates import ASK_THE_SITE, IF_DATES, IF_OTHER_HOST, refusal
from esn_pulse.fetching.proxies import (
    by_way_of,
    host_and_port,
    proxy_for,
    proxy_said,
    proxy_to,
    proxyless_domains,
)
from esn_pulse.sources import SOURCES

_NET_ERROR = re.compile(r"net::(ERR_\w+) at (\S+)")
_IF_UNTRUSTED = (
    "The browser trusts its own list, and what SSL_CERT_FILE names where certutil is installed:"
    " apt-get install libnss3-tools"
)
_REFUSALS = {
    "ERR_CERT_AUTHORITY_INVALID": (
        "it is self-signed, or its issuer is not trusted by the browser",
        _IF_UNTRUSTED,
    ),
    "ERR_CERT_COMMON_NAME_INVALID": ("it is not for this host", IF_OTHER_HOST),
    "ERR_CERT_DATE_INVALID": ("it has expired, or is not valid yet", IF_DATES),
}
_LOGIN_ERRORS = {  # what it makes of a proxy's 407
    "ERR_INVALID_AUTH_CREDENTIALS",
    "ERR_PROXY_AUTH_REQUESTED",
    "ERR_PROXY_AUTH_UNSUPPORTED",
}


class NetworkOptions(NamedTuple):
    """What Chromium and Playwright have to be told."""

    options: list[str]
    proxy: ProxySettings | None


def network_options(settings: BaseSettings) -> NetworkOptions:
    """Let no host exist for the browser but the sites and ``BROWSER_HOSTS``.

    :raises ConfigurationError: when the environment names a proxy that can't be used.
    """
    sites = [source.host(settings) for source in SOURCES]
    hosts = [*sites, *settings.getlist("BROWSER_HOSTS")]
    if way_out := next(filter(None, map(proxy_to, sites)), None):
        known = [*hosts, urlsplit(way_out).hostname or ""]
        return NetworkOptions([_no_host_but(known), _only_for(hosts, way_out)], _login(way_out))
    # By itself it would take one from the environment.
    return NetworkOptions([_no_host_but(hosts), "--no-proxy-server"], None)


def _no_host_but(hosts: list[str]) -> str:
    """Write the option by which no other host exists, whoever asks for it: page or browser."""
    return "--host-resolver-rules=MAP * ~NOTFOUND" + "".join(f", EXCLUDE {host}" for host in hosts)


def _only_for(hosts: list[str], way_out: str) -> str:
    """Write the option by which the proxy is asked for these hosts, and for no other.

    It would know all that don't exist for the browser. This machine's own are left out anyway.
    """
    direct = [form for domain in proxyless_domains() for form in (domain, f"*.{domain}")]
    script = (
        "function FindProxyForURL(url, host) {"
        " const isAmong = (known) => known.some((pattern) => shExpMatch(host, pattern));"
        f" return isAmong({json.dumps(hosts)}) && !isAmong({json.dumps(direct)})"
        f" ? 'PROXY {host_and_port(way_out)}' : 'DIRECT'; }}"
    )
    encoded = base64.b64encode(script.encode()).decode()
    return f"--proxy-pac-url=data:application/x-ns-proxy-autoconfig;base64,{encoded}"


def _login(way_out: str) -> ProxySettings:
    """Let Playwright log in when the proxy asks for it."""
    parts = urlsplit(way_out)
    return ProxySettings(
        server=f"http://{host_and_port(way_out)}",
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def explained(told: str) -> Exception:
    """Make the error for what Chromium says in one line; it may have to do with the way."""
    found = _NET_ERROR.search(told)
    code, url = found.groups() if found else ("", "")
    host = urlsplit(url).hostname or ""
    if code.startswith("ERR_CERT_"):
        why = refusal(host, *_REFUSALS.get(code, (code, ASK_THE_SITE)))
        return BrowserBarred(f"in the browser {why}")
    way_out = proxy_for(url) if host else None
    if not way_out:
        return DownloadFailedError(told)
    if code in _LOGIN_ERRORS:
        return BrowserBarred(f"in the browser {proxy_said(407, way_out, host)}")
    return by_way_of(way_out, told)
