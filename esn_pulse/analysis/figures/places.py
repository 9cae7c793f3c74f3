"""The map."""

from collections.abc import Iterable
from typing import Any

from esn_pulse.analysis import texts
from esn_pulse.analysis.background import Background
from esn_pulse.analysis.figure import Figure
from esn_pulse.analysis.queries.places import Place
from esn_pulse.analysis.scope import Scope

_EUROPE = [[-24, 65], [-9.5, 36.5], [34, 34], [50, 40], [26, 71.2]]


def places_figure(scope: Scope, background: Background) -> Figure:
    """Return the map of a scope's sections; that of a section has all of its country.

    That of a country has all sections of the network, too, but in the background. The network's
    leaves islands out that lie far from Europe, and says so.
    """
    around = (background.country_of(scope) or scope) if scope.is_section else scope
    own = background.places_of(around)
    shown = _placed(own)
    if scope.is_network:
        shown = [place for place in shown if _is_in_picture(place)]
    rows = shown if scope.is_network or scope.is_section else _placed(background.places)
    if scope.is_section:
        says = _says_section(scope, around, shown)
    else:
        says = _says(scope, own, shown, background)
    return Figure(
        name="map",
        title=texts.title("map", background.when),
        says=says,
        rows=[_row(place, background) for place in rows] if shown else [],
        columns=texts.columns("map", background.when),
        table=[_cells(place) for place in shown],
        signals=_signals(scope, shown, rows) if shown else {},
        legend=texts.map_legend(background.when),
        keys=[place.section_slug for place in shown],
    )


def _placed(places: Iterable[Place]) -> list[Place]:
    """Return those with coordinates, the largest first: small dots are drawn upon large ones."""
    placed = (p for p in places if p.latitude is not None and p.longitude is not None)
    return sorted(placed, key=lambda place: (-place.activities, place.section, place.section_id))


def _position(place: Place) -> tuple[float, float]:
    return place.longitude or 0, place.latitude or 0


def _is_in_picture(place: Place) -> bool:
    longitude, latitude = _position(place)
    return -25 < longitude < 80 and 33 < latitude < 72


def _says(scope: Scope, own: list[Place], shown: list[Place], background: Background) -> str:
    if not shown:
        return texts.no_map(scope.name)
    placed = _placed(own)
    outside = [place for place in placed if scope.is_network and not _is_in_picture(place)]
    active = sum(place.activities_in_period > 0 for place in shown)
    return texts.sentences(
        texts.sections_on_map(scope.name, len(shown), active, background.when),
        texts.too_far(len(outside), sorted({p.country or texts.NO_COUNTRY for p in outside})),
        texts.without_coordinates(len(own) - len(placed)),
    )


def _says_section(scope: Scope, country: Scope, shown: list[Place]) -> str:
    others = [place for place in shown if place.section_id != scope.section_id]
    if not shown:
        return texts.no_coordinates(scope.name)
    if country.is_section:
        return texts.alone_on_map(scope.name)
    is_shown = len(others) < len(shown)
    return texts.section_on_map(scope.name, country.name, len(others), is_shown=is_shown)


def _row(place: Place, background: Background) -> dict[str, Any]:
    longitude, latitude = _position(place)
    return {
        "key": place.section_id,
        "code": place.country_code,
        "section": place.section,
        "city": place.city or texts.NOT_KNOWN,
        "longitude": longitude,
        "latitude": latitude,
        "activities": place.activities,
        "recent": place.activities_in_period,
        "participants": place.participants,
        "told": texts.told(place, background.when),
    }


def _cells(place: Place) -> list[str]:
    counted = place.activities, place.activities_in_period, place.participants
    return [place.section, place.city or texts.NOT_KNOWN, *map(texts.number, counted)]


def _signals(scope: Scope, shown: list[Place], rows: list[Place]) -> dict[str, Any]:
    """Tell what is seen, of whom, and how large the largest dot is."""
    corners = _corners(shown) if not scope.is_network else _EUROPE + _surroundings(shown)
    return {
        "chosen": scope.section_id or scope.country_code or "",
        "seen": {"type": "MultiPoint", "coordinates": corners},
        "most": max(1, *(place.activities for place in rows)),
    }


def _surroundings(places: list[Place]) -> list[list[float]]:
    """Return the corners of some land around each."""
    return [
        [longitude + 2 * side, latitude + side]
        for longitude, latitude in map(_position, places)
        for side in (-1, 1)
    ]


def _corners(places: list[Place]) -> list[list[float]]:
    """Return the corners of what holds all of them, with some land around."""
    longitudes, latitudes = zip(*map(_position, places), strict=True)
    west, east = _reach(longitudes, 4)
    south, north = _reach(latitudes, 3)
    return [[west, south], [west, north], [east, south], [east, north]]


def _reach(values: tuple[float, ...], at_least: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = max((high - low) * 0.15, at_least - (high - low) / 2)
    return low - margin, high + margin
