"""What a valid row is (design, chapters 2.2 and 9.1; the issue's table of outcomes).

One model an item. A field's *default* is what is stored when its value breaks a rule; a field
without a default is one without which the record can't be stored. ``judge`` applies that.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from esn_pulse.items import (
    ActivityItem,
    CountryItem,
    FailedScrapeItem,
    PulseItem,
    SectionItem,
    SectionVisitItem,
    StatisticsItem,
)

_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
_GROUPED_DIGITS = re.compile(r"-?(?:\d+|\d{1,3}(?:[.,'’ ]\d{3})+)", re.ASCII)
_SDG_NUMBER = re.compile(r"(?<![\d.])0?(1[0-7]|[1-9])(?!\.?\d)", re.ASCII)
_LARGEST_INTEGER = 2**31 - 1
_http_url = TypeAdapter(HttpUrl)


def _day(value: object) -> object:
    """Read ``dd/mm/yyyy``."""
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        try:
            return datetime.strptime(value, "%d/%m/%Y").date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            pass
    raise PydanticCustomError("day", "is not a date in the form dd/mm/yyyy")


def _count(value: object) -> object:
    """Read a whole number, in a text also with thousands separators: ``1,250``."""
    if isinstance(value, str):
        if not _GROUPED_DIGITS.fullmatch(value):
            raise PydanticCustomError("count", "is not a whole number")
        return int(re.sub(r"[^\d-]", "", value))
    if isinstance(value, bool):
        raise PydanticCustomError("count", "is not a whole number")
    return value


def _goal(value: object) -> object:
    """Read the number of a Sustainable Development Goal: ``Goal 3: Good health`` is ``SDG 3``."""
    if isinstance(value, str) and (number := _SDG_NUMBER.search(value)):
        return f"SDG {number[1]}"
    raise PydanticCustomError("sdg", "names no Sustainable Development Goal from 1 to 17")


def _email(value: str) -> str:
    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise PydanticCustomError(
            "email", "is not an e-mail address: {why}", {"why": str(error)}
        ) from error
    return value


def _web_address(value: str) -> str:
    """Check, but keep what the page says: normalising would make stored and shown URLs differ."""
    try:
        _http_url.validate_python(value)
    except ValidationError as error:
        raise PydanticCustomError("url", "is not an http(s) address") from error
    return value


def _at_most(length: int) -> AfterValidator:
    """Refuse a longer value; a text would be cut instead, but half an address is worthless."""

    def check(value: str) -> str:
        if len(value) > length:
            raise PydanticCustomError(
                "too_long", "is longer than {length} characters", {"length": length}
            )
        return value

    return AfterValidator(check)


Text255 = Annotated[str, StringConstraints(max_length=255)]
Text200 = Annotated[str, StringConstraints(max_length=200)]
Text100 = Annotated[str, StringConstraints(max_length=100)]
RequiredText255 = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Slug = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\s/]+$"), _at_most(255)]
Url = Annotated[str, AfterValidator(_web_address), _at_most(2000)]
Url255 = Annotated[str, AfterValidator(_web_address), _at_most(255)]
Email = Annotated[str, AfterValidator(_email), _at_most(255)]
Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, BeforeValidator(_count), Field(ge=0, le=_LARGEST_INTEGER)]
Goal = Annotated[str, BeforeValidator(_goal)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


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
    social_media: dict[str, Url] = {}


class Section(Row):
    """A row of ``sections``. The slug check fills in the last three fields."""

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
    social_media: dict[str, Url] = {}
    can_scrape_activities: bool | None = None
    activities_platform_slug: Slug | None = None
    activities_url: Url255 | None = None


class Activity(Row):
    """A row of ``activities`` and its relations."""

    section_id: int
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
    activity_type: Text100 | None = None
    activity_goal: str | None = None
    outcomes: str | None = None
    registration_url: Url | None = None
    image_url: Url | None = None
    organisers: list[Slug] = []
    causes: list[Text100] = []
    sdgs: list[Goal] = []
    objectives: list[Text200] = []

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
    """A row of ``section_overall_statistics`` and the rows of the three other tables."""

    section_id: int
    physical_activities: Count | None = None
    online_activities: Count | None = None
    total_local_students: Count | None = None
    total_international_students: Count | None = None
    total_coordinators: Count | None = None
    causes: list[CauseCount] = []
    types: list[TypeCount] = []
    participants: list[ParticipantCount] = []


class SectionVisit(Row):
    """The end of a section's visit: moves ``last_scraped`` and links what its listing showed."""

    section_id: int
    pages: list[str]
    event_slugs: list[str]


class FailedScrape(BaseModel):
    """A row of ``failed_scrapes``."""

    url: Annotated[str, StringConstraints(max_length=500)]
    scraper_module: str
    error_message: str
    http_status_code: int | None
    section_id: int | None
    accounts_platform_slug: str | None


MODELS: dict[type[PulseItem], type[BaseModel]] = {
    CountryItem: Country,
    SectionItem: Section,
    ActivityItem: Activity,
    StatisticsItem: Statistics,
    SectionVisitItem: SectionVisit,
    FailedScrapeItem: FailedScrape,
}


@dataclass
class Verdict:
    """An item after validation.

    :ivar item: the record as it was read.
    :ivar row: what can be stored, None when a required field is broken.
    :ivar errors: what is wrong, by field; empty for a valid record.
    """

    item: PulseItem
    row: BaseModel | None
    errors: dict[str, str]


def judge(item: PulseItem) -> Verdict:
    """Validate an item against its model and repair what can be.

    A broken value gives way to its field's default, an over-long text is cut, an element of a
    list is left out; each leaves a message under its field.
    """
    model = MODELS[type(item)]
    values: dict[str, Any] = dict(vars(item))
    errors: dict[str, str] = {}
    while True:
        try:
            return Verdict(item, model.model_validate(values), errors)
        except ValidationError as error:
            # From the last to the first: leaving out a list's element moves those behind it.
            for problem in reversed(error.errors()):
                field = str(problem["loc"][0])
                message = f"{problem['msg']} (got {_shown(problem['input'])})"
                errors[field] = f"{message}; {errors[field]}" if field in errors else message
                if not _repair(model, values, problem):
                    return Verdict(item, None, errors)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _repair(model: type[BaseModel], values: dict[str, Any], problem: ErrorDetails) -> bool:
    """Change ``values`` so that the problem is gone; False when that is not possible."""
    *path, last = problem["loc"]
    parent: Any = values
    for step in path:
        parent[step] = parent[step].copy()
        parent = parent[step]
    if problem["type"] == "string_too_long":
        parent[last] = parent[last][: problem["ctx"]["max_length"]].rstrip()
    elif not path and model.model_fields[str(last)].is_required():
        return False
    else:
        del parent[last]
    return True
