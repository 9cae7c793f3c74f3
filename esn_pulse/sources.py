"""The sites that are read, each declared once. What differs from site to site stands here."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from esn_pulse.exceptions import ConfigurationError
from esn_pulse.items import ActivityItem, CountryItem, PulseItem, SectionItem, StatisticsItem


@dataclass(frozen=True)
class Source:
    """A site, and the spider that reads it.

    :ivar name: the spider's, as ``scrapy crawl`` takes it.
    :ivar module: what its runs and failures are filed under, as ``scraper_module``.
    :ivar url_setting: the setting that says where the site is.
    :ivar time_budget: the setting that says for how many seconds a run begins new sections.
    :ivar items: the kinds of records that are read from it.
    :ivar hour: at which the calendar lets it be read, UTC.
    :ivar days: on which days, as fields of APScheduler's CronTrigger.
    :ivar days_by_list: the same, after a run that read the official list.
    """

    name: str
    module: str
    url_setting: str
    time_budget: str
    items: tuple[type[PulseItem], ...]
    hour: int
    days: Mapping[str, Any]
    days_by_list: Mapping[str, Any] | None = None

    def url(self, settings: BaseSettings) -> str:
        """Return the site's address, without a slash at its end.

        :raises ConfigurationError: when it is no ``https://`` address (``http://`` is accepted for
            loopback hosts only, as nobody listens in there).
        """
        url = str(settings[self.url_setting]).strip().rstrip("/")
        if _is_acceptable(url):
            return url
        raise ConfigurationError(
            f"{self.url_setting} is '{url}', but must start with https:// (http:// only for this"
            " machine itself, such as http://127.0.0.1:8000)"
        )

    def host(self, settings: BaseSettings) -> str:
        """Return the site's host; '' when the address, which may be a wrong one, has none."""
        return urlsplit(str(settings[self.url_setting])).hostname or ""


_MONDAYS = {"day_of_week": "mon"}  # APScheduler would take day '1' for Tuesday

ACCOUNTS = Source(
    name="accounts",
    module="AccountsScraper",
    url_setting="ESN_ACCOUNTS_URL",
    time_budget="ACCOUNTS_TIME_BUDGET",
    items=(CountryItem, SectionItem),
    hour=3,  # at night in Europe, after the backup of what the day left
    days={"day": 1},
    days_by_list=_MONDAYS,
)
ACTIVITIES = Source(
    name="activities",
    module="ActivitiesAndStatisticsScraper",
    url_setting="ESN_ACTIVITIES_URL",
    time_budget="ACTIVITIES_TIME_BUDGET",
    items=(ActivityItem, StatisticsItem),
    hour=4,  # after accounts, on which it builds
    days=_MONDAYS,
)
SOURCES = (ACCOUNTS, ACTIVITIES)  # in the order in which they build on one another


def is_loopback(host: str) -> bool:
    """Say whether a host, by its name or address without brackets, is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_acceptable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.query or parts.fragment or url.split() != [url]:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
