"""What ``-a`` accepts in both spiders."""

import re
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)


class Part(NamedTuple):
    """One of so many parts of what there is to visit; those of one number share nothing."""

    number: int
    of: int


def _part(given: str) -> Part:
    match = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", given)
    if match is None or int(match[1]) > int(match[2]):
        raise ValueError("expected something like 2/5, the second of five parts")
    return Part(int(match[1]), int(match[2]))


Slug = Annotated[str, StringConstraints(to_lower=True, min_length=1)]
CountryCode = Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$")]


class RepairArguments(BaseModel):
    """Instead of a crawl: ask for failed pages again, or check broken records again."""

    model_config = ConfigDict(extra="forbid")

    retry_failed: bool = False
    revalidate: bool = False

    @model_validator(mode="after")
    def _stands_alone(self) -> Self:
        """Refuse a repair together with another argument, which it would ignore."""
        if (self.retry_failed or self.revalidate) and len(self.model_fields_set) > 1:
            raise ValueError("retry_failed and revalidate stand alone, without other arguments")
        return self


class AccountsArguments(RepairArguments):
    """What ``scrapy crawl accounts -a`` accepts: one country, by its letters, or what to repair.

    ``source`` is where to read from: the pages, or the official list (``api``). By default that is
    the list, and the pages when it is not to be had.
    """

    country: CountryCode | None = None
    source: Literal["api", "pages"] | None = None


class ActivitiesArguments(RepairArguments):
    """What ``scrapy crawl activities -a`` accepts: what to visit, or what to repair.

    ``section`` or ``organisation`` names one; the latter is a section or a national organisation,
    by its alias. A ``country`` includes its national organisation. With ``full`` every page is
    read, also those that can't have changed.
    """

    section: Slug | None = None
    organisation: Slug | None = None
    country: CountryCode | None = None
    limit: Annotated[int, Field(gt=0, lt=2**31)] | None = None
    part: Annotated[Part, BeforeValidator(_part)] | None = None
    full: bool = False

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.section and self.organisation:
            raise ValueError("section and organisation name one each: give one of them")
        return self
