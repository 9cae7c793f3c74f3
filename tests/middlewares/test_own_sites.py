from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest, NotConfigured

from esn_pulse.middlewares.own_sites import OwnSites
from tests.crawlers import crawler_of


def asked(url: str, **settings: Any) -> Request | None:
    sites = OwnSites.from_crawler(crawler_of(**settings))
    return sites.process_request(Request(url, dont_filter=True))


@pytest.mark.parametrize(
    "url", ["https://accounts.esn.org/", "https://activities.esn.org:8080/activity/x"]
)
def test_the_two_sites_are_asked(url: str) -> None:
    assert asked(url) is None


def test_a_link_or_redirect_can_not_lead_past_the_certificate() -> None:
    instead = asked("http://activities.esn.org/activity/x?page=1")

    assert instead
    assert instead.url == "https://activities.esn.org/activity/x?page=1"
    assert instead.dont_filter
    here = "http://127.0.0.1:8000"
    assert asked(f"{here}/activity/x", ESN_ACTIVITIES_URL=here) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://esn.org/",
        "https://accounts.esn.org.example/",
        "https://accounts.esn.org@other.example/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "file://accounts.esn.org/etc/passwd",
        "data:text/html,x",
    ],
)
def test_nothing_else_is_asked(url: str) -> None:
    with pytest.raises(IgnoreRequest, match="neither of the two sites"):
        asked(url)


def test_without_sites_it_is_off() -> None:
    crawler = crawler_of()
    crawler.spider = Spider("shell")
    with pytest.raises(NotConfigured):
        OwnSites.from_crawler(crawler)
