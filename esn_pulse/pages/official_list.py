"""The official list of accounts.esn.org, in JSON (docs/sites.md, "The official list").

Any key may be missing, null or empty, and numbers may be texts. What is not known is left alone.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin

from scrapy.http import TextResponse
from slugify import slugify

from esn_pulse.exceptions import PageError
from esn_pulse.items import CountryItem, SectionItem
from esn_pulse.rules.text import clean_lines, clean_text

COUNTRIES, SECTIONS = "/api/v2/countries", "/api/v2/sections"

Record = Mapping[str, Any]

# The keys of each column: one is enough for the list to tell of it.
_NETWORKS = (
    *("facebook", "instagram", "twitter", "x", "linkedin", "youtube", "tiktok", "telegram"),
    *("discord", "flickr", "mastodon", "bluesky", "threads", "pinterest", "snapchat", "vk"),
)
_KEYS = {
    "city": ("cities", "address"),
    "address": ("address",),
    "email": ("email",),
    "website": ("website",),
    "university_name": ("university_name",),
    "university_website": ("university_website",),
    "latitude": ("geolocation",),
    "longitude": ("geolocation",),
    "logo_url": ("logo",),
    "social_media": _NETWORKS,
}
_OTHER_KEYS = ("code", "cc", "label", "country", "state", "joined", "updated", "status", "video")
_KNOWN_KEYS = {*_OTHER_KEYS, *(key for keys in _KEYS.values() for key in keys)}

STATES = frozenset(["active", "warned", "merged", "withdrew"])
GONE_STATES = frozenset(["merged", "withdrew"])  # no sections of the network any more

_ADDRESS_PARTS = ("address_line1", "address_line2", "postal_code", "locality", "country")
_CODE = re.compile(r"[A-Za-z]{2}", re.ASCII)
_PLACE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*", re.ASCII)
_UNIX_SECONDS = re.compile(r"-?\d{9,11}", re.ASCII)
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d")


@dataclass
class OfficialList:
    """What the list says.

    :ivar countries: in its order; one that can't be stored has no code or name.
    :ivar sections: likewise.
    :ivar missing: the columns of sections of which no record tells.
    :ivar ignored: how often something was left alone, by what it was.
    """

    countries: list[CountryItem]
    sections: list[SectionItem]
    missing: list[str]
    ignored: Counter[str] = field(default_factory=Counter)

    @property
    def slugs(self) -> set[str]:
        """The accounts slugs of the sections that it shows."""
        return {section.accounts_platform_slug for section in self.sections} - {""}


def records_of(page: TextResponse) -> list[Record]:
    """Return the records of a list.

    :raises PageError: when it is none, or an empty one.
    """
    try:
        found = json.loads(page.body)
    except (ValueError, RecursionError) as error:
        raise PageError("it is no JSON") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise PageError("it is no list of records")
    if not found:
        raise PageError("it is empty")
    return found


def official_list(
    countries: Sequence[Record], sections: Sequence[Record], site: str
) -> OfficialList:
    """Read both lists.

    :param site: the address of the accounts site, without a slash at its end.
    :raises PageError: when the records are none of countries and sections.
    """
    ignored = Counter(
        f"key {key}" for key in {key for record in sections for key in record} - _KNOWN_KEYS
    )
    ignored.update(
        f"state {state}" for state in map(_state, sections) if state and state not in STATES
    )
    missing = [name for name, keys in _KEYS.items() if not _any_has(sections, keys)]
    of_sections = list(_first_of_each(_section(record, site, missing) for record in sections))
    counts = Counter(one.country_code for one in of_sections if one.state not in GONE_STATES)
    of_countries = [_country(record, site, counts) for record in countries]
    codes = {one.country_code for one in of_countries}
    if not any(codes) or not any(one.accounts_platform_slug and one.name for one in of_sections):
        raise PageError("its records have neither code nor label")
    for section in of_sections:
        section.country_is_listed = section.country_code in codes
    return OfficialList(of_countries, of_sections, missing, ignored)


def _country(record: Record, site: str, counts: Counter[str]) -> CountryItem:
    codes = (text(record.get(key)) for key in ("cc", "code"))
    code = next((one.upper() for one in codes if one and _CODE.fullmatch(one)), None)
    name = re.sub(r"^ESN\s+", "", text(record.get("label")) or "") or None
    return CountryItem(
        url=f"{site}/country/{code.lower()}" if code else site + COUNTRIES,
        country_code=code,
        name=name,
        slug=slugify(name or "") or None,
        section_count=counts[code or ""],
        email=text(record.get("email")),
        website=text(record.get("website")),
        social_media=_profiles(record),
        by_api=True,
    )


def _section(record: Record, site: str, missing: list[str]) -> SectionItem:
    slug = (text(record.get("code")) or "").lower()
    latitude, longitude = _place(record.get("geolocation"))
    state, logo = _state(record), text(record.get("logo"))
    return SectionItem(
        url=f"{site}/section/{slug}" if slug else site + SECTIONS,
        country_code=(text(record.get("cc")) or slug[:2]).upper(),
        accounts_platform_slug=slug,
        name=text(record.get("label")),
        city=_city(record),
        address=_address(record.get("address")),
        email=text(record.get("email")),
        website=text(record.get("website")),
        university_name=text(record.get("university_name")),
        university_website=text(record.get("university_website")),
        latitude=latitude,
        longitude=longitude,
        logo_url=urljoin(f"{site}/", logo) if logo else None,
        social_media=_profiles(record),
        state=state if state in STATES else None,
        joined=_day(record.get("joined")),
        by_api=True,
        not_told=missing,
    )


def _first_of_each(sections: Iterable[SectionItem]) -> Iterable[SectionItem]:
    """Leave out a section's second record; those without a code are all kept."""
    seen: set[str] = set()
    for section in sections:
        slug = section.accounts_platform_slug
        if not slug or slug not in seen:
            seen.add(slug)
            yield section


