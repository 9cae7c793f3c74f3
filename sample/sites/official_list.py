"""The official list of the accounts site, in JSON: well, and in every state of unwellness."""

import json
from typing import Any, Literal
from zlib import crc32

from sample.network.model import Contact, Country, Network, Section

Unwell = Literal["object", "texts", "empty", "part", "keyless", "odd", "lacking", "blank", "nulls"]

_PARTS = {
    part: part.replace("-", "_") for part in ("address-line1", "address-line2", "postal-code")
}


def countries_json(network: Network) -> str:
    """Return ``/api/v2/countries``."""
    return json.dumps([_country(country) for country in network.countries])


def sections_json(network: Network) -> str:
    """Return ``/api/v2/sections``."""
    return json.dumps([_section(section, network) for section in network.sections])


def logo_path(section: Section) -> str | None:
    """Return where the list says that a logo is: not in the style of the pages."""
    if not section.logo:
        return None
    name = section.logo.rpartition("/")[2].partition("?")[0]
    return f"/sites/default/files/logos/{name}"


def unwell(body: str, kind: Unwell, part: float, key: str) -> str:
    """Return a list as a fault has it.

    ``part`` has the first records only, ``keyless`` none with ``key``; ``odd`` has further records:
    without a code, without a label, of no known country, with unknown keys and states; ``lacking``
    has all but the section whose code is ``key``; in ``blank`` one value is null, as in
    ``TR-ANKA-MET.website``, and in ``nulls`` all are but codes, labels and countries.
    """
    records = json.loads(body)
    match kind:
        case "object":
            return json.dumps({"message": "Use the new API", "data": []})
        case "texts":
            return json.dumps([record.get("code") for record in records])
        case "empty":
            return "[]"
        case "part":
            records = records[: int(len(records) * part)]
        case "keyless":
            records = [{k: v for k, v in one.items() if k != key} for one in records]
        case "lacking":
            records = [one for one in records if one["code"] != key]
        case "blank":
            code, _, name = key.partition(".")
            records = [one | {name: None} if one["code"] == code else one for one in records]
        case "nulls":
            kept = {"code", "label", "cc"}
            records = [{k: v if k in kept else None for k, v in one.items()} for one in records]
        case "odd":
            records += _odd_records()
    return json.dumps(records)


def _odd_records() -> list[dict[str, Any]]:
    return [
        {"label": "ESN Nowhere", "code": None, "cc": "TR"},
        {"label": "", "code": "TR-NAME-LESS", "cc": "TR"},
        {
            "label": "ESN Atlantis",
            "code": "XA-ATLA-UNI",
            "cc": "XA",
            "state": "sunken",
            "\0": 1,
            "depth": 12,
        },
        {
            "label": 7,
            "code": "TR-SEVE-UNI",
            "cc": "TR",
            "geolocation": [],
            "cities": None,
            "logo": None,
        },
    ]


def _contact(contact: Contact) -> dict[str, str | None]:
    profiles: dict[str, str | None] = {name.lower(): url for name, url in contact.social_media}
    return {"facebook": "", "email": contact.email, "website": contact.website} | profiles


def _country(country: Country) -> dict[str, Any]:
    return {
        "label": f"ESN {country.name}",
        "code": country.code,
        "country": country.name,
        **_contact(country.contact),
    }


def _section(section: Section, network: Network) -> dict[str, Any]:
    contact = _contact(section.contact)
    point = section.page_point or section.map_point
    place = point and {
        "lat": section.shown("latitude", str(point.latitude)),
        "lng": section.shown("longitude", str(point.longitude)),
        "lat_sin": 0.5,
    }
    parts = dict(section.address)
    of_parts = {_PARTS.get(part, part): text for part, text in parts.items()}
    record = {
        "label": section.name,
        "code": section.slug.upper(),
        "country": network.country_names[section.country_code],
        "cc": section.country_code,
        "state": section.state,
        "joined": section.joined and _joined(section),
        "address": {"street_address": "\r\n".join(parts.values()), **of_parts} if parts else None,
        "cities": [{"name": section.city, "cc": section.country_code}] if section.city else [],
        "geolocation": place if place else [],
        "university_name": section.university_name,
        "university_website": section.university_website or "",
        "updated": "1639496271",
        "video": "https://video.example/1",
        "logo": logo_path(section),
        "status": True,
        **contact,
        "email": section.shown("email", section.contact.email or ""),
        "website": section.shown("website", section.contact.website or ""),
    }
    # Any key may be missing, but in none of them.
    return {
        key: value
        for key, value in record.items()
        if value or key in {"code", "label"} or crc32(f"{section.slug}/{key}".encode()) % 2
    }


def _joined(section: Section) -> str | int:
    """Return the day in one of the forms in which it might come."""
    day = section.joined
    if day is None:
        return ""
    form = crc32(section.slug.encode()) % 3
    if form == 0:
        return int((day.toordinal() - 719_163) * 86_400)
    return f"{day:%Y-%m-%d}" if form == 1 else f"{day:%d/%m/%Y}"
