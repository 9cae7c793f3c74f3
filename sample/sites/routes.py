"""What each site answers to a path, whatever serves it."""

import re
from functools import cached_property
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from sample.network.model import Activity, Country, Network, Section, SiteName
from sample.sites import render
from sample.sites.official_list import countries_json, sections_json

_ROBOTS = """\
# Drupal's own rules, shortened.
User-agent: *
Allow: /core/*.css$
Disallow: /core/
Disallow: /admin/
Disallow: /user/login
"""
# What may stand before the path of a page.
_ROUNDABOUT = re.compile(r"^(/index\.php)?(/(en|pt-br))?(?=/)")


_LISTS = {"countries": countries_json, "sections": sections_json}


class Answer(NamedTuple):
    """An HTTP answer. ``location`` is where a redirect leads."""

    status: int
    body: str
    content_type: str = "text/html"
    location: str | None = None


def _error(status: int) -> Answer:
    return Answer(status, render.error_page(HTTPStatus(status).phrase))


def _number(page: str) -> int:
    return int(page) if page.isdecimal() else 0


class Sites:
    """Both sites of a network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def answer(self, site: SiteName, method: str, target: str) -> Answer:
        """Answer a request for ``target``, a path with its query."""
        url = urlsplit(target)
        if url.path == "/robots.txt":
            return Answer(200, _ROBOTS, "text/plain")
        parts = _ROUNDABOUT.sub("", url.path).strip("/").split("/")
        if site == "accounts":
            return self._accounts(parts)
        return self._activities(method, parts, parse_qs(url.query).get("page", ["0"])[0])

    def _accounts(self, parts: list[str]) -> Answer:
        match parts:
            case [""]:
                return Answer(200, render.accounts_home(self._network))
            case ["api", "v2", name] if self._network.has_list and name in _LISTS:
                return Answer(200, _LISTS[name](self._network), "application/json")
            case ["country", code] if country := self._countries.get(code):
                return Answer(200, render.country_page(self._network, country))
            case ["section", slug] if section := self._sections.get(slug):
                if section.page_status != 200:
                    return _error(section.page_status)
                return Answer(200, render.section_page(section))
        return _error(404)

    def _activities(self, method: str, parts: list[str], page: str) -> Answer:
        match parts:
            case [""]:
                return Answer(200, render.activities_home(self._network))
            case ["activities"]:
                return Answer(200, render.feed_page(self._network, _number(page)))
            case ["activity", event_slug]:
                return self._activity(event_slug)
            case ["organisation", alias, *rest]:
                return self._organisation(method, alias, rest, page)
        return _error(404)

    def _activity(self, event_slug: str) -> Answer:
        if event_slug in self._former_slugs:
            return Answer(301, "", location=f"/activity/{self._former_slugs[event_slug]}")
        activity = self._events.get(event_slug)
        if activity is None or activity.page_status != 200:
            return _error(activity.page_status if activity else 404)
        return Answer(200, render.activity_page(self._network, activity))

    def _organisation(self, method: str, alias: str, rest: list[str], page: str) -> Answer:
        if method == "HEAD" and alias in self._network.head_refusals:
            return _error(self._network.head_refusals[alias])
        if alias in self._moved:
            path = "/".join(("/organisation", self._moved[alias], *rest))
            return Answer(301, "", location=path)
        if alias not in self._network.organisations:
            return _error(404)
        match rest:
            case []:
                body = render.organisation_page(self._network, alias)
            case ["activities"]:
                body = render.listing_page(self._network, alias, _number(page))
            case ["statistics"]:
                return self._statistics(alias)
            case _:
                return _error(404)
        return Answer(200, body)

    def _statistics(self, alias: str) -> Answer:
        page = render.statistics_page(self._network.organisations[alias])
        return Answer(200, page, "text/html" if page.startswith("<") else "application/json")

    @cached_property
    def _countries(self) -> dict[str, Country]:
        return {country.code.lower(): country for country in self._network.countries}

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return {section.slug: section for section in self._network.present}

    @cached_property
    def _moved(self) -> dict[str, str]:
        return {
            one.moved_from: alias
            for alias, one in self._network.organisations.items()
            if one.moved_from
        }

    @cached_property
    def _events(self) -> dict[str, Activity]:
        return {activity.event_slug: activity for activity in self._network.activities}

    @cached_property
    def _former_slugs(self) -> dict[str, str]:
        return {
            former: activity.event_slug
            for activity in self._network.activities
            for former in activity.former_slugs
        }
