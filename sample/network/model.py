"""What the sample network consists of.

Texts stand here as the pages show them, non-breaking spaces included. Nothing here depends on HTML,
so that ``truth`` can be derived from these objects alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Literal, NamedTuple

from sample.network.organisations import Organisation, Organiser, Statistics

SiteName = Literal["accounts", "activities"]

CARDS_A_PAGE = 10


class Flaw(NamedTuple):
    """A page shows ``shown`` in place of the proper value of ``field``, a column's name."""

    field: str
    shown: str


class Point(NamedTuple):
    """A place on the map, in degrees with up to seven decimals."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True)
class Flawed:
    """A thing whose page may be broken."""

    flaws: tuple[Flaw, ...] = ()

    @property
    def broken_fields(self) -> tuple[str, ...]:
        """The columns for which the page shows a value that breaks a rule."""
        return tuple(flaw.field for flaw in self.flaws)

    def shown(self, field: str, proper: str) -> str:
        """Return what the page shows for ``field``, which is ``proper`` unless it is broken."""
        return next((flaw.shown for flaw in self.flaws if flaw.field == field), proper)


@dataclass(frozen=True)
class Contact:
    """How to reach a country or a section. ``social_media`` pairs a network's name with a URL."""

    email: str | None = None
    website: str | None = None
    social_media: tuple[tuple[str, str], ...] = ()
    email_is_link: bool = True
    website_has_title: bool = True


@dataclass(frozen=True)
class Country:
    """A country of the network. ``stated_sections`` is what its page claims, if that is wrong."""

    code: str
    name: str
    slug: str
    contact: Contact = Contact()
    stated_sections: int | None = None


@dataclass(frozen=True)
class Section(Flawed):
    """A section. ``slug`` is the accounts site's, ``alias`` the activities site's (None: no page).

    ``state`` and ``joined`` are what the official list says; of those that merged or withdrew there
    is no page on the accounts site. ``alias_is_guessable`` is False when no rule leads from the
    name to the alias, or to another organisation's first; ``moved_from`` is an alias that redirects
    to the present one.
    """

    country_code: str = ""
    name: str = ""
    slug: str = ""
    alias: str | None = None
    city: str | None = None
    address: tuple[tuple[str, str], ...] = ()
    contact: Contact = Contact()
    university_name: str | None = None
    university_website: str | None = None
    logo: str | None = None
    page_point: Point | None = None
    map_point: Point | None = None
    statistics: Statistics | None = None
    alias_is_guessable: bool = True
    moved_from: str | None = None
    page_status: int = 200
    logo_is_grouped: bool = True
    state: str | None = None
    joined: date | None = None


@dataclass(frozen=True)
class Markup:
    """How an activity's page is marked up."""

    very_old: bool = False
    title_in_block: bool = True
    country_by_code: bool = False
    types_as_field: bool = False
    objectives_as_field: bool = False
    goal_as_list: bool = False
    thousands_separator: bool = True
    sdgs_in: Literal["alt", "alt with name", "title"] = "alt"


@dataclass(frozen=True)
class Activity(Flawed):
    """An activity. ``end`` is the start of a one-day one; an online one has a platform, no place.

    ``also_listed_by`` are aliases whose listing shows it although ``organisers`` omits them;
    ``former_slugs`` redirect to the present one.
    """

    event_slug: str = ""
    former_slugs: tuple[str, ...] = ()
    title: str = ""
    start: date = date.min
    end: date = date.min
    organisers: tuple[Organiser, ...] = ()
    also_listed_by: tuple[str, ...] = ()
    online: bool = False
    platform: str | None = None
    city: str | None = None
    country_code: str | None = None
    participants: int | None = None
    causes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    sdgs: tuple[int, ...] = ()
    goal: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    registration_url: str | None = None
    image: str | None = None
    page_status: int = 200
    markup: Markup = Markup()

    @property
    def number(self) -> int:
        """The number that its slug ends in."""
        return int(self.event_slug.rpartition("-")[2])

    @property
    def listed_by(self) -> tuple[str, ...]:
        """The aliases of the organisations whose listings show it."""
        aliases = (organiser.alias for organiser in self.linked_organisers)
        return tuple(dict.fromkeys((*aliases, *self.also_listed_by)))

    @property
    def linked_organisers(self) -> tuple[Organiser, ...]:
        """The organisers that have a page."""
        return tuple(organiser for organiser in self.organisers if organiser.alias)

    @property
    def partners(self) -> tuple[str, ...]:
        """What the page shows of the organisers that have none."""
        return tuple(organiser.label for organiser in self.organisers if not organiser.alias)

    @property
    def lasts_several_days(self) -> bool:
        """Whether the page shows a start and an end."""
        return self.end != self.start or "end_date" in self.broken_fields


@dataclass(frozen=True)
class Network:
    """Both sites' data as of ``today``.

    ``others`` are the organisations that are no sections; ``head_refusals`` says with which status
    a HEAD request for an organisation's alias is refused, whether that alias exists or not.
    ``has_list`` is whether the accounts site has the official list. Listings show ``cards_a_page``,
    by day; those of a day come in another order for each ``order``.
    """

    seed: int
    today: date
    countries: tuple[Country, ...]
    sections: tuple[Section, ...]
    others: tuple[Organisation, ...]
    activities: tuple[Activity, ...]
    head_refusals: Mapping[str, int]
    cards_a_page: int = CARDS_A_PAGE
    order: int = 0
    has_list: bool = False

    @cached_property
    def present(self) -> tuple[Section, ...]:
        """The sections that the pages of the accounts site show."""
        return tuple(one for one in self.sections if one.state not in {"merged", "withdrew"})

    @cached_property
    def country_names(self) -> dict[str, str]:
        """The names of the network's countries, by code."""
        return {country.code: country.name for country in self.countries}

    @cached_property
    def organisations(self) -> dict[str, Section | Organisation]:
        """Every organisation that has pages on the activities site, by alias."""
        others = {one.alias: one for one in self.others}
        return others | {one.alias: one for one in self.sections if one.alias}

    @cached_property
    def national(self) -> dict[str, Organisation]:
        """The national organisations that have pages, by country code."""
        names = self.country_names
        return {
            one.country_code: one
            for one in self.others
            if one.country_code and one.country_code in names
        }

    @cached_property
    def _listings(self) -> dict[str, list[Activity]]:
        listings = defaultdict(list)
        for activity in sorted(self.activities, key=self._place):
            for alias in activity.listed_by:
                listings[alias].append(activity)
        return {alias: found[::-1] for alias, found in listings.items()}

    def _place(self, activity: Activity) -> tuple[date, float, str]:
        slug = activity.event_slug
        return activity.start, self.order and Random(f"{self.order}/{slug}").random(), slug

    @cached_property
    def feed(self) -> tuple[Activity, ...]:
        """The activities of everybody, newest first."""
        return tuple(sorted(self.activities, key=self._place, reverse=True))

    def listing(self, alias: str) -> list[Activity]:
        """Return the activities that an organisation's listing shows, newest first."""
        return self._listings.get(alias, [])

    def sections_of(self, country_code: str) -> list[Section]:
        """Return the sections of a country that the pages show."""
        return [one for one in self.present if one.country_code == country_code]