def text(value: object) -> str | None:
    """Return a text or a number as a clean text; None for anything else, and for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return clean_text(str(value)) or None


def _any_has(records: Iterable[Record], keys: Collection[str]) -> bool:
    return any(key in record for record in records for key in keys)


def _state(record: Record) -> str | None:
    state = text(record.get("state"))
    return state.lower() if state else None


def _city(record: Record) -> str | None:
    cities = record.get("cities")
    if isinstance(cities, list):
        names = (text(one.get("name")) for one in cities if isinstance(one, dict))
        return next(filter(None, names), None)
    address = record.get("address")
    return text(address.get("locality")) if isinstance(address, dict) else None


def _address(address: object) -> str | None:
    """Return an address's parts, in the order in which the list writes them.

    A person's name may stand beside them; it is left out where the parts are told by themselves.
    """
    if not isinstance(address, dict):
        return None
    written = clean_lines(_lines(address.get("street_address"))).split("\n")
    parts = [part for key in _ADDRESS_PARTS if (part := text(address.get(key)))]
    if not parts:
        return ", ".join(filter(None, written)) or None
    rest = list(parts)
    for line in written:
        if line in rest:
            rest.remove(line)
    in_order = [line for line in written if line in parts]
    return ", ".join(in_order if not rest else parts)


def _lines(value: object) -> str:
    """Return a text as it is; '' for anything else."""
    return value if isinstance(value, str) else ""


def _place(value: object) -> tuple[str | None, str | None]:
    """Read coordinates: an object, a list of one, or a text of two numbers."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str) and (found := _PLACE.fullmatch(value)):
        return found[1], found[2]
    if isinstance(value, dict):
        latitude, longitude = text(value.get("lat")), text(value.get("lng"))
        return (latitude, longitude) if latitude and longitude else (None, None)
    return None, None


def _profiles(record: Record) -> dict[str, str]:
    found = {key: address for key in _NETWORKS if (address := text(record.get(key)))}
    if "x" in found:  # which it used to be called
        found.setdefault("twitter", found["x"])
        del found["x"]
    return found


def _day(value: object) -> date | None:
    """Read a day in any form in which it is sure what is meant; None otherwise."""
    told = text(value) or ""
    if _UNIX_SECONDS.fullmatch(told):
        return datetime.fromtimestamp(int(told), UTC).date()
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(told, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(told).date()
    except ValueError:
        return None
