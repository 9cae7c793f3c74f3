"""What the spiders yield: the text of a page, cleaned but not yet judged.

Every item names the page it was read from (``url``, absolute). A field without a value is None or
empty; whether that is acceptable, and what a text means, is for ``esn_pulse.rules.schemas`` to say.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

# Answers, not faults: the page is no more, and is not asked for again.
GONE = frozenset([404, 410])


class Owner(NamedTuple):
    """Whose pages of activities.esn.org they are: a section's, or a national organisation's.

    :ivar section_id: the section's, in the database.
    :ivar country_code: the national organisation's; None for a section.
    """

    section_id: int | None = None
    country_code: str | None = None


@dataclass
class PulseItem:
    """What all items have; ``asked_url`` is where a page was asked for before any redirect."""

    url: str
    asked_url: str | None = field(default=None, kw_only=True)


@dataclass
class CountryItem(PulseItem):
    """A country of the network. ``section_count`` is None when its own page could not be read.

    ``by_api`` tells what the official list says from what pages say; ``told_by_list`` are the
    fields of a page's record that are that list's all the same.
    """

    country_code: str | None = None
    name: str | None = None
    slug: str | None = None
    section_count: int | None = None
    email: str | None = None
    website: str | None = None
    social_media: dict[str, str] = field(default_factory=dict)
    by_api: bool = False
    told_by_list: list[str] = field(default_factory=list)


@dataclass
class SectionItem(PulseItem):
    """A section. ``complete`` is False when its own page could not be read.

    :ivar state: as the official list has it, None when that is not known.
    :ivar by_api: whether that list says all of this, and no page.
    :ivar told_by_list: the fields of a page's record that are that list's all the same.
    :ivar not_told: columns of which the list says nothing of any section.
    :ivar country_is_listed: whether the list has its country, too.
    """

    country_code: str
    accounts_platform_slug: str
    complete: bool = True
    name: str | None = None
    city: str | None = None
    address: str | None = None
    email: str | None = None
    website: str | None = None
    university_name: str | None = None
    university_website: str | None = None
    longitude: str | None = None
    latitude: str | None = None
    logo_url: str | None = None
    social_media: dict[str, str] = field(default_factory=dict)
    state: str | None = None
    joined: date | None = None
    by_api: bool = False
    not_told: list[str] = field(default_factory=list)
    told_by_list: list[str] = field(default_factory=list)
    country_is_listed: bool = True


@dataclass
class ActivityItem(PulseItem):
    """An activity; ``listed_by`` are the sections whose listings have shown it in this run.

    Sections are named by the database's ids; ``section_id`` is the first of them, if any.
    ``listed_by_countries`` are those of national organisations, ``partners`` the names of
    organisers that have no page on the site. Raw data that lack ``types`` or ``partners``, as an
    older version has left them, make no item: the page is read again.
    """

    section_id: int | None
    listed_by: list[int]
    types: list[str]
    partners: list[str]
    listed_by_countries: list[str] = field(default_factory=list)
    event_slug: str | None = None
    title: str | None = None
    description: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    is_online: bool = False
    online_platform: str | None = None
    city: str | None = None
    country: str | None = None
    participants: str | None = None
    activity_goal: str | None = None
    outcomes: str | None = None
    registration_url: str | None = None
    image_url: str | None = None
    organisers: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    sdgs: list[str] = field(default_factory=list)
    objectives: list[str] = field(default_factory=list)


@dataclass
class StatisticsItem(PulseItem):
    """An organisation's statistics. Counts are as the page gives them: numbers or digits."""

    section_id: int | None
    country_code: str | None = None
    physical_activities: Any = 0
    online_activities: Any = 0
    total_local_students: Any = 0
    total_international_students: Any = 0
    total_coordinators: Any = 0
    causes: list[dict[str, Any]] = field(default_factory=list)
    types: list[dict[str, Any]] = field(default_factory=list)
    participants: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class OrganisationsItem(PulseItem):
    """Organisations that were met on activities.esn.org, by ``url`` the last time.

    :ivar organisations: of each the alias (``slug``), the ``name`` that the site shows, None when
        it shows none, whether its own listing shows that (``is_own``), whether that was seen more
        than once (``is_repeated``), and maybe that its page is gone (``is_gone``).
    """

    organisations: list[dict[str, Any]]


@dataclass
class NationalOrganisationItem(PulseItem):
    """A country's organisation, whose alias is looked for; ``url`` is the country's page."""

    country_code: str
    name: str


@dataclass
class OrganisationMovedItem(PulseItem):
    """An organisation whose pages lead to another alias; ``url`` is its listing there."""

    former_slug: str
    slug: str


@dataclass
class ActivityMovedItem(PulseItem):
    """An activity that has been renamed: its former slug leads to ``moved_to``, ``url`` to both."""

    event_slug: str
    moved_to: str


@dataclass
class VisitItem(PulseItem):
    """The end of an organisation's visit.

    :ivar cards: what its listing showed: ``event_slug``, ``url`` and ``card`` (a text) of each; no
        card when the activity's page should have been read, but could not be.
    :ivar complete: whether its statistics and all that was wanted of its listing were read, and
        each activity's page that was wanted was read, is gone, or failed and is on record.
    :ivar whole_listing: whether all that the listing shows was read.
    :ivar gone: activities that a whole listing lacks, and whose own page is gone (404, 410).
    :ivar left: activities that a whole listing lacks, whose page is there and names others.
    :ivar digest: of the numbers of activities in its statistics; None without them.
    """

    section_id: int | None
    cards: list[dict[str, str | None]]
    country_code: str | None = None
    complete: bool = True
    whole_listing: bool = True
    gone: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    digest: str | None = None


@dataclass
class PageReadItem(PulseItem):
    """A page was read that has no record of its own: should it have failed, that is over."""


# How the message of a page begins that could not be had; by that its kind is known later.
MARKUP_CHANGED = "markup changed"
NOT_THE_PAGE = "not the page that was asked for"
NO_ANSWER = "no answer"
ANSWERED = "the site answered"
LED_AWAY = "led away to"
PROGRAM_ERROR = "an error in the program"


@dataclass
class FailedScrapeItem(PulseItem):
    """A page that could not be had, and why."""

    scraper_module: str
    error_message: str
    http_status_code: int | None = None
    section_id: int | None = None
    accounts_platform_slug: str | None = None
    country_code: str | None = None
