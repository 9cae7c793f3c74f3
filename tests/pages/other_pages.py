"""Pages that a site answers in place of others, and a small network whose pages they replace."""

import re
from datetime import date

from lxml import html
from scrapy.http import HtmlResponse

from esn_pulse.database.queries.network import KnownNetwork, KnownSection
from sample.network.generation import generate
from sample.network.model import Country, Network, Section
from sample.sites import render
from tests.pages import ACCOUNTS

NETWORK: Network = generate(today=date(2026, 5, 4))


def in_frame(main: str, title: str) -> str:
    """Put something into the site's own frame."""
    page = render.error_page(title)
    return re.sub(r"(<main.*?>).*(</main>)", lambda m: m[1] + main + m[2], page, flags=re.DOTALL)


IMPOSTORS = {
    "a firewall's rejection": (
        "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected."
        " Please consult with your administrator.<br>Your support ID is: 1234</body></html>"
    ),
    "a maintenance notice": in_frame(
        '<h1 class="page-header">Site under maintenance</h1><p>We should be back shortly.</p>',
        "Site under maintenance",
    ),
    "a 'Page not found' page": render.error_page("Page not found"),
    "a login form": in_frame(
        '<h1 class="page-header">Log in</h1><form class="user-login-form" id="user-login-form">'
        '<input name="name"><input type="password" name="pass"></form>',
        "Log in",
    ),
    "a bot wall's check": (
        "<html><head><title>Just a moment...</title></head><body><h2>activities.esn.org</h2>"
        '<p>Checking your browser.</p><script src="/cdn-cgi/challenge-platform/h/b/x"></script>'
        "</body></html>"
    ),
    "another page": in_frame("", ""),
}


def page_of(url: str, body: str) -> HtmlResponse:
    return HtmlResponse(url, body=body.encode(), encoding="utf-8")


def without(body: str, sign: str) -> str:
    """Take what an XPath expression finds out of a page."""
    tree = html.document_fromstring(body)
    found = tree.xpath(sign)
    assert found, f"the page has no {sign}"
    for element in found:
        element.drop_tree()
    return str(html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>"))


def emptied(body: str) -> str:
    """Empty the content of a page."""
    return re.sub(r"(<main.*?>).*(</main>)", r"\1\2", body, flags=re.DOTALL)


def with_head(body: str, path: str) -> str:
    """Let a page say what its address is, as most sites do."""
    return body.replace("</head>", f'<link rel="canonical" href="{path}"></head>')


def known_section(section: Section) -> KnownSection:
    point = section.map_point
    return KnownSection(
        section.slug,
        section.name,
        section.country_code,
        str(point.latitude) if point else None,
        str(point.longitude) if point else None,
        fields=3,
        links=2,
    )


KNOWN = KnownNetwork(
    {section.slug: known_section(section) for section in NETWORK.sections},
    {country.code: len(NETWORK.sections_of(country.code)) for country in NETWORK.countries},
)

# Every page of accounts.esn.org, and some of activities.esn.org, by address.
ACCOUNTS_PAGES = {f"{ACCOUNTS}/": render.accounts_home(NETWORK)}


def country_url(country: Country) -> str:
    return f"{ACCOUNTS}/country/{country.code.lower()}"


def section_url(section: Section) -> str:
    return f"{ACCOUNTS}/section/{section.slug}"


ACCOUNTS_PAGES |= {country_url(one): render.country_page(NETWORK, one) for one in NETWORK.countries}
ACCOUNTS_PAGES |= {section_url(one): render.section_page(one) for one in NETWORK.sections}
ACTIVITY_PAGES = {
    one.event_slug: render.activity_page(NETWORK, one) for one in NETWORK.activities[:40]
}
LISTINGS = {alias: render.listing_page(NETWORK, alias, 0) for alias in NETWORK.organisations}
STATISTICS = {
    alias: render.statistics_page(one)
    for alias, one in NETWORK.organisations.items()
    if not (one.statistics and one.statistics.answered_as_json)
}
