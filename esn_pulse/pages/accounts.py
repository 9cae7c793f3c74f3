"""The pages of accounts.esn.org: what stands where."""

import re
from copy import deepcopy
from dataclasses import dataclass
from operator import itemgetter
from typing import cast
from urllib.parse import unquote

from itemloaders.processors import Compose, Identity, Join
from scrapy.http import TextResponse
from slugify import slugify

from esn_pulse.exceptions import DriftError
from esn_pulse.items import CountryItem, SectionItem
from esn_pulse.pages.addresses import slug_on_site
from esn_pulse.pages.markup import (
    Element,
    PageLoader,
    absolute,
    classes,
    distinct,
    find,
    find_xpath,
    has_class,
    images,
    links,
    non_empty,
    texts,
)
from esn_pulse.pages.own_part import OwnPart
from esn_pulse.pages.surroundings import AROUND, headings, page_heading
from esn_pulse.rules.countries import is_country
from esn_pulse.rules.text import clean_text

# The parts of an address that are stored. A person's name may stand beside them; it is left out.
_ADDRESS_PARTS = " or ".join(
    has_class(part)
    for part in ("address-line1", "address-line2", "postal-code", "locality", "country")
)
# In the fields of these names there may be what otherwise stands in none.
_PLACE_FIELDS = "geo|location|coord|map|place"
_LOGO_FIELDS = "logo|image|picture"
_LINK_FIELDS = "website|link|url|social|contact|profile|network|media|facebook|instagram|twitter"

LOGO_CODE = re.compile(r"/([A-Z]{2}-[A-Z]+-[A-Z0-9]+)\.\w+(?:[?#]|$)", re.IGNORECASE)
_MAIL_LINK = 'a[href^="mailto:" i]'


_LISTED_COUNTRY = '.country-list-row .views-field-label a[href*="/country/"]'


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


def shows_network(page: TextResponse) -> bool:
    """Say whether a page is marked up as the list of countries, or has the map of sections."""
    return bool(page.css(_LISTED_COUNTRY) or section_locations(page))


def country_links(page: TextResponse) -> list[CountryLink]:
    """Read the countries off the start page, each code once, in page order.

    :raises DriftError: when the page lists none.
    """
    listed = page.css(_LISTED_COUNTRY)
    anchors = listed or page.css('a[href*="/country/"]')
    found: dict[str, CountryLink] = {}
    for anchor, text in zip(anchors, texts(anchors), strict=True):
        url = absolute(anchor.attrib["href"], page)
        code = (slug_on_site(url, "country", page) or "").upper()
        known = found.get(code)
        if code and (known is None or known.name is None):
            name = re.sub(r"^ESN\s+", "", text)
            # Elsewhere than in the list, a link may say anything, such as "Read more".
            is_name = listed or name != text or is_country(name)
            found[code] = CountryLink(code, (name or None) if is_name else None, url)
    if not found:
        raise DriftError("there is no link to a country")
    return list(found.values())


def section_locations(page: TextResponse) -> dict[str, Location]:
    """Read the map on the start page: coordinates by accounts slug."""
    locations = {}
    for place in page.css(".geolocation-location[data-lat][data-lng]"):
        titles = place.css('.location-title a[href*="/section/"]')
        anchors = titles or place.css('a[href*="/section/"]')
        addresses = [absolute(anchor.attrib["href"], page) for anchor in anchors]
        slugs = distinct(slug_on_site(address, "section", page) or "" for address in addresses)
        # A place may hold several sections, but without titles also links to its neighbours.
        for slug in slugs if titles or len(slugs) == 1 else ():
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
    anchors = _grid(page)
    names = texts(anchors)
    labels = [_is_label(anchor) for anchor in anchors]
    found: dict[str, SectionLink] = {}
    for anchor, text, is_label in zip(anchors, names, labels, strict=True):
        url = absolute(anchor.get("href"), page)
        slug = slug_on_site(url, "section", page)
        known = found.get(slug) if slug else None
        if slug and (known is None or known.name is None):
            # Beside the name there may be other links to the section, such as "Read more".
            name = text if is_label or not any(labels) else None
            found[slug] = SectionLink(slug, name or None, url)
    if not found and stated_section_count(page) != 0:
        raise DriftError("there is no link to a section")
    return list(found.values())


