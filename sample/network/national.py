"""Organisations of the activities site that are no sections: national ones, and two others."""

from collections.abc import Iterable

from slugify import slugify

from sample.network.further_places import FURTHER_LANDS
from sample.network.model import Country
from sample.network.organisations import Organisation

TURKIYE = Organisation("esn-turkiye", "ESN Türkiye", "TR", "Ankara")
NETHERLANDS = Organisation("esn-netherlands", "ESN the Netherlands", "NL", "Utrecht")
POLAND = Organisation("esn-poland", "ESN Poland", "PL", "Warszawa")
# Renamed, and by another name than its country's.
ITALY = Organisation("esn-italia", "ESN Italy", "IT", "Roma", moved_from="esn-italy")
CZECHIA = Organisation("esn-czech-republic", "ESN Czechia", "CZ", "Praha")
# The only section of these bears the same name, and has the plain alias.
MALTA = Organisation("esn-malta-0", "ESN Malta", "MT", "Valletta")
LIECHTENSTEIN = Organisation("esn-liechtenstein-0", "ESN Liechtenstein", "LI", "Vaduz")
ALUMNI = Organisation("esn-alumni", "ESN Alumni")

_IDLE = Organisation("esn-norway", "ESN Norway", "NO", "Oslo")
# What was here before the section of this name, whose alias is therefore another one.
_ABANDONED = Organisation("esn-lublin", "ESN Lublin")
_NAMED = (
    *(TURKIYE, NETHERLANDS, POLAND, ITALY, CZECHIA, MALTA, LIECHTENSTEIN),
    *(_IDLE, ALUMNI, _ABANDONED),
)
_HAVE_NONE = {"GB", "DE", "GR", "IE", "LU"}


def other_organisations(countries: Iterable[Country]) -> tuple[Organisation, ...]:
    """Return those that always exist, and the national ones of a large network's countries."""
    settled = {one.country_code for one in _NAMED} | _HAVE_NONE
    capitals = {land.country.code: land.cities[0] for land in FURTHER_LANDS}
    further = (
        Organisation(slugify(f"ESN {one.name}"), f"ESN {one.name}", one.code, capitals[one.code])
        for one in countries
        if one.code not in settled
    )
    return (*_NAMED, *further)


def active_national(others: Iterable[Organisation]) -> dict[str, Organisation]:
    """Return the national organisations that have activities, by country code."""
    return {one.country_code: one for one in others if one.country_code and one != _IDLE}
