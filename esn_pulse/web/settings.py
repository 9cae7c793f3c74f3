"""The web's settings, checked before anything starts."""

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from limits import RateLimitItem, parse_many
from scrapy.settings import BaseSettings

from esn_pulse.exceptions import ConfigurationError

_MOST_PORTS = 65535
_ORIGIN = re.compile(r"(https?)://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?")
_USUAL_PORTS = {"http": ":80", "https": ":443"}  # no browser names them


@dataclass(frozen=True)
class WebSettings:
    """What ``scrapy web`` was told.

    :ivar host: the address to listen on, and ``port``; 0 is any that is free.
    :ivar url: how the public reaches it, without a slash at the end; None: as it was asked for.
    :ivar proxies: whose word is taken for where a request came from.
    :ivar cors_origins: whose pages may read the API from a browser.
    :ivar limits: how often one address may ask; none: as often as it likes.
    :ivar metrics_open: whether everybody may read the metrics.
    :ivar project: all settings, for what the metrics tell of.
    """

    host: str
    port: int
    url: str | None
    proxies: list[str]
    cors_origins: list[str]
    limits: list[RateLimitItem]
    metrics_open: bool
    project: BaseSettings

    @classmethod
    def read(cls, settings: BaseSettings) -> "WebSettings":
        """Read them.

        :raises ConfigurationError: when one of them makes no sense.
        """
        return cls(
            host=settings["WEB_HOST"],
            port=_port(settings["WEB_PORT"]),
            url=_origin("WEB_URL", settings["WEB_URL"]) if settings["WEB_URL"] else None,
            proxies=[_network(one) for one in _words(settings["WEB_PROXIES"])],
            cors_origins=[
                one if one == "*" else _origin("WEB_CORS_ORIGINS", one)
                for one in _words(settings["WEB_CORS_ORIGINS"])
            ],
            limits=_limits(settings["WEB_LIMITS"]),
            metrics_open=_flag("WEB_METRICS_OPEN", settings),
            project=settings,
        )


def _words(value: str) -> list[str]:
    return value.replace(",", " ").split()


def _port(value: str | int) -> int:
    try:
        port = int(value)
    except ValueError:
        port = -1
    if not 0 <= port <= _MOST_PORTS:
        raise ConfigurationError(f"WEB_PORT is '{value}'. Give it a number up to 65535, or 0")
    return port


def _origin(name: str, value: str) -> str:
    origin = value.lower().removesuffix("/")
    found = _ORIGIN.fullmatch(origin)
    if not found or int(found[2] or 0) > _MOST_PORTS:
        raise ConfigurationError(
            f"{name} has '{value}'. Give it scheme and host, without a path: https://example.org"
        )
    return origin.removesuffix(_USUAL_PORTS[found[1]])


def _network(value: str) -> str:
    try:
        return str(ip_network(value) if "/" in value else ip_address(value))
    except ValueError as error:
        raise ConfigurationError(
            f"WEB_PROXIES has '{value}', which is no address ({error}). Give it addresses or"
            " networks, such as: 127.0.0.1 10.0.0.0/8"
        ) from error


def _flag(name: str, settings: BaseSettings) -> bool:
    try:
        return settings.getbool(name)
    except ValueError as error:
        raise ConfigurationError(
            f"{name} is '{settings[name]}'. Give it 1 for yes, or 0 for no"
        ) from error


def _limits(value: str) -> list[RateLimitItem]:
    try:
        limits = parse_many(value) if value.strip() else []
    except ValueError:
        limits = None
    if limits is None or not all(limit.amount for limit in limits):
        raise ConfigurationError(
            f"WEB_LIMITS is '{value}'. Give it such as: 300/minute; 5000/hour; or nothing, for none"
        )
    return limits
