"""Founding sections: a charter and chance become a section with an address, contacts and a logo."""

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, product
from random import Random

from slugify import slugify

from sample.network.charters import CHARTERS, Charter
from sample.network.further_places import FURTHER_LANDS
from sample.network.model import Contact, Country, Point, Section
from sample.network.places import LANDS, Land

_KINDS = ("", "Tech ", "Arts ")
_SOCIAL_MEDIA = (
    ("Facebook", "https://www.facebook.com/{}"),
    ("Instagram", "https://www.instagram.com/{}/"),
    ("X", "https://x.com/{}"),
    ("Twitter", "https://twitter.com/{}"),
    ("TikTok", "https://www.tiktok.com/@{}"),
    ("YouTube", "https://www.youtube.com/channel/{}"),
)


def found_sections(seed: int, count: int) -> tuple[Section, ...]:
    """Return ``count`` sections without statistics; the chartered ones come first.

    Each draws from its own source of chance, so asking for more leaves the first ones as they are.
    Raises ValueError if there are fewer than the charters or more than names can be found for.
    """
    further = list(islice(_further_charters(), max(count - len(CHARTERS), 0)))
    charters = (*CHARTERS, *further)
    if len(charters) != count:
        raise ValueError(f"cannot found {count} sections, {len(charters)} would be possible")
    lands = {land.country.code: land for land in (*LANDS, *FURTHER_LANDS)}
    return tuple(_found(Random(f"{seed}/{one.slug}"), one, lands) for one in charters)


def _further_charters() -> Iterator[Charter]:
    for lands in (LANDS, FURTHER_LANDS):
        most_cities = max(len(land.cities) for land in lands)
        for kind, place, land in product(_KINDS, range(most_cities), lands):
            if place < len(land.cities):
                yield _city_charter(land, land.cities[place], kind)


def countries_of(sections: tuple[Section, ...]) -> tuple[Country, ...]:
    """Return the countries that have any of the sections."""
    codes = {section.country_code for section in sections}
    countries = (land.country for land in (*LANDS, *FURTHER_LANDS))
    return tuple(country for country in countries if country.code in codes)


def _city_charter(land: Land, city: str, kind: str) -> Charter:
    name = f"ESN {kind}{city}"
    letters = slugify(city).replace("-", "")
    slug = f"{land.country.code.lower()}-{letters[:6]}-{slugify(kind)[:3] or 'uni'}"
    return Charter(land.country.code, name, slug, slugify(name), city)


def _found(rng: Random, charter: Charter, lands: dict[str, Land]) -> Section:
    land = lands[charter.country_code]
    point = _nearby(rng, land.centre)
    section = Section(
        country_code=charter.country_code,
        name=charter.name,
        slug=charter.slug,
        alias=charter.alias,
        city=charter.city,
        address=_address(rng, land, charter.city),
        contact=_contact(rng, charter.slug),
        university_name=_maybe(rng, 0.9, f"University of {charter.city} & Partners"),
        university_website=_maybe(rng, 0.8, f"https://www.{charter.slug}.example/en/"),
        logo=_maybe(rng, 0.95, _logo(charter)),
        page_point=point,
        map_point=point,
        logo_is_grouped=rng.random() < 0.8,
    )
    return dataclasses.replace(section, **charter.quirks)


def _maybe(rng: Random, share: float, value: str) -> str | None:
    return value if rng.random() < share else None


def _nearby(rng: Random, centre: Point) -> Point:
    def move(degrees: Decimal) -> Decimal:
        return degrees + Decimal(rng.randint(-9_999_999, 9_999_999)) / 10**7

    return Point(move(centre.latitude), move(centre.longitude))


def _logo(charter: Charter) -> str:
    code, name = charter.country_code, charter.slug.upper()
    return f"/sites/default/files/styles/medium/public/logos/{code}/{name}.png?itok=s4Mp1e"


def _address(rng: Random, land: Land, city: str) -> tuple[tuple[str, str], ...]:
    """Return (part, text) in page order; chance leaves any of the parts out."""
    postal_code = ("postal-code", f"{rng.randint(10, 99)}\xa0{rng.randint(100, 999)}")
    locality = ("locality", city)
    town = (locality, postal_code) if land.locality_first else (postal_code, locality)
    parts = (
        ("address-line1", f"{rng.choice(land.streets)} {rng.randint(1, 180)}"),
        ("address-line2", f"Building {rng.choice('ABCD')} & Annex, room {rng.randint(1, 40)}"),
        *town,
        ("country", land.country.name),
    )
    keep = {"address-line2": 0.4, "postal-code": 0.9}
    return tuple(part for part in parts if rng.random() < keep.get(part[0], 0.95))


def _contact(rng: Random, slug: str) -> Contact:
    handle = slug.replace("-", ".")
    social_media = [
        (name, url.format(handle)) for name, url in _SOCIAL_MEDIA if rng.random() < 0.35
    ]
    names = [name for name, _ in social_media]
    if "X" in names and "Twitter" in names:
        social_media.pop(names.index("Twitter"))
    return Contact(
        email=_maybe(rng, 0.9, f"board@{slug}.example"),
        website=_maybe(rng, 0.8, f"https://{slug}.example{rng.choice(('', '/', '/en'))}"),
        social_media=tuple(social_media),
        email_is_link=rng.random() < 0.7,
        website_has_title=rng.random() < 0.7,
    )
