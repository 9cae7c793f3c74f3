"""The web's settings, checked before anything starts."""

import os
import re
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Annotated

from fastapi import Depends, Request
from limits import RateLimitItem, parse_many
from scrapy.settings import BaseSettings

from esn_pulse.exceptions import ConfigurationError
from esn_pulse.sources import ACCOUNTS

_MOST_PORTS = 65535
_ORIGIN = re.compile(r"(https?)://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?")
_OPERATOR = re.compile(r"local:[^:]+|esn:[^:]+(?::[^:]+)?")
_CLIENT = ("ESN_CLIENT_ID", "ESN_CLIENT_SECRET")
_MOST_DAYS = 36500
_USUAL_PORTS = {"http": ":80", "https": ":443"}  # no browser names them


@dataclass(frozen=True)
class EsnClient:
    """By what ESN's sign-in knows us.

    :ivar accounts_url: where that is.
    :ivar url: how the public reaches us, and thereby those who come back from there.
    """

    accounts_url: str
    url: str
    client_id: str
    secret: str = field(repr=False)

    @classmethod
    def read(cls, settings: BaseSettings, url: str | None) -> "EsnClient | None":
        """Read it from the environment; the secret comes from nowhere else.

        :raises ConfigurationError: when a part of it is missing.
        """
        client_id, secret = (os.environ.get(name, "") for name in _CLIENT)
        if not (client_id or secret):
            return None
        if not (client_id and secret):
            raise ConfigurationError(
                f"ESN's sign-in needs both {' and '.join(_CLIENT)}; one of them is not set. ESN"
                " hands them out together; without both nobody signs in with an ESN account"
            )
        if url is None:
            raise ConfigurationError(
                "ESN's sign-in leads back to an address that it was told before. Set WEB_URL to"
                " how the public reaches this web, such as: https://pulse.example.org"
            )
        return cls(ACCOUNTS.url(settings), url, client_id, secret)


@dataclass(frozen=True)
class WebSettings:
    """What ``scrapy web`` was told.

    :ivar host: the address to listen on, and ``port``; 0 is any that is free.
    :ivar url: how the public reaches it, without a slash at the end; None: as it was asked for.
    :ivar proxies: whose word is taken for where a request came from.
    :ivar cors_origins: whose pages may read the API from a browser.
    :ivar limits: how often one address may ask; none: as often as it likes.
    :ivar key_limits: how often one key may ask; none: as often as it likes.
    :ivar is_public: whether anybody may read, who has not signed in.
    :ivar metrics_open: whether anybody may read the metrics.
    :ivar operators: ``local:anna``, ``esn:anna``, ``esn:COMMITTEE:itcom-chair``.
    :ivar esn: by which ESN knows us; None: nobody signs in with an ESN account.
    :ivar audit_days: for how many days it is kept who did what.
    :ivar project: Scrapyd's name for it.
    :ivar scrapy: all settings, for what is said of the pipeline.
    """

    host: str
    port: int
    url: str | None
    proxies: list[str]
    cors_origins: list[str]
    limits: list[RateLimitItem]
    key_limits: list[RateLimitItem]
    is_public: bool
    metrics_open: bool
    operators: frozenset[str]
    esn: EsnClient | None
    audit_days: int
    project: str
    scrapy: BaseSettings

    @classmethod
    def read(cls, settings: BaseSettings) -> "WebSettings":
        """Read them.

        :raises ConfigurationError: when one of them makes no sense.
        """
        url = _origin("WEB_URL", settings["WEB_URL"]) if settings["WEB_URL"] else None
        return cls(
            host=settings["WEB_HOST"],
            port=_port(settings["WEB_PORT"]),
            url=url,
            proxies=[_network(one) for one in _words(settings["WEB_PROXIES"])],
            cors_origins=[
                one if one == "*" else _origin("WEB_CORS_ORIGINS", one)
                for one in _words(settings["WEB_CORS_ORIGINS"])
            ],
            limits=_limits("WEB_LIMITS", settings["WEB_LIMITS"]),
            key_limits=_limits("WEB_KEY_LIMITS", settings["WEB_KEY_LIMITS"]),
            is_public=_flag("WEB_PUBLIC", settings),
            metrics_open=_flag("WEB_METRICS_OPEN", settings),
            operators=read_operators(settings),
            esn=EsnClient.read(settings, url),
            audit_days=_days("WEB_AUDIT_DAYS", settings["WEB_AUDIT_DAYS"]),
            project=settings["BOT_NAME"],
            scrapy=settings,
        )

    @property
    def is_secure(self) -> bool:
        """Whether the public reaches us by https only."""
        return (self.url or "").startswith("https://")


def read_operators(settings: BaseSettings) -> frozenset[str]:
    """Return whom ``WEB_OPERATORS`` names.

    :raises ConfigurationError: when it makes no sense.
    """
    return frozenset(map(_operator, _words(settings["WEB_OPERATORS"])))


def settings_of(request: Request) -> WebSettings:
    """Return those of the web that answers."""
    settings: WebSettings = request.app.state.settings
    return settings


SettingsOf = Annotated[WebSettings, Depends(settings_of)]


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


def _operator(value: str) -> str:
    if not _OPERATOR.fullmatch(value):
        raise ConfigurationError(
            f"WEB_OPERATORS has '{value}'. Give it local users (local:anna), ESN accounts"
            " (esn:anna) and roles (esn:COMMITTEE:itcom-chair)"
        )
    return value


def _flag(name: str, settings: BaseSettings) -> bool:
    try:
        return settings.getbool(name)
    except ValueError as error:
        raise ConfigurationError(
            f"{name} is '{settings[name]}'. Give it 1 for yes, or 0 for no"
        ) from error


def _days(name: str, value: str | int) -> int:
    try:
        days = int(value)
    except ValueError:
        days = 0
    if not 0 < days <= _MOST_DAYS:
        raise ConfigurationError(f"{name} is '{value}'. Give it a number of days, from 1 on")
    return days


def _limits(name: str, value: str) -> list[RateLimitItem]:
    try:
        limits = parse_many(value) if value.strip() else []
    except ValueError:
        limits = None
    if limits is None or not all(limit.amount for limit in limits):
        raise ConfigurationError(
            f"{name} is '{value}'. Give it such as: 300/minute; 5000/hour; or nothing, for none"
        )
    return limits
