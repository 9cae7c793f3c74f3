"""The kinds of values that rows are made of: how each is read from text, and its rule."""

import re
from datetime import date, datetime
from typing import Annotated, TypeVar

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

T = TypeVar("T")

_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
_GROUPED_DIGITS = re.compile(r"-?(?:\d+|\d{1,3}(?:[.,'’ ]\d{3})+)", re.ASCII)
_SDG_NUMBER = re.compile(r"(?<![\d.])0?(1[0-7]|[1-9])(?!\.?\d)", re.ASCII)
_WEB_HOST = re.compile(r"https?://([^/?#]*[^/?#.]\.[^/?#.]|localhost\b|\[)", re.IGNORECASE)
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
        # Python reads no more than 4,300 digits, and says how many there are.
        if len(value) > 4000 or not _GROUPED_DIGITS.fullmatch(value):
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
        # What exactly is wrong with it depends on the address.
        raise PydanticCustomError("email", "is not an e-mail address") from error
    return value


def _web_address(value: str) -> str:
    """Check, but keep what the page says: normalising would make stored and shown URLs differ."""
    try:
        _http_url.validate_python(value)
    except ValidationError:
        valid = False
    else:
        # More than a browser would forgive: two slashes, and a host that may be on the web.
        valid = _WEB_HOST.match(value) is not None
    if not valid:
        raise PydanticCustomError("url", "is not an http(s) address")
    return value


def _no_more_than(most: int) -> BeforeValidator:
    """Refuse too many before each is looked at; ``max_length`` would do so afterwards."""

    def check(values: object) -> object:
        if isinstance(values, dict | list) and len(values) > most:
            raise PydanticCustomError("too_many", "has more than {most} entries", {"most": most})
        return values

    return BeforeValidator(check)


def _at_most(length: int) -> AfterValidator:
    """Refuse a longer value; a text would be cut instead, but half an address is worthless."""

    def check(value: str) -> str:
        if len(value) > length:
            raise PydanticCustomError(
                "too_long", "is longer than {length} characters", {"length": length}
            )
        return value

    return AfterValidator(check)


# Far more than a page has; judging and storing a million of them would hold up the run.
Few = Annotated[list[T], _no_more_than(1000)]
Text255 = Annotated[str, StringConstraints(max_length=255)]
Text200 = Annotated[str, StringConstraints(max_length=200)]
Text100 = Annotated[str, StringConstraints(max_length=100)]
RequiredText255 = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Slug = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\s/]+$"), _at_most(255)]
Url = Annotated[str, AfterValidator(_web_address), _at_most(2000)]
Url255 = Annotated[str, AfterValidator(_web_address), _at_most(255)]
Email = Annotated[str, _at_most(255), AfterValidator(_email)]
Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, BeforeValidator(_count), Field(ge=0, le=_LARGEST_INTEGER)]
Goal = Annotated[str, BeforeValidator(_goal)]
Profiles = Annotated[dict[str, Url], _no_more_than(100)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]

_count_adapter = TypeAdapter[int](Count)


def number_of(value: object) -> int | None:
    """Read a count as the statistics write it; None when it is none."""
    try:
        return _count_adapter.validate_python(value)
    except ValidationError:
        return None
