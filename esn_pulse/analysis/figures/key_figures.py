"""What there is at a glance, in large type."""

from esn_pulse.analysis import texts
from esn_pulse.analysis.background import NETWORK, Background
from esn_pulse.analysis.figure import Tile
from esn_pulse.analysis.queries.key_figures import KeyFigures
from esn_pulse.analysis.queries.places import Place
from esn_pulse.analysis.scope import Scope


def key_tiles(scope: Scope, figures: KeyFigures, background: Background) -> list[Tile]:
    """Return the key figures of a scope, and its place among the others."""
    activities = texts.activities_tile(
        figures.activities,
        figures.activities_in_period,
        figures.activities_year_before,
        figures.upcoming_activities,
        background.when,
    )
    participants = texts.participants_tile(
        figures.participants,
        figures.participants_in_period,
        figures.participants_year_before,
        background.when,
    )
    if scope.is_section:
        people, known = figures.participants_in_period, figures.counted_activities_in_period
        average = texts.average_tile(people, known, background.when)
        return [activities, participants, average, *_section_places(scope, background)]
    sections = background.places_of(scope)
    active = sum(place.activities_in_period > 0 for place in sections)
    now, all_of_them = figures.national_activities_in_period, figures.national_activities
    return [
        texts.sections_tile(len(sections), active, background.when),
        activities,
        texts.national_tile(all_of_them, now, scope, background.when),
        participants,
        _country_place(scope, background),
    ]


def _country_place(scope: Scope, background: Background) -> Tile:
    standings = background.standings
    for standing in standings:
        if standing.country_code == scope.country_code:
            return texts.country_place_tile(standing.rank, len(standings), background.when)
    active = sum(standing.activities_in_period > 0 for standing in standings)
    return texts.countries_tile(len(standings), active, background.when)


def _section_places(scope: Scope, background: Background) -> list[Tile]:
    """Return the places of a section; of one that does not count any more there are none."""
    around = [background.country_of(scope), NETWORK]
    return [
        _section_place(place, other, background)
        for place in background.places_of(scope)
        for other in around
        if other
    ]


def _section_place(place: Place, among: Scope, background: Background) -> Tile:
    measures = [_measure(other) for other in background.places_of(among)]
    rank = 1 + sum(measure > _measure(place) for measure in measures)
    behind = sum(measure < _measure(place) for measure in measures)
    return texts.section_place_tile(among.name, rank, len(measures), behind, background.when)


def _measure(place: Place) -> tuple[int, int]:
    return place.activities_in_period, place.participants_in_period
