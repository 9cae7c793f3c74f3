"""The official list of accounts.esn.org, in JSON (docs/sites.md, "The official list").

Any key may be missing, null or empty, and numbers may be texts. What is not known is left alone.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urljoin

from scrapy.http import TextResponse
from slugify import slugify

from esn_pulse.exceptions import PageError
from esn_pulse.items import CountryItem, SectionItem
from esn_pulse.rules.text import clean_lines, clean_text

COUNTRIES, SECTIONS = "/api/v2/countries", "/api/v2/sections"

Record = Mapping[str, Any]
T = TypeVar("T", CountryItem, SectionItem)

_NETWORKS = (
    *("facebook", "instagram", "twitter", "x", "linkedin", "youtube", "tiktok", "telegram"),
    *("discord", "flickr", "mastodon", "bluesky", "threads", "pinterest", "snapchat", "vk"),
)
_OTHER_KEYS = ("code", "cc", "label", "country", "state", "joined", "updated", "status", "video")


def _has(*keys: str) -> Callable[[Record], bool]:
    return lambda record: any(key in record for key in keys)


def _tells_city(record: Record) -> bool:
    address = record.get("address")
    return "cities" in record or (isinstance(address, dict) and "locality" in address)


# Whether a record tells of a column; null is an answer, too.
_TELLS: dict[str, Callable[[Record], bool]] = {
    "city": _tells_city,
    "address": _has("address"),
    "email": _has("email"),
    "website": _has("website"),
    "university_name": _has("university_name"),
    "university_website": _has("university_website"),
    "latitude": _has("geolocation"),
    "longitude": _has("geolocation"),
    "logo_url": _has("logo"),
    "social_media": _has(*_NETWORKS),
}
_KNOWN_KEYS = {
    *(*_OTHER_KEYS, *_NETWORKS, "cities", "address", "email", "website", "geolocation", "logo"),
    *("university_name", "university_website"),
}

STATES = frozenset(["active", "warned", "merged", "withdrew"])
GONE_STATES = frozenset(["merged", "withdrew"])  # no sections of the network any more

_ADDRESS_PARTS = ("address_line1", "address_line2", "postal_code", "locality", "country")
_CODE = re.compile(r"[A-Za-z]{2}", re.ASCII)
_PLACE = re.compile(r"(-?\d+(?:\.\d+)?) ?[,; ] ?(-?\d+(?:\.\d+)?)", re.ASCII)
_UNIX_SECONDS = re.compile(r"-?\d{9,11}", re.ASCII)


@dataclass
class OfficialList:
    """What the list says.

    :ivar countries: in its order; one that can't be stored has no code or name.
    :ivar sections: likewise.
    :ivar missing: the columns of sections of which no record tells.
    :ivar keys: keys of any record that are not known, and so were left alone.
    :ivar states: states of sections that are not known, likewise.
    """

    countries: list[CountryItem]
    sections: list[SectionItem]
    missing: list[str]
    keys: set[str] = field(default_factory=set)
    states: Counter[str] = field(default_factory=Counter)

    @property
    def slugs(self) -> set[str]:
        """The accounts slugs of the sections that it shows."""
        return {section.accounts_platform_slug for section in self.sections} - {""}

    def of(self, countries: set[str] | None) -> "OfficialList":
        """Return the part of the list that is of some countries; None: all of it."""
        if countries is None:
            return self
        return replace(
            self,
            countries=[one for one in self.countries if one.country_code in countries],
            sections=[one for one in self.sections if one.country_code in countries],
        )


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
    keys = {key for record in (*countries, *sections) for key in record} - _KNOWN_KEYS
    states = Counter(state for state in map(_state, sections) if state and state not in STATES)
    missing = [name for name, told in _TELLS.items() if not any(map(told, sections))]
    of_sections = list(_first_of_each(_section(record, site, missing) for record in sections))
    counts = Counter(one.country_code for one in of_sections if one.state not in GONE_STATES)
    of_countries = list(_first_of_each(_country(record, site, counts) for record in countries))
    codes = {one.country_code for one in of_countries}
    if not any(codes) or not any(one.accounts_platform_slug and one.name for one in of_sections):
        raise PageError("its records have neither code nor label")
    for section in of_sections:
        section.country_is_listed = section.country_code in codes
    return OfficialList(of_countries, of_sections, missing, keys, states)


def _country(record: Record, site: str, counts: Counter[str]) -> CountryItem:
    code = _country_code(record, "code") or _country_code(record, "cc")
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
        country_code=_country_code(record, "cc") or slug[:2].upper(),
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


def _first_of_each(items: Iterable[T]) -> Iterator[T]:
    """Leave out a second record of the same; those without a code are all kept."""
    seen: set[str] = set()
    for item in items:
        code = item.country_code if isinstance(item, CountryItem) else item.accounts_platform_slug
        if not code or code not in seen:
            seen.add(code or "")
            yield item


def text(value: object) -> str | None:
    """Return a text or a number as a clean text; None for anything else, and for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return clean_text(str(value)) or None


def _country_code(record: Record, key: str) -> str | None:
    code = text(record.get(key))
    return code.upper() if code and _CODE.fullmatch(code) else None


def _state(record: Record) -> str | None:
    state = text(record.get("state"))
    return state.lower() if state else None


def _city(record: Record) -> str | None:
    cities = record.get("cities")
    if isinstance(cities, list):
        names = (text(one.get("name") if isinstance(one, dict) else one) for one in cities)
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
    if found := _PLACE.fullmatch(text(value) or ""):
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
    try:
        if _UNIX_SECONDS.fullmatch(told):
            return datetime.fromtimestamp(int(told), UTC).date()
        return datetime.fromisoformat(told).date()
    except (ValueError, OverflowError, OSError):
        pass
    for form in "%d/%m/%Y", "%d.%m.%Y":
        try:
            return datetime.strptime(told, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
