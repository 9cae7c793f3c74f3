"""Who is active: sections and countries, by bars."""

from esn_pulse.analysis import texts
from esn_pulse.analysis.background import Background
from esn_pulse.analysis.figure import Figure
from esn_pulse.analysis.queries.growth import Growth
from esn_pulse.analysis.queries.places import Place
from esn_pulse.analysis.queries.quiet import QUIET_DAYS, QuietSection
from esn_pulse.analysis.scope import Scope

_SHOWN = 20


def sections_figure(scope: Scope, background: Background) -> Figure:
    """Return the busiest sections of a period."""
    sections = background.places_of(scope)
    active = [place for place in sections if place.activities_in_period]
    says = texts.no_sections(scope.name, background.when)
    if active:
        says = texts.sentences(
            texts.first_section(
                _name(scope, active[0]), active[0].activities_in_period, background.when
            ),
            texts.idle_sections(scope.name, len(sections) - len(active)),
        )
    first = active[:_SHOWN]
    return Figure(
        name="sections",
        title=texts.title("sections", background.when),
        says=says,
        rows=[
            {
                "key": key,
                "name": _name(scope, place),
                "activities": place.activities_in_period,
                "figure": texts.number(place.activities_in_period),
            }
            for key, place in enumerate(first)
        ],
        columns=texts.columns("sections", background.when),
        table=[
            [
                _name(scope, place),
                texts.number(place.activities_in_period),
                texts.number(place.participants_in_period),
                texts.day(place.last_activity_on) if place.last_activity_on else texts.NONE_YET,
            ]
            for place in first
        ],
        keys=[place.section_slug for place in first],
    )


def countries_figure(scope: Scope, background: Background) -> Figure:
    """Return all countries by the activities of a period; one may be chosen."""
    standings = background.standings
    own = next((s for s in standings if s.country_code == scope.country_code), None)
    says = texts.NO_COUNTRIES
    if own:
        active = own.activities_in_period
        says = texts.sentences(
            texts.country_rank(own.country, own.rank, len(standings), active, background.when),
            texts.national(scope, own.national_activities_in_period) if active else "",
        )
    elif standings:
        idle = sum(not standing.activities_in_period for standing in standings)
        first = standings[0]
        says = texts.first_country(first.country, first.activities_in_period, idle, background.when)
    return Figure(
        name="countries",
        title=texts.title("countries", background.when),
        says=says,
        rows=[
            {
                "code": standing.country_code,
                "name": texts.capital(standing.country),
                "activities": standing.activities_in_period,
                "figure": texts.number(standing.activities_in_period),
            }
            for standing in standings
        ],
        columns=texts.columns("countries", background.when),
        table=[
            [
                texts.capital(standing.country),
                texts.number(standing.sections),
                texts.number(standing.activities_in_period),
                texts.number(standing.national_activities_in_period),
                texts.number(standing.participants_in_period),
            ]
            for standing in standings
        ],
        signals={"chosen": scope.country_code or ""},
        keys=[standing.country_code for standing in standings],
    )


def growth_figure(scope: Scope, sections: list[Growth], background: Background) -> Figure:
    """Return who did more than in the same days a year before; the table has all sections."""
    more = [section for section in sections if section.change > 0]
    says = texts.nobody_grew(scope.name, background.when)
    if more:
        first, before = more[0], more[0].activities_year_before
        fewer = sum(section.change < 0 for section in sections)
        says = texts.sentences(
            texts.grew(_name(scope, first), before, first.activities_in_period),
            texts.how_many_grew(scope.name, len(more), fewer, background.when),
        )
    return Figure(
        name="growth",
        title=texts.title("growth", background.when),
        says=says,
        rows=[
            {
                "key": key,
                "name": _name(scope, section),
                "more": section.change,
                "figure": texts.signed(section.change),
            }
            for key, section in enumerate(more[:_SHOWN])
        ],
        columns=texts.columns("growth", background.when),
        table=[
            [
                _name(scope, section),
                texts.number(section.activities_in_period),
                texts.number(section.activities_year_before),
                texts.signed(section.change),
            ]
            for section in sections
        ],
        keys=[section.section_slug for section in sections],
    )


def quiet_figure(scope: Scope, sections: list[QuietSection], background: Background) -> Figure:
    """Return who had activities and has none any more, those first that did most."""
    says = texts.nobody_quiet(scope.name, QUIET_DAYS)
    if sections:
        first = sections[0]
        says = texts.sentences(
            texts.went_quiet(scope.name, len(sections), QUIET_DAYS),
            texts.busiest_quiet(_name(scope, first), first.activities, first.last_activity_on),
        )
    return Figure(
        name="quiet",
        title=texts.title("quiet", background.when),
        says=says,
        rows=[
            {
                "key": key,
                "name": _name(scope, section),
                "activities": section.activities,
                "figure": texts.until(section.activities, section.last_activity_on),
            }
            for key, section in enumerate(sections[:_SHOWN])
        ],
        columns=texts.columns("quiet", background.when),
        table=[
            [
                _name(scope, section),
                texts.number(section.activities),
                texts.day(section.last_activity_on),
                texts.number(section.days_since_last_activity),
            ]
            for section in sections
        ],
        keys=[section.section_slug for section in sections],
    )


def _name(scope: Scope, row: Place | Growth | QuietSection) -> str:
    """Return a section's name; where there are those of other countries, with its country's."""
    return texts.section_in_network(row.section, row.country) if scope.is_network else row.section
