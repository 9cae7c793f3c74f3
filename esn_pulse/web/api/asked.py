"""Of whom, and of when, something is asked for."""

from datetime import date
from typing import Annotated, Any, Self, TypeVar

import psycopg
from fastapi import Path
from pydantic import Field, model_validator

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.filters import CountryCode, Day, Filters, Name
from esn_pulse.analysis.queries import organisations, sections
from esn_pulse.analysis.queries.scopes import country_scope, section_scope
from esn_pulse.analysis.queries.subjects import subjects
from esn_pulse.analysis.scope import Period, Scope
from esn_pulse.web.api.answers import Parameters
from esn_pulse.web.problems import NotThere

F = TypeVar("F", bound=Filters)

Code = Annotated[
    str,
    Path(pattern="^[A-Z]{2}$", description="Code of a country.", examples=["TR"]),
]
SectionName = Annotated[
    str,
    Path(
        max_length=255,
        description="Number of a section, or any slug that it has or had.",
        examples=["esn-metu"],
    ),
]


class OfWhom(Parameters):
    """The network, or one country or section of it."""

    country: CountryCode | None = Field(default=None, description="Code of a country, such as TR.")
    section: Name | None = Field(
        default=None,
        description="Number or slug of a section, such as esn-metu; without a country.",
    )

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if self.country and self.section:
            raise ValueError("give a country or a section, not both: a section has one country")
        return self

    def scope(self, reading: psycopg.Connection) -> Scope:
        """Find out who is meant.

        :raises NotThere: when nobody is.
        """
        if self.country:
            return country(reading, self.country)
        return section(reading, self.section) if self.section else NETWORK


class Days(Parameters):
    """A period."""

    start_date: Day | None = Field(
        default=None, description="The first day that counts; 364 days before the last by default."
    )
    end_date: Day | None = Field(
        default=None, description="The last day that counts; today by default."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start_date and self.end_date and self.start_date > self.end_date:
            raise ValueError(f"start_date ({self.start_date}) is after end_date ({self.end_date})")
        return self

    def period(self, today: date) -> Period:
        """Return the days that are asked for."""
        return Period.of(self.start_date, self.end_date, today)


class InPeriod(OfWhom, Days):
    """The network, or one country or section of it, in a period."""


def picked(reading: psycopg.Connection, kind: type[F], asked: Parameters, **further: object) -> F:
    """Return the filters in what was asked, and further ones.

    :raises NotThere: when there is not what a filter names: a slip must not look like no data.
    """
    given = asked.model_dump(include=set(kind.model_fields), exclude_none=True)
    _check_names(reading, given)
    return kind.model_validate(given | further)


def _check_names(reading: psycopg.Connection, given: dict[str, Any]) -> None:
    if "country" in given:
        country(reading, given["country"])
    if "section" in given:
        section_id(reading, str(given["section"]))
    if "organisation" in given and organisations.one(reading, given["organisation"]) is None:
        raise NotThere(f"organisation '{given['organisation']}'", "/api/v1/organisations")
    if given.keys() & {"cause", "type"}:
        known = {(one.kind, one.name) for one in subjects(reading)}
        for kind in given.keys() & {"cause", "type"}:
            if (kind, given[kind]) not in known:
                raise NotThere(f"{kind} '{given[kind]}'", "/api/v1/subjects")


def country(reading: psycopg.Connection, code: str) -> Scope:
    """Return the country of a code.

    :raises NotThere: when there is none.
    """
    found = country_scope(reading, code)
    if found is None:
        raise NotThere(f"country '{code}'", "/api/v1/countries")
    return found


def section(reading: psycopg.Connection, name: str) -> Scope:
    """Return the section of a number, or of a slug that it has or had.

    :raises NotThere: when there is none.
    """
    found = section_scope(reading, section_id(reading, name))
    if found is None:
        raise _no_section(name)
    return found


def section_id(reading: psycopg.Connection, name: str) -> int:
    """Return its number.

    :raises NotThere: when there is none.
    """
    found = sections.find(reading, name)
    if found is None:
        raise _no_section(name)
    return found


def _no_section(name: str) -> NotThere:
    return NotThere(f"section '{name}'", "/api/v1/sections")
