"""A proxy from the environment: it leads to the two sites, and never to this machine itself."""

import os
from urllib.parse import quote, unquote, urlsplit
from urllib.request import getproxies

from esn_pulse.exceptions import ConfigurationError, ProxyError, ProxyRefusalError
from esn_pulse.sources import is_loopback

# Requests knows networks, urllib does not.
LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1")
_PASSING = (408, 429)  # may be better the next moment, as 5xx may


def spare_loopback() -> None:
    """Let the libraries that read ``no_proxy`` by themselves leave this machine out, too."""
    hosts = _listed()
    if hosts != ["*"]:
        os.environ["no_proxy"] = ",".join(dict.fromkeys([*hosts, *LOOPBACK]))


def proxyless_domains() -> list[str]:
    """Return what ``no_proxy`` lists: hosts, domains with all that is in them, ``*`` for all.

    Programs write and read it in different ways: ``.esn.org``, ``*.esn.org`` and ``esn.org.`` are
    the same, and a port does not count.
    """
    return [_domain(name.lower()) for name in _listed()]


def _domain(name: str) -> str:
    if name.count(":") == 1:  # more are of an IPv6 address
        name, _, _ = name.partition(":")
    return name if name == "*" else name.removeprefix("*").strip(".")


def _is_left_out(host: str) -> bool:
    domains = proxyless_domains()
    below = f".{host.lower().rstrip('.')}"
    return "*" in domains or any(below.endswith(f".{domain}") for domain in domains)


def _listed() -> list[str]:
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    return [host for part in given.split(",") if (host := part.strip())]


def proxy_for(url: str) -> str | None:
    """Return the address of the proxy that leads to a page, with its name and password.

    :raises ConfigurationError: when what the environment names is no HTTP proxy.
    """
    parts = urlsplit(url)
    return proxy_to(parts.hostname or "", parts.scheme)


def proxy_to(host: str, scheme: str = "https") -> str | None:
    """Return the proxy that leads to a host, as ``proxy_for`` does."""
    if is_loopback(host) or _is_left_out(host):
        return None
    found = getproxies()
    kind = scheme if scheme in found else "all"
    address = found.get(kind)
    if address is None:
        return None
    if proxy := _normalised(address if "://" in address else f"http://{address}"):
        return proxy
    raise ConfigurationError(  # without what it is, as that may hold a password
        f"{kind}_proxy in the environment is not the address of an HTTP proxy, such as"
        " http://proxy.example.org:3128 or http://name:password@proxy.example.org:3128. Other"
        " kinds of proxies are not supported, nothing may follow the port, and in a name or"
        " password other signs than letters and digits have to be written percent-encoded, in"
        " UTF-8, such as %23 for #, %2F for / and %3F for ?"
    )


def _normalised(address: str) -> str | None:
    """Return an HTTP proxy's address, its login percent-encoded; None when it is none.

    A name without a password gets an empty one. A password without a name would never be sent.
    """
    try:
        parts = urlsplit(address)
        name, password = (
            quote(unquote(part or "", errors="strict"), safe="")
            for part in (parts.username, parts.password)
        )
        has_host = parts.hostname and parts.port != 0
    except ValueError:  # the port, or what is no UTF-8
        return None
    is_more = parts.path.strip("/") or parts.query or parts.fragment or address.split() != [address]
    if parts.scheme != "http" or not has_host or is_more or (password and not name):
        return None
    login = f"{name}:{password}@" if name else ""
    return f"http://{login}{host_and_port(address)}"


def proxy_said(status: int | None, address: str, host: str) -> ProxyError | ProxyRefusalError:
    """Make the error for a proxy that opened no way to a host.

    :param status: what it answered, None when that made no sense.
    :param address: the proxy's; a name and password in it are left out.
    """
    shown = host_and_port(address)
    if status == 407:
        return ProxyRefusalError(
            f"the proxy {shown} asks for a name and a password, or does not accept those that it"
            f" got (407). Set them in https_proxy, as in name:password@{shown}, and run the same"
            " command"
        )
    if status and 400 <= status < 500 and status not in _PASSING:
        return ProxyRefusalError(
            f"the proxy {shown} does not let us through to {host} ({status}). Have it allowed"
            " there, or list the host in no_proxy if there is another way to it, and run the same"
            " command"
        )
    return ProxyError(f"the proxy {shown} could not reach {host} ({status or 'no HTTP answer'})")


def proxy_away(address: str, why: str) -> ProxyError:
    """Make the error for a proxy that can't be reached; parameters as for ``proxy_said``."""
    return ProxyError(
        f"the proxy {host_and_port(address)} can't be reached ({why}); check https_proxy and"
        " all_proxy in the environment, or whether it runs"
    )


def by_way_of(address: str, told: str) -> ProxyError:
    """Make the error for a page that could not be had by way of a proxy, for whatever reason."""
    return ProxyError(f"{told} (by way of the proxy {host_and_port(address)})")


def host_and_port(address: str) -> str:
    """Return a proxy's address as it may be shown."""
    return urlsplit(address).netloc.rpartition("@")[2]
