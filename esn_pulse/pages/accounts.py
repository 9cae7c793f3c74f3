"""The pages of accounts.esn.org: what stands where."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import cast
from urllib.parse import unquote

from itemloaders.processors import Compose, Identity, Join
from parsel import Selector
from scrapy.http import TextResponse
from slugify import slugify

from esn_pulse.exceptions import DriftError
from esn_pulse.items import CountryItem, SectionItem
from esn_pulse.pages.markup import (
    PageLoader,
    absolute,
    has_class,
    images,
    links,
    non_empty,
    slug_on_site,
    texts,
)
from esn_pulse.text import clean_text

# The parts of an address that are stored. A person's name may stand beside them; it is left out.
_ADDRESS_PARTS = " or ".join(
    has_class(part)
    for part in ("address-line1", "address-line2", "postal-code", "locality", "country")
)


class CountryLoader(PageLoader):
    """Fills a country."""

    default_item_class = CountryItem
    section_count_in = Identity()
    social_media_in = Identity()
    social_media_out = itemgetter(-1)


class SectionLoader(PageLoader):
    """Fills a section."""

    default_item_class = SectionItem
    address_out = Compose(Join(", "), non_empty)
    social_media_in = Identity()
    social_media_out = itemgetter(-1)


@dataclass(frozen=True)
class CountryLink:
    """A country as the start page lists it: two capital letters, its name, its address."""

    code: str
    name: str | None
    url: str


@dataclass(frozen=True)
class SectionLink:
    """A section as its country's page lists it."""

    slug: str
    name: str | None
    url: str


Location = tuple[str, str]  # latitude and longitude, as the page writes them


def country_links(page: TextResponse) -> list[CountryLink]:
    """Read the countries off the start page, each code once, in page order.

    :raises DriftError: when the page lists none.
    """
    anchors = page.css('.country-list-row .views-field-label a[href*="/country/"]') or page.css(
        'a[href*="/country/"]'
    )
    found: dict[str, CountryLink] = {}
    for anchor, name in zip(anchors, texts(anchors), strict=True):
        url = absolute(anchor.attrib["href"], page)
        code = (slug_on_site(url, "country", page) or "").upper()
        known = found.get(code)
        if code and (known is None or known.name is None):
            found[code] = CountryLink(code, re.sub(r"^ESN\s+", "", name) or None, url)
    if not found:
        raise DriftError("there is no link to a country")
    return list(found.values())


def section_locations(page: TextResponse) -> dict[str, Location]:
    """Read the map on the start page: coordinates by accounts slug."""
    locations = {}
    for place in page.css(".geolocation-location[data-lat][data-lng]"):
        for anchor in place.css('a[href*="/section/"]'):
            if slug := slug_on_site(absolute(anchor.attrib["href"], page), "section", page):
                locations[slug] = (place.attrib["data-lat"], place.attrib["data-lng"])
    return locations


def stated_section_count(page: TextResponse) -> int | None:
    """Read how many sections the country page says it has, None when it doesn't say."""
    shown = texts(page.css(".view-header .num_sections_country"))
    digits = re.search(r"\d+", shown[0], re.ASCII) if shown else None
    return int(digits.group()[:9]) if digits else None


def section_links(page: TextResponse) -> list[SectionLink]:
    """Read the sections off a country page, each once; of its two links one has the name.

    :raises DriftError: when the page lists none, and does not say either that there are none.
    """
    anchors = page.css('.views-view-grid a[href*="/section/"]')
    found: dict[str, SectionLink] = {}
    for anchor, name in zip(anchors, texts(anchors), strict=True):
        url = absolute(anchor.attrib["href"], page)
        slug = slug_on_site(url, "section", page)
        known = found.get(slug) if slug else None
        if slug and (known is None or known.name is None):
            found[slug] = SectionLink(slug, name or None, url)
    if not found and stated_section_count(page) != 0:
        raise DriftError("there is no link to a section")
    return list(found.values())


