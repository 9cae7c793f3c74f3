"""What somebody asks the spiders to do, and what of the network it concerns."""

from dataclasses import dataclass
from typing import Annotated, Literal

import psycopg
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.filters import SEEN, CountryCode, Name
from esn_pulse.analysis.queries import organisations, sections
from esn_pulse.analysis.queries.countries import Country
from esn_pulse.analysis.queries.organisations import Organisation
from esn_pulse.analysis.queries.scopes import country_scope, section_scope
from esn_pulse.analysis.queries.sections import Section
from esn_pulse.analysis.scope import Scope
from esn_pulse.visits.arguments import AccountsArguments, ActivitiesArguments, RepairArguments
from esn_pulse.web.problems import NotThere

_ARGUMENTS: dict[str, type[RepairArguments]] = {
    "accounts": AccountsArguments,
    "activities": ActivitiesArguments,
}
Slug = Annotated[str, StringConstraints(to_lower=True, pattern=SEEN, max_length=255)]


class Trigger(BaseModel):
    """A job as it is asked for; without a section, country or organisation it is the network's."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"spider": "activities", "section": "esn-metu"}]},
    )

    spider: Literal["accounts", "activities"] = Field(
        description="accounts reads countries and sections, activities what they do."
    )
    section: Name | None = Field(
        default=None, description="Number or slug of the section to read, such as esn-metu."
    )
    country: CountryCode | None = Field(
        default=None, description="Code of the country to read, such as TR."
    )
    organisation: Slug | None = Field(
        default=None,
        description="Slug of the section or national organisation to read, such as esn-turkiye.",
    )
    full: bool = Field(
        default=False, description="Whether to read also pages that can't have changed."
    )
    retry_failed: bool = Field(
        default=False, description="Whether to ask only for pages again that could not be had."
    )
    revalidate: bool = Field(
        default=False, description="Whether to check only records again that were broken."
    )


@dataclass(frozen=True)
class JobWanted:
    """A job as it is posted.

    :ivar arguments: what ``-a`` gives, each thing under one name only.
    """

    spider: str
    arguments: dict[str, str]
    scope: Scope


def of_section(one: Section) -> JobWanted:
    """Return what reads a section that has a page of its activities."""
    return JobWanted("activities", *_section_place(one))


def of_country(one: Country, spider: str) -> JobWanted:
    """Return what reads a country."""
    scope = Scope(one.country, one.country_code)
    return JobWanted(spider, {"country": one.country_code}, scope)


def wanted(reading: psycopg.Connection, asked: Trigger) -> JobWanted:
    """Find out what is asked for.

    :raises NotThere: when there is none of that name.
    :raises RequestValidationError: when the spider can't do that.
    """
    flags = {name: "1" for name in ("full", "retry_failed", "revalidate") if getattr(asked, name)}
    place, scope = _place(reading, asked)
    found = JobWanted(asked.spider, place | flags, scope)
    try:
        _ARGUMENTS[asked.spider].model_validate(found.arguments)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        ) from error
    return found


def concerned(reading: psycopg.Connection, arguments: dict[str, str]) -> Scope:
    """Return what of the network a job concerns that somebody posted; the network in doubt."""
    if "section" in arguments:
        number = sections.find(reading, arguments["section"])
        return (section_scope(reading, number) if number else None) or NETWORK
    if "organisation" in arguments:
        found = organisations.one(reading, arguments["organisation"])
        return (_of_organisation(reading, found) if found else None) or NETWORK
    if "country" in arguments:
        return country_scope(reading, arguments["country"].upper()) or NETWORK
    return NETWORK


def _place(reading: psycopg.Connection, asked: Trigger) -> tuple[dict[str, str], Scope]:
    places = [name for name in ("section", "country", "organisation") if getattr(asked, name)]
    if len(places) > 1:
        raise _refused(places[1], f"there is a {places[0]}, too; give one of them")
    if asked.section:
        number = sections.find(reading, asked.section)
        if number is None:
            raise NotThere(f"section '{asked.section}'", "/api/v1/sections")
        return _section(reading, number)
    if asked.country:
        scope = country_scope(reading, asked.country)
        if scope is None:
            raise NotThere(f"country '{asked.country}'", "/api/v1/countries")
        return {"country": asked.country}, scope
    return _organisation(reading, asked.organisation) if asked.organisation else ({}, NETWORK)


def _organisation(reading: psycopg.Connection, slug: str) -> tuple[dict[str, str], Scope]:
    one = organisations.one(reading, slug)
    if one is None:
        raise NotThere(f"organisation '{slug}'", "/api/v1/organisations")
    if one.section_id is not None:
        return _section(reading, one.section_id)
    scope = _of_organisation(reading, one)
    if scope is None:
        raise _refused("organisation", "its page is not read, only activities that name it")
    return {"organisation": one.organisation_slug}, scope


def _section(reading: psycopg.Connection, number: int) -> tuple[dict[str, str], Scope]:
    one = sections.one(reading, number)
    if one is None or not one.has_activities_page:
        raise _refused("section", "it has no page on activities.esn.org that could be read")
    return _section_place(one)


def _of_organisation(reading: psycopg.Connection, one: Organisation) -> Scope | None:
    """Return the section or country that an organisation is of; None for another one."""
    if one.section_id is not None:
        return section_scope(reading, one.section_id)
    return country_scope(reading, one.country_code) if one.country_code else None


def _section_place(one: Section) -> tuple[dict[str, str], Scope]:
    scope = Scope(one.section, one.country_code, one.section_id)
    return {"section": one.section_slug}, scope


def _refused(name: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", name), "msg": message, "type": "value_error"}])
