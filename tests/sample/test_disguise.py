import json

import pytest
from parsel import Selector
from scrapy.http import HtmlResponse

from esn_pulse.exceptions import PageError
from esn_pulse.pages import accounts
from esn_pulse.pages.activity import activity
from esn_pulse.pages.shell import has_mount_point, needs_javascript
from esn_pulse.pages.statistics import statistics
from esn_pulse.sample.disguise import disguised
from esn_pulse.sample.model import Network, SiteName
from esn_pulse.sample.routes import Answer, Sites

PAGES: list[tuple[SiteName, str]] = [
    ("accounts", "/"),
    ("accounts", "/country/tr"),
    ("accounts", "/section/tr-anka-met"),
    ("activities", "/activity/adventure-trip-lofoten-551"),
    ("activities", "/organisation/esn-metu/statistics"),
]
NO_PAGES: list[tuple[SiteName, str]] = [
    ("accounts", "/robots.txt"),
    ("accounts", "/country/xx"),
    ("activities", "/organisation/esn-tromso/statistics"),  # JSON
    ("activities", "/organisation/esn-maynooth/activities"),  # a redirect
]


def answer(network: Network, site: SiteName, path: str) -> Answer:
    return Sites(network).answer(site, "GET", path)


def page(body: str) -> HtmlResponse:
    return HtmlResponse("https://esn.example/", body=body.encode(), encoding="utf-8")


def words(body: str) -> list[str]:
    return " ".join(Selector(body).xpath("//body//text()[not(parent::script)]").getall()).split()


def read(path: str, found: HtmlResponse) -> object:
    """Read a page as the spiders do."""
    match path.split("/"):
        case ["", ""]:
            return accounts.country_links(found)
        case ["", "country", _]:
            return accounts.section_links(found)
        case ["", "section", slug]:
            return accounts.section(accounts.SectionLink(slug, None, found.url), "TR", None, found)
        case ["", "activity", _]:
            return activity(found, [1])
    return statistics(found, 1)


@pytest.mark.parametrize(("site", "path"), PAGES)
def test_a_shell_is_empty_and_carries_the_page(network: Network, site: SiteName, path: str) -> None:
    proper = answer(network, site, path)
    shell = page(disguised(proper, "shell").body)

    assert not shell.css("h1, a")
    assert has_mount_point(shell)
    [script] = shell.css("script::text").getall()
    assert json.loads(script.partition(" = ")[2].partition(";\n")[0]) == proper.body


@pytest.mark.parametrize(("site", "path"), PAGES)
def test_other_markup_says_the_same_but_can_not_be_read(
    network: Network, site: SiteName, path: str
) -> None:
    proper = answer(network, site, path)
    read(path, page(proper.body))
    redesigned = page(disguised(proper, "other_markup").body)

    assert words(redesigned.text) == words(proper.body)
    assert not redesigned.xpath("//@class | //@id | //@*[starts-with(name(), 'data-')]")
    assert not needs_javascript(redesigned)
    with pytest.raises(PageError):
        read(path, redesigned)


@pytest.mark.parametrize("kind", ["shell", "other_markup"])
@pytest.mark.parametrize(("site", "path"), NO_PAGES)
def test_only_pages_are_disguised(network: Network, site: SiteName, path: str, kind: str) -> None:
    proper = answer(network, site, path)
    assert disguised(proper, kind) == proper