def country(link: CountryLink, page: TextResponse | None = None) -> CountryItem:
    """Make a country of its link and, when it could be read, its own page."""
    loader = CountryLoader(
        CountryItem(
            url=link.url, country_code=link.code, name=link.name, slug=slugify(link.name or "")
        )
    )
    if page is not None:
        loader.add_value("section_count", [len(section_links(page))])
        _add_contacts(loader, page)
    return cast("CountryItem", loader.load_item())


def section(
    link: SectionLink,
    country_code: str,
    location: Location | None,
    page: TextResponse | None = None,
) -> SectionItem:
    """Make a section of what its country's page and the map know and, if given, its own page.

    :raises DriftError: when the page has no name on it.
    """
    loader = SectionLoader(
        SectionItem(
            url=link.url,
            country_code=country_code,
            accounts_platform_slug=link.slug,
            complete=page is not None,
        )
    )
    if page is not None:
        _add_section_page(loader, page)
    loader.add_value("name", link.name)
    if location:
        loader.add_value("latitude", location[0])
        loader.add_value("longitude", location[1])
    return cast("SectionItem", loader.load_item())


def _add_section_page(loader: SectionLoader, page: TextResponse) -> None:
    name = texts(page.css("h1.page-header") or page.css("h1"))
    if not any(name):
        raise DriftError("there is no name of a section")
    loader.add_value("name", name)
    loader.add_value("city", texts(_field(page, "city")))
    loader.add_value("address", _address(page))
    _add_contacts(loader, page)
    loader.add_value("university_name", texts(_field(page, "university-name")))
    loader.add_value(
        "university_website", links(page.css(".field--name-field-university-website a"), page)
    )
    for place in page.css(".geolocation-location[data-lat][data-lng]")[:1]:
        loader.add_value("latitude", place.attrib["data-lat"])
        loader.add_value("longitude", place.attrib["data-lng"])
    loader.add_value("logo_url", images(_logos(page), page))


def _field(page: TextResponse, name: str) -> Iterable[Selector]:
    """Find a field's items; a field with a single value may itself be the item."""
    field = f".field--name-field-{name}"
    return page.css(f"{field} .field--item, {field}.field--item")


def _logos(page: TextResponse) -> Iterable[Selector]:
    """Find the section's logo; ``/logos/`` keeps out that of the site itself."""
    return page.css(".group__field-pseudo-group-logo img") or page.css(
        'img[alt*="Logo"][src*="/logos/"]'
    )


def _address(page: TextResponse) -> list[str]:
    addresses = page.css(".field--name-field-address .address, .field--name-field-address.address")[
        :1
    ]
    return texts(addresses.xpath(f".//*[{_ADDRESS_PARTS}]"))


def _add_contacts(loader: PageLoader, page: TextResponse) -> None:
    """Add what sections and countries alike may show: e-mail, website and profiles."""
    email = _field(page, "email")
    loader.add_value("email", [_mail_address(href) for href in _mail_links(email)])
    loader.add_value("email", texts(email))
    website = page.css('a[title="Website of the organisation"]') or page.xpath(
        '//a[normalize-space()="Website"]'
    )
    loader.add_value("website", links(website, page))
    loader.add_value("social_media", [_profiles(page)])


def _mail_links(email: Iterable[Selector]) -> list[str]:
    return [a.attrib["href"] for field in email for a in field.css('a[href^="mailto:" i]')]


def _mail_address(href: str) -> str:
    return unquote(href.partition(":")[2].partition("?")[0])


def _profiles(page: TextResponse) -> dict[str, str]:
    """Read the social media: ``{"facebook": "https://…"}``; X is still called ``twitter``."""
    profiles: dict[str, str] = {}
    for anchor in page.css('a[title$="profile" i]'):
        network = clean_text(anchor.attrib["title"]).lower().removesuffix("profile").strip()
        for address in links([anchor], page) if network else []:
            profiles.setdefault("twitter" if network == "x" else network, address)
    return profiles