def _grid(page: TextResponse) -> list[Element]:
    """Find the links to sections in the country's own list; others may stand around it."""
    root = deepcopy(page.selector.root)
    for around in find_xpath([root], AROUND):
        around.drop_tree()
    counted = find_xpath(
        [root], f".//*[{has_class('view')}][.//*[{has_class('num_sections_country')}]]"
    )
    grids = find(counted[-1:], ".views-view-grid") or find([root], ".views-view-grid")
    return find(grids, 'a[href*="/section/"]')


def _is_label(anchor: Element) -> bool:
    return any("field-content" in classes(outer) for outer in anchor.iterancestors("span"))


def country(link: CountryLink, page: TextResponse | None = None) -> CountryItem:
    """Make a country of its link and, when it could be read, its own page."""
    loader = CountryLoader(
        CountryItem(
            url=link.url, country_code=link.code, name=link.name, slug=slugify(link.name or "")
        )
    )
    if page is not None:
        loader.add_value("section_count", [len(section_links(page))])
        _add_contacts(loader, page, OwnPart(page, link.code, "section", "country"))
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
        _add_section_page(loader, page, link.slug)
    loader.add_value("name", link.name)
    if location:
        loader.add_value("latitude", location[0])
        loader.add_value("longitude", location[1])
    return cast("SectionItem", loader.load_item())


def _add_section_page(loader: SectionLoader, page: TextResponse, slug: str) -> None:
    own = OwnPart(page, slug, "section")
    name = texts(_heading(page, own))
    if not any(name):
        raise DriftError("there is no name of a section")
    loader.add_value("name", name)
    loader.add_value("city", texts(own.items("city")))
    loader.add_value("address", _address(own))
    _add_contacts(loader, page, own)
    loader.add_value("university_name", texts(own.items("university-name")))
    loader.add_value("university_website", links(find(own.field("university-website"), "a"), page))
    for place in own.loose(".geolocation-location[data-lat][data-lng]", _PLACE_FIELDS)[:1]:
        loader.add_value("latitude", place.get("data-lat"))
        loader.add_value("longitude", place.get("data-lng"))
    loader.add_value("logo_url", images(_logos(own, slug), page))


def _heading(page: TextResponse, own: OwnPart) -> list[Element]:
    """Find the heading with the section's name, on the page or in an article of its own."""
    known = [h1 for h1 in headings(page.selector.root) if "page-header" in classes(h1)]
    return (
        known[:1]
        or page_heading(own.root, next(own.root.iter("article"), None))
        or own.find("article h1")[:1]
    )


def _logos(own: OwnPart, slug: str) -> list[Element]:
    """Find the section's logo; ``/logos/`` keeps out that of the site, its code that of others."""
    grouped = own.loose(".group__field-pseudo-group-logo img", _LOGO_FIELDS)
    if grouped:
        return grouped
    logos = own.loose('img[alt*="Logo"][src*="/logos/"]', _LOGO_FIELDS)
    codes = [LOGO_CODE.search(logo.get("src")) for logo in logos]
    return [
        logo
        for logo, code in zip(logos, codes, strict=True)
        if code is None or code[1].casefold() == slug.casefold()
    ]


def _address(own: OwnPart) -> list[str]:
    addresses = find(own.field("address"), ".address")[:1]
    return texts(find_xpath(addresses, f".//*[{_ADDRESS_PARTS}]"))


def _add_contacts(loader: PageLoader, page: TextResponse, own: OwnPart) -> None:
    """Add what sections and countries alike may show: e-mail, website and profiles."""
    email = own.items("email")
    loader.add_value("email", [_mail_address(a.get("href")) for a in find(email, _MAIL_LINK)])
    loader.add_value("email", texts(email))
    website = own.loose('a[title="Website of the organisation"]', _LINK_FIELDS) or [
        a for a in own.loose("a", _LINK_FIELDS) if texts([a]) == ["Website"]
    ]
    loader.add_value("website", links(website, page))
    loader.add_value("social_media", [_profiles(page, own)])


def _mail_address(href: str) -> str:
    return unquote(href.partition(":")[2].partition("?")[0])


def _profiles(page: TextResponse, own: OwnPart) -> dict[str, str]:
    """Read the social media: ``{"facebook": "https://…"}``; X is still called ``twitter``."""
    profiles: dict[str, str] = {}
    for anchor in own.loose('a[title$="profile" i]', _LINK_FIELDS):
        network = clean_text(anchor.get("title")).lower().removesuffix("profile").strip()
        for address in links([anchor], page) if network else []:
            if not address.startswith(page.urljoin("/")):  # that of a user of the site
                profiles.setdefault("twitter" if network == "x" else network, address)
    return profiles
