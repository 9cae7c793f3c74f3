"""What is somebody's own, so that they see it first."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.background import Background
from esn_pulse.analysis.queries import problems
from esn_pulse.analysis.queries.problems import CountryQuality, Quality
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.rules import Who


@dataclass(frozen=True)
class Own:
    """A section or country of somebody's own.

    :ivar says: how its data are, in a line.
    """

    name: str
    path: str
    says: str


def own_places(reading: psycopg.Connection, who: Who, background: Background) -> list[Own]:
    """Return somebody's own sections and countries, as far as they count.

    :param background: of the period that is shown.
    """
    return [*_sections(reading, who, background), *_countries(reading, who, background)]


def _sections(reading: psycopg.Connection, who: Who, background: Background) -> Iterator[Own]:
    for one in background.places:
        if one.section_id in who.sections:
            quality = problems.quality_of_section(reading, one.section_id)
            said = _says(quality, one.activities_in_period)
            yield Own(one.section, addresses.section(one.section_slug), said)


def _countries(reading: psycopg.Connection, who: Who, background: Background) -> Iterator[Own]:
    for one in background.standings:
        if one.country_code in who.countries:
            quality = problems.quality_of_country(reading, one.country_code)
            said = _says(quality, one.activities_in_period)
            yield Own(say.capital(one.country), addresses.country(one.country_code), said)


def _says(quality: Quality | CountryQuality | None, activities: int) -> str:
    read = quality.last_read if quality else None
    completeness = quality.completeness if quality else None
    return texts.own(read, completeness, activities)
