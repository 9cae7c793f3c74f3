"""The row that each thing of the sample network becomes: dicts keyed by column.

Columns that hold identities or moments of the crawl are left out. Base addresses are given without
a final slash.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sample.network.model import (
    Activity,
    Contact,
    Country,
    Network,
    Section,
)
from sample.network.organisations import Counted, Counts, Statistics
from sample.network.vocabulary import FOREIGN_PLACES
from sample.sites.official_list import logo_path

Row = dict[str, Any]

NO_STATISTICS = Statistics(activities=Counts(0, 0), causes=(), types=(), participants=())

_WIDTHS = {"title": 255, "types": 100}
_SIX_DECIMALS = Decimal("0.000001")


def section_url(section: Section, accounts_url: str) -> str:
    """Return the address of a section's own page."""
    return f"{accounts_url}/section/{section.slug}"


def activity_url(activity: Activity, activities_url: str) -> str:
    """Return the address of an activity's page."""
    return f"{activities_url}/activity/{activity.event_slug}"


def country_row(country: Country, network: Network, accounts_url: str, activities_url: str) -> Row:
    """Return the row of ``countries``."""
    national = network.national.get(country.code)
    return {
        "country_code": country.code,
        "name": country.name,
        "slug": country.slug,
        "url": f"{accounts_url}/country/{country.code.lower()}",
        "section_count": len(network.sections_of(country.code)),
        **_contact(country.contact),
        **_alias(national.alias if national else None, activities_url),
    }


def listed_section_row(row: Row, section: Section, accounts_url: str) -> Row:
    """Return the row of ``sections`` as the official list has it, given that of the pages."""
    logo = logo_path(section)
    return row | {
        "logo_url": accounts_url + logo if logo else None,
        "state": section.state,
        "joined": section.joined,
    }


def section_row(section: Section, alias: str | None, accounts_url: str, activities_url: str) -> Row:
    """Return the row of ``sections``, ``alias`` being what the slug check finds."""
    details = {
        "city": _clean(section.city),
        "address": _clean(", ".join(text for _, text in section.address)),
        "university_name": _clean(section.university_name),
        "university_website": section.university_website,
        "logo_url": accounts_url + section.logo if section.logo else None,
        **_contact(section.contact),
    }
    if section.page_status != 200:
        details = dict.fromkeys(details)
    return {
        "country_code": section.country_code,
        "name": section.name,
        "accounts_platform_slug": section.slug,
        "accounts_url": section_url(section, accounts_url),
        **_alias(alias, activities_url),
        **details,
        **_coordinates(section),
        **dict.fromkeys(section.broken_fields),
    }


def activity_row(activity: Activity, network: Network, activities_url: str) -> Row:
    """Return the row of ``activities``."""
    row = {
        "event_slug": activity.event_slug,
        "url": activity_url(activity, activities_url),
        "title": _clean(activity.title),
        "description": _paragraphs(activity.description),
        "start_date": activity.start,
        "end_date": activity.end,
        "is_future_event": activity.start > network.today,
        "is_online": activity.online,
        "online_platform": activity.platform,
        "city": _clean(activity.city),
        **_country(activity.country_code, network),
        "participants": activity.participants,
        "activity_type": stored_types(activity)[0],
        "partners": list(dict.fromkeys(filter(None, map(_clean, activity.partners)))),
        "activity_goal": _paragraphs(activity.goal),
        "outcomes": _paragraphs(activity.outcomes),
        "registration_url": activity.registration_url,
        "image_url": activities_url + activity.image if activity.image else None,
        "is_valid": not activity.flaws,
    }
    kept = {column: _kept(column, shown) for column, shown in activity.flaws if column in row}
    return row | kept


def stored_types(activity: Activity) -> tuple[str, ...]:
    """Return the types that are stored of an activity."""
    shown = activity.shown("types", "")
    return (shown[: _WIDTHS["types"]],) if shown else activity.types


def _overall_statistics(statistics: Statistics) -> list[Row]:
    activities = statistics.activities
    totals = {name: counts.total for name, counts in statistics.participants}
    return [
        {
            "physical_activities": activities.physical,
            "online_activities": activities.online,
            "total_local_students": totals.get("Local students", 0),
            "total_international_students": totals.get("International students", 0),
            "total_coordinators": totals.get("Coordinators", 0),
        }
    ]


def _cause_statistics(statistics: Statistics) -> list[Row]:
    named = _named_statistics("cause_name", statistics.causes)
    totals = ({"total_count": counts.total} for _, counts in statistics.causes)
    return [row | total for row, total in zip(named, totals, strict=True)]


def _named_statistics(name_column: str, group: Counted) -> list[Row]:
    """Return a row for each name of a group with its physical and online counts."""
    return [
        {name_column: name, "physical_count": counts.physical, "online_count": counts.online}
        for name, counts in group
    ]


STATISTICS: Mapping[str, Callable[[Statistics], list[Row]]] = {
    "overall_statistics": _overall_statistics,
    "cause_statistics": _cause_statistics,
    "type_statistics": lambda shown: _named_statistics("activity_type", shown.types),
    "participant_statistics": lambda shown: _named_statistics(
        "participant_type", shown.participants
    ),
}
"""By the ends of their tables' names, how the rows of an organisation's statistics are made."""


def _alias(alias: str | None, activities_url: str) -> Row:
    return {
        "activities_platform_slug": alias,
        "activities_url": f"{activities_url}/organisation/{alias}/activities" if alias else None,
        "can_scrape_activities": alias is not None,
    }


def _contact(contact: Contact) -> Row:
    keys = {"x": "twitter"}
    pairs = ((name.lower(), url) for name, url in contact.social_media)
    return {
        "email": contact.email,
        "website": contact.website,
        "social_media": {keys.get(name, name): url for name, url in pairs} or None,
    }


def _coordinates(section: Section) -> Row:
    """Round as PostgreSQL does, half away from zero; the map is asked where the page is silent."""
    on_page = section.page_point if section.page_status == 200 else None
    point = on_page or section.map_point
    if point is None:
        return {"latitude": None, "longitude": None}
    return {
        "latitude": point.latitude.quantize(_SIX_DECIMALS, ROUND_HALF_UP),
        "longitude": point.longitude.quantize(_SIX_DECIMALS, ROUND_HALF_UP),
    }


def _country(code: str | None, network: Network) -> Row:
    if code is None or code in network.country_names:
        return {"country_code": code, "country_name": None}
    return {"country_code": None, "country_name": FOREIGN_PLACES[code][0]}


def _kept(column: str, shown: str) -> str | None:
    """Return what is stored where the page shows a value that breaks a rule."""
    if column == "description":
        return ""
    return shown[: _WIDTHS[column]] if column in _WIDTHS else None


def _clean(text: str | None) -> str | None:
    """Return a text with its white space normalised, None for a blank one."""
    return " ".join((text or "").split()) or None


def _paragraphs(texts: Iterable[str]) -> str | None:
    return "\n".join(" ".join(text.split()) for text in texts) or None
