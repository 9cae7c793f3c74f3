"""Where the two sites are."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from esn_pulse.exceptions import ConfigurationError

ACCOUNTS = "ESN_ACCOUNTS_URL"
ACTIVITIES = "ESN_ACTIVITIES_URL"


def site_url(settings: BaseSettings, name: str) -> str:
    """Return the address of a site, without a slash at its end.

    :param name: the setting, ``ACCOUNTS`` or ``ACTIVITIES``.
    :raises ConfigurationError: when it is no ``https://`` address (``http://`` is accepted for
        loopback hosts only; design, chapter 6.1).
    """
    url = str(settings[name]).strip().rstrip("/")
    if _is_acceptable(url):
        return url
    raise ConfigurationError(
        f"{name} is '{url}', but must start with https:// (http:// only for this machine itself,"
        " such as http://127.0.0.1:8000)"
    )


def _is_acceptable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.query or parts.fragment or url.split() != [url]:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def is_loopback(host: str) -> bool:
    """Say whether a host, by its name or address without brackets, is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
