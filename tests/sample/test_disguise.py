import json

import pytest
from parsel import Selector
from scrapy.http import HtmlResponse

from esn_pulse.exceptions import PageError
from esn_pulse.pages import accounts
from esn_pulse.pages.activity import activity
from esn_pulse.pages.proof.javascript import has_mount_point, needs_javascript
from esn_pulse.pages.statistics import statistics
from sample.network.model import Network, SiteName
from sample.sites.disguise import disguised, with_own_address, with_prefix
from sample.sites.faults import Fault, FaultKind
from sample.sites.routes import Answer, Sites

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
    shell = page(disguised(proper, Fault(kind="shell"), path).body)

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
    redesigned = page(disguised(proper, Fault(kind="other_markup"), path).body)

    assert words(redesigned.text) == words(proper.body)
    assert not redesigned.xpath("//@class | //@id | //@*[starts-with(name(), 'data-')]")
    assert not needs_javascript(redesigned)
    with pytest.raises(PageError):
        read(path, redesigned)


def test_links_lead_to_the_same_pages_in_a_roundabout_way(network: Network) -> None:
    path = "/organisation/esn-metu/activities?page=0"
    proper = answer(network, "activities", path).body
    prefix = "/index.php/en"
    found = Selector(with_prefix(proper, prefix, 0.5))

    links = found.css("article a::attr(href)").getall()
    roundabout = [link for link in links if link.startswith(prefix)]
    assert 0 < len(roundabout) < len(links)
    assert len(found.css('.eg-c-card-title a[href^="/index.php/en/activity/"]')) > 1
    plain = [link.removeprefix(prefix) for link in links]
    assert plain == Selector(proper).css("article a::attr(href)").getall()
    for link in roundabout[:5]:
        there = answer(network, "activities", link)
        assert there == answer(network, "activities", link.removeprefix(prefix))
        assert there.status == 200


@pytest.mark.parametrize("prefix", ["/index.php", "/en", "/pt-br", "/index.php/en"])
@pytest.mark.parametrize(("site", "path"), [*PAGES, ("accounts", "/country/en")])
def test_pages_lie_under_prefixed_addresses_too(
    network: Network, site: SiteName, path: str, prefix: str
) -> None:
    assert answer(network, site, prefix + path) == answer(network, site, path)


def test_a_page_may_say_where_it_lies() -> None:
    url = "http://site.test/activity/picnic-7"
    found = Selector(with_own_address("<head></head>", f"{url}?page=1"))

    assert found.css('link[rel="canonical"]::attr(href)').get() == url
    assert found.css('meta[property="og:url"]::attr(content)').get() == url
    assert found.css('link[rel="shortlink"]::attr(href)').get() == "/node/7"
    country = with_own_address("<head></head>", "http://site.test/country/tr")
    assert not Selector(country).css('link[rel="shortlink"]')


@pytest.mark.parametrize("kind", ["shell", "other_markup", "emptied", "prefixed", "canonical"])
@pytest.mark.parametrize(("site", "path"), NO_PAGES)
def test_only_pages_are_disguised(
    network: Network, site: SiteName, path: str, kind: FaultKind
) -> None:
    proper = answer(network, site, path)
    assert disguised(proper, Fault(kind=kind), path) == proper
