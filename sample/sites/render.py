"""The pages of both sites, as HTML (and one of them as JSON)."""

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sample.network.model import Activity, Country, Network, Section
from sample.network.organisations import Organisation
from sample.network.statistics import payload
from sample.network.vocabulary import FOREIGN_PLACES, SDG_NAMES

_TEASERS = 2
_SITE_NAMES = {"accounts": "Accounts", "activities": "Activities", "error": "Sample"}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sample.sites"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=_day, settings_json=_settings_json)
    environment.globals.update(as_it_is=lambda _, proper: proper)
    return environment


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _settings_json(settings: dict[str, Any]) -> Markup:
    """Return what every Drupal page carries, and ``settings``, escaped as Drupal does it."""
    text = json.dumps({"path": {"baseUrl": "/"}, "user": {"uid": 0}, **settings})
    for sign in "<>&'":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 (escaped just above)


def framed(site: str, template: str, **context: object) -> str:
    """Return a page of a template, in the frame of a site (if it is made for one)."""
    return _environment().get_template(template).render(site_name=_SITE_NAMES[site], **context)


def _page(template: str, **context: object) -> str:
    return framed(template.split("/", maxsplit=1)[0], template, **context)


def error_page(reason: str, site: str = "error") -> str:
    """Return the page of an error, such as ``Page not found``."""
    return framed(site, "error.html", reason=reason)


def accounts_home(network: Network) -> str:
    """Return the accounts site's ``/``: the countries and the map."""
    return _page("accounts/home.html", network=network)


def country_page(network: Network, country: Country) -> str:
    """Return ``/country/<cc>``."""
    sections = network.sections_of(country.code)
    stated = len(sections) if country.stated_sections is None else country.stated_sections
    return _page("accounts/country.html", country=country, sections=sections, stated=stated)


def section_page(section: Section) -> str:
    """Return ``/section/<slug>``."""
    return _page("accounts/section.html", section=section)


def activities_home(network: Network) -> str:
    """Return the activities site's ``/``."""
    return _page("activities/home.html", network=network)


def organisation_page(network: Network, alias: str) -> str:
    """Return ``/organisation/<alias>``."""
    return _page(
        "activities/organisation.html", alias=alias, name=network.organisations[alias].name
    )


def listing_page(network: Network, alias: str, page: int) -> str:
    """Return ``/organisation/<alias>/activities?page=<page>``; past the last one it is empty."""
    heading = f"Activities of {network.organisations[alias].name}"
    return _listing(heading, network.listing(alias), network.cards_a_page, page)


def feed_page(network: Network, page: int) -> str:
    """Return ``/activities?page=<page>``: everybody's; past the last one it is empty."""
    return _listing("Activities", network.feed, network.cards_a_page, page)


def _listing(heading: str, listing: Sequence[Activity], cards: int, page: int) -> str:
    return _page(
        "activities/listing.html",
        heading=heading,
        activities=listing[page * cards :][:cards],
        page=page,
        last=max(len(listing) - 1, 0) // cards,
    )


def statistics_page(organisation: Section | Organisation) -> str:
    """Return ``/organisation/<alias>/statistics``."""
    statistics = organisation.statistics
    settings = {"activities_statistics": payload(statistics)} if statistics else {}
    if statistics and statistics.answered_as_json:
        return json.dumps(settings)
    return _page("activities/statistics.html", name=organisation.name, settings=settings)


def activity_page(network: Network, activity: Activity) -> str:
    """Return ``/activity/<event_slug>``, with teasers of the first organiser's other activities."""
    listing = network.listing(activity.linked_organisers[0].alias)
    return _page(
        "activities/activity.html",
        activity=activity,
        days=_days(activity),
        place=_place(network, activity),
        participants=_participants(activity),
        types=_replaced(activity, "types", activity.types),
        description=_replaced(activity, "description", activity.description),
        registration_url=activity.shown("registration_url", activity.registration_url or ""),
        sdgs=_sdgs(activity),
        teasers=[one for one in listing[: _TEASERS + 1] if one is not activity][:_TEASERS],
    )


def _days(activity: Activity) -> list[str]:
    start = activity.shown("start_date", _day(activity.start))
    end = activity.shown("end_date", _day(activity.end))
    return [start, end] if activity.lasts_several_days else [start]


def _place(network: Network, activity: Activity) -> list[str]:
    code = activity.country_code
    if code is None:
        return [activity.platform or ""]
    name = network.country_names.get(code) or FOREIGN_PLACES[code][0]
    return [activity.city or "", code if activity.markup.country_by_code else name]


def _participants(activity: Activity) -> str:
    count = activity.participants
    pattern = "{:,}" if activity.markup.thousands_separator else "{}"
    return activity.shown("participants", "" if count is None else pattern.format(count))


def _replaced(activity: Activity, field: str, proper: tuple[str, ...]) -> tuple[str, ...]:
    return (activity.shown(field, ""),) if field in activity.broken_fields else proper


def _sdgs(activity: Activity) -> list[str]:
    with_name = activity.markup.sdgs_in == "alt with name"
    texts = [
        f"Goal {number}: {SDG_NAMES[number - 1]}" if with_name else f"SDG {number}"
        for number in activity.sdgs
    ]
    unknown = activity.shown("sdgs", "")
    return [*texts, unknown] if unknown else texts
