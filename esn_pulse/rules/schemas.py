"""What a valid row is, declared field by field (docs/decisions.md, "Rejected or stored").

One model an item. A field's *default* is what is stored when its value breaks a rule; a field
without a default is one without which the record can't be stored (``esn_pulse.rules.verdicts``).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from esn_pulse.rules.values import (
    Count,
    CountryCode,
    Day,
    Email,
    Few,
    Goal,
    Profiles,
    RequiredText255,
    Slug,
    Text100,
    Text200,
    Text255,
    Url,
    Url255,
)


class Row(BaseModel):
    """A record that can be stored."""

    model_config = ConfigDict(extra="forbid")

    url: Url255


class Country(Row):
    """A row of ``countries``."""

    country_code: CountryCode
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    slug: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    section_count: Count | None = None
    email: Email | None = None
    website: Url255 | None = None
    social_media: Profiles = {}
    by_api: bool = False
    told_by_list: list[str] = []


class NationalOrganisation(Row):
    """What a row of ``countries`` has of the activities site. The slug check fills it in."""

    country_code: str
    name: str
    can_scrape_activities: bool | None = None
    activities_platform_slug: Slug | None = None
    activities_url: Url255 | None = None


class Section(Row):
    """A row of ``sections``. The slug check fills in the last three fields."""

    country_is_listed: bool = True
    country_code: CountryCode | None = None
    accounts_platform_slug: Slug
    complete: bool
    name: RequiredText255
    city: Text100 | None = None
    address: str | None = None
    email: Email | None = None
    website: Url255 | None = None
    university_name: Text255 | None = None
    university_website: Url255 | None = None
    longitude: Annotated[Decimal, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[Decimal, Field(ge=-90, le=90)] | None = None
    logo_url: Url255 | None = None
    social_media: Profiles = {}
    state: str | None = None
    joined: date | None = None
    by_api: bool = False
    not_told: list[str] = []
    told_by_list: list[str] = []
    can_scrape_activities: bool | None = None
    activities_platform_slug: Slug | None = None
    activities_url: Url255 | None = None

    @field_validator("country_code")
    @classmethod
    def _listed(cls, code: str | None, info: ValidationInfo) -> str | None:
        if not info.data.get("country_is_listed"):
            raise PydanticCustomError("country", "is a country that the list of countries lacks")
        return code


class Activity(Row):
    """A row of ``activities`` and its relations."""

    section_id: int | None
    listed_by: list[int]
    listed_by_countries: list[str] = []
    event_slug: Slug
    title: RequiredText255
    description: str = Field(default="", min_length=1)
    start_date: Day
    end_date: Day | None = None
    is_online: bool
    online_platform: Text255 | None = None
    city: Text100 | None = None
    country: Text100 | None = None
    participants: Count | None = None
    activity_goal: str | None = None
    outcomes: str | None = None
    registration_url: Url | None = None
    image_url: Url | None = None
    organisers: Few[Slug] = []
    partners: Few[Text255] = []
    types: Few[Text100] = []
    causes: Few[Text100] = []
    sdgs: Few[Goal] = []
    objectives: Few[Text200] = []

    @field_validator("end_date")
    @classmethod
    def _end(cls, end: date | None, info: ValidationInfo) -> date | None:
        """Let a one-day activity end on the day it starts, and none before it."""
        start = info.data.get("start_date")
        if start and end and end < start:
            raise PydanticCustomError("end_date", "lies before the start date")
        return end or start


class CauseCount(BaseModel):
    """A row of ``section_cause_statistics``."""

    cause_name: Text100
    total_count: Count | None = None
    physical_count: Count | None = None
    online_count: Count | None = None


class TypeCount(BaseModel):
    """A row of ``section_type_statistics``."""

    activity_type: Text100
    physical_count: Count | None = None
    online_count: Count | None = None


class ParticipantCount(BaseModel):
    """A row of ``section_participant_statistics``."""

    participant_type: Text100
    physical_count: Count | None = None
    online_count: Count | None = None


class Statistics(Row):
    """A row of ``section_overall_statistics`` and the rows of the three other tables.

    Of a national organisation: of those that begin with ``country_``.
    """

    section_id: int | None = None
    country_code: str | None = None
    physical_activities: Count | None = None
    online_activities: Count | None = None
    total_local_students: Count | None = None
    total_international_students: Count | None = None
    total_coordinators: Count | None = None
    causes: Few[CauseCount] = []
    types: Few[TypeCount] = []
    participants: Few[ParticipantCount] = []


class Organisation(BaseModel):
    """A row of ``organisations``."""

    slug: Slug
    name: Text255 | None = None
    is_own: bool
    is_repeated: bool
    is_gone: bool = False


class Organisations(Row):
    """Rows of ``organisations``."""

    organisations: list[Organisation]


class OrganisationMoved(Row):
    """An organisation's former alias, and the present one."""

    former_slug: Slug
    slug: Slug


class ActivityMoved(Row):
    """An activity's former slug, and the present one."""

    event_slug: str
    moved_to: str


class Listed(BaseModel):
    """A row of ``section_listings`` or ``country_listings``."""

    event_slug: str
    url: str
    card: str | None


class Visit(Row):
    """The end of an organisation's visit: stores what its listing showed, dates a complete one."""

    section_id: int | None = None
    country_code: str | None = None
    cards: list[Listed]
    complete: bool
    whole_listing: bool
    gone: list[str]
    left: list[str]
    digest: str | None


class PageRead(Row):
    """The end of a failure."""


class FailedScrape(BaseModel):
    """A row of ``failed_scrapes``."""

    url: Annotated[str, StringConstraints(max_length=500)]
    scraper_module: str
    error_message: str
    http_status_code: Annotated[int, Field(ge=100, le=999)] | None = None
    section_id: int | None
    accounts_platform_slug: str | None
    country_code: str | None
