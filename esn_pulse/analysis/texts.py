"""All that a reader reads of the figures, in English; whoever adds a language begins here."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from babel.dates import format_date

from esn_pulse.analysis.figure import Column, LegendEntry, Tile
from esn_pulse.analysis.queries.places import Place
from esn_pulse.analysis.scope import Period, Scope

_LOCALE = "en_GB"


# Values ------------------------------------------------------------------------------------------


def number(value: int) -> str:
    """Write a number."""
    return f"{value:,}"


def percent(share: float | None) -> str:
    """Write a share; what is not nothing does not become nothing, nor almost all all."""
    if share is None:
        return "–"
    rounded = math.floor(share * 100 + 0.5)
    if rounded == 0 < share:
        return "< 1\u00a0%"
    return "> 99\u00a0%" if rounded == 100 and share < 1 else f"{number(rounded)}\u00a0%"


def count(value: int, one: str, many: str | None = None) -> str:
    """Write how many there are of something."""
    return f"{number(value)} {one if value == 1 else many or f'{one}s'}"


def activities(value: int) -> str:
    """Write how many activities there are."""
    return count(value, "activity", "activities")


@cache
def day(value: date) -> str:
    """Write a day, shortly."""
    return format_date(value, "d MMM yyyy", locale=_LOCALE)


def moment(value: datetime) -> str:
    """Write a moment, in UTC, to the minute."""
    in_utc = value.astimezone(UTC)
    return f"{day(in_utc.date())}, {in_utc:%H:%M}"


def duration(seconds: float) -> str:
    """Write how long something takes."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}\u00a0h {minutes}\u00a0min"
    return f"{minutes}\u00a0min {rest}\u00a0s" if minutes else f"{rest}\u00a0s"


@cache
def long_day(value: date) -> str:
    """Write a day."""
    return format_date(value, "d MMMM yyyy", locale=_LOCALE)


@cache
def month(value: date) -> str:
    """Write the month of a day."""
    return format_date(value, "MMMM yyyy", locale=_LOCALE)


def quarter(value: date) -> str:
    """Write the quarter of a day."""
    return f"Q{(value.month + 2) // 3} {value.year}"


def capital(text: str) -> str:
    """Begin a sentence, or stand alone."""
    return text[:1].upper() + text[1:]


def sentences(*said: str) -> str:
    """Join what there is to say."""
    return " ".join(filter(None, said))


@dataclass(frozen=True)
class When:
    """A period in words.

    :ivar within: when something happened.
    :ivar of: the same after a noun.
    :ivar title: the same in a title.
    :ivar before: when the year before was.
    """

    within: str
    of: str
    title: str
    before: str


def when(period: Period, today: date) -> When:
    """Put a period into words."""
    if period == Period.until(today):
        words = "last 365 days"
        return When(f"in the {words}", f"of the {words}", words, "in the year before")
    words, title = f"on {long_day(period.first)}", day(period.first)
    if period.days > 1:
        words = f"from {long_day(period.first)} to {long_day(period.last)}"
        title = f"{title} to {day(period.last)}"
    return When(words, words, title, "in the same days a year before")


# Titles, columns, legends ------------------------------------------------------------------------

_TITLES = {
    "map": "The sections on the map",
    "activities": "Activities by month",
    "participants": "Participants by month",
    "formats": "Online and on site, by quarter",
    "types": "Types, {}",
    "causes": "Causes, {}",
    "goals": "Sustainable Development Goals, {}",
    "sections": "Sections with the most activities, {}",
    "countries": "Activities by country, {}",
    "growth": "Who grew most, {}",
    "quiet": "Who went quiet",
    "freshness": "When the sections were read last",
    "history": "How the totals grew that sections count themselves",
}
_COLUMNS = {
    "map": ("Section", "City", "Activities#", "… {}#", "Participants#"),
    "activities": ("Month", "Activities#", "… online#", "… national#"),
    "participants": ("Month", "Participants#"),
    "formats": ("Quarter", "Online#", "On site#", "Share online#"),
    "types": ("Type", "Share#"),
    "causes": ("Cause", "Share#"),
    "goals": ("Goal", "Share#"),
    "sections": ("Section", "Activities#", "Participants#", "Last activity"),
    "countries": ("Country", "Sections#", "Activities#", "… national#", "Participants#"),
    "growth": ("Section", "Activities#", "… a year before#", "More#"),
    "quiet": ("Section", "Activities#", "Last activity", "Days since#"),
    "freshness": ("Last read", "Sections#"),
    "history": ("Day", "Activities#", "Sections#"),
}
WHOLE_NETWORK = "Whole network"
TOOLTIPS = {
    "city": "City",
    "activities": "Activities",
    "national": "… national",
    "recent": "… in the period",
    "participants": "Participants",
    "percent": "Share online",
    "online": "Online",
    "physical": "On site",
    "sections": "Sections",
}
NOT_KNOWN = "not known"
NONE_YET = "none yet"
NO_COUNTRY = "no country"
SAME_AS_TABLE = "The same as a table"
FRESHNESS = {
    "this week": "Read this week",
    "this month": "Read this month",
    "older": "Read longer ago",
    "never": "Never read",
}


def heading(scope: Scope) -> str:
    """Return the heading of a page."""
    return "The whole network" if scope.is_network else capital(scope.name)


def page_title(scope: Scope) -> str:
    """Return the title of a page."""
    return f"ESN PULSE: {scope.name}"


def chart_label(title: str) -> str:
    """Say to who can't see a chart what it is."""
    return f"Chart: {title}. The sentence above sums it up, the table below has the figures."


def table_label(title: str) -> str:
    """Say what a table is."""
    return f"Table: {title}"


def title(figure: str, when: When) -> str:
    """Return the title of a figure."""
    return _TITLES[figure].format(when.title)


def columns(figure: str, when: When) -> list[Column]:
    """Return the columns of a figure's table."""
    named = (name.format(when.title) for name in _COLUMNS[figure])
    return [Column(name.rstrip("#"), name.endswith("#")) for name in named]


def map_legend(when: When) -> list[LegendEntry]:
    """Say what the dots mean."""
    return [
        LegendEntry("dot", f"active {when.within}"),
        LegendEntry("dot silent", f"no activity {when.within}"),
        LegendEntry("sizes", "Larger dots: more activities."),
        LegendEntry("screen", "Point at one, or use the arrow keys."),
    ]


NATIONAL_LEGEND = [
    LegendEntry("box national", "organised by a national organisation, alone or with sections")
]
FORMATS_LEGEND = [LegendEntry("box online", "online"), LegendEntry("box", "on site")]
COMPARED_LEGEND = [LegendEntry("tick", "the whole network")]


# The map -----------------------------------------------------------------------------------------


def sections_on_map(name: str, shown: int, active: int, when: When) -> str:
    """Say how many dots there are."""
    if shown == 1:
        having = "with" if active else "without"
        return f"1 section of {name}, {having} an activity {when.within}."
    of_them = "all" if active == shown else number(active) if active else "none"
    return f"{count(shown, 'section')} of {name}, {of_them} of them with an activity {when.within}."


def too_far(sections: int, countries: Sequence[str]) -> str:
    """Say which sections the map of the network leaves out."""
    if not sections:
        return ""
    lie = count(sections, "section lies", "sections lie")
    where = ", ".join(countries)
    return f"{lie} too far away for this picture ({where}): choose the country to see more."


def without_coordinates(sections: int) -> str:
    """Say how many sections no map can show."""
    if not sections:
        return ""
    have, are = count(sections, "section has", "sections have"), "is" if sections == 1 else "are"
    return f"{have} no known coordinates and {are} not on the map."


def section_on_map(name: str, country: str, others: int, *, is_shown: bool) -> str:
    """Say where a section is to be seen, among those of its country."""
    among = f"{count(others, 'other section')} of {country}"
    if is_shown:
        return f"{name}, and {among}."
    why = "its coordinates are not known, or it is no section of the network any more"
    return f"{among}. {name} is not on the map: {why}."


def alone_on_map(name: str) -> str:
    """Say that a section's country is not known."""
    return f"{name}, whose country is not known."


def no_map(name: str) -> str:
    """Say why there is no map."""
    return f"No section of {name} with known coordinates is stored, so there is no map."


def no_coordinates(name: str) -> str:
    """Say why a section, and those around it, have no map."""
    return f"No coordinates of {name} are known, so there is no map."


def told(place: Place, when: When) -> str:
    """Tell what a dot tells."""
    recent = f"{number(place.activities_in_period)} of them {when.within}"
    people = count(place.participants, "participant")
    where = place.city or NOT_KNOWN
    return f"{place.section}, {where}: {activities(place.activities)}, {recent}, {people}"


# Over time ---------------------------------------------------------------------------------------


def national(scope: Scope, value: int) -> str:
    """Say how much of something is national."""
    if scope.is_section:
        were = number(value) if value else "None"
        return f"{were} of them together with a national organisation."
    who = "National organisations" if scope.is_network else "The national organisation"
    how = f"{number(value)} of them, alone or with sections" if value else "none of them"
    return f"{who} organised {how}."


def months(total: int, first: str, last: str) -> str:
    """Sum up the months' activities."""
    return f"{activities(total)} from {first} to {last}."


def busiest_month(month: str, value: int, *, is_running: bool) -> str:
    """Say which month had most, and whether the last one is over."""
    running = "The last month is still running." if is_running else ""
    return sentences(f"The busiest month was {month} with {number(value)}.", running)


def no_months(name: str, stored: int, until: date) -> str:
    """Say why there are no months."""
    if stored:
        return f"No activity of {name} began in the time shown here, until {long_day(until)}."
    return f"No activity of {name} is stored yet."


def participants(total: int, most: int, best: str) -> str:
    """Sum up the months' participants."""
    came = count(total, "participant")
    return f"{came} in the same time; the most in a month were {number(most)}, in {best}."


def average(people: int, known: int, all_of_them: int, when: When) -> str:
    """Say how many come to an activity."""
    if not known:
        return ""
    return (
        f"{capital(when.within)} an activity had {number(math.floor(people / known + 0.5))} on"
        f" average; how many came is known of {percent(known / all_of_them)} of the activities."
    )


NONE_ONLINE = "None of the activities was online."


def formats(online: int, all_of_them: int, when: When) -> str:
    """Say how much is online in a period."""
    if not all_of_them:
        return f"There were no activities {when.within}."
    return f"{percent(online / all_of_them)} of the activities {when.of} were online."


def most_online(share: str, quarter: str, online: int, all_of_them: int) -> str:
    """Say when most was online."""
    of_them = f"{number(online)} of {number(all_of_them)}"
    return f"The largest share was {share} in {quarter} ({of_them})."


# What the activities are about -------------------------------------------------------------------

_ONE_OF = {"types": "type", "causes": "cause", "goals": "goal"}


def goal(number: int | None, name: str) -> str:
    """Name what has a number by it."""
    return f"{number} {name}" if number else name


def in_sentence(number: int | None, name: str) -> str:
    """Name it in a sentence."""
    return f"goal {goal(number, name)}" if number else name


def most_often(named: Sequence[str]) -> str:
    """Say what comes first."""
    return f"Most often: {', then '.join(named)}."


def may_have_several(kind: str) -> str:
    """Say why shares don't add up to 1."""
    return f"An activity may have more than one {_ONE_OF[kind]}."


def furthest_behind(name: str, own: str, network: str) -> str:
    """Say what is under-served."""
    return f"Furthest behind the network: {name}, {own} against {network}."


def types_not_read(value: int) -> str:
    """Say how many activities wait for their types."""
    if not value:
        return ""
    counts = count(value, "activity counts", "activities count")
    pages = "its page is" if value == 1 else "their pages are"
    return f"{counts} as having none until {pages} read again."


def no_shares(kind: str, name: str, when: When) -> str:
    """Say why there are no shares."""
    return f"No activity of {name} {when.within} is known to have a {_ONE_OF[kind]}."


# Who is active -----------------------------------------------------------------------------------


def section_in_network(section: str, country: str | None) -> str:
    """Name a section where those of other countries are."""
    return f"{section} · {capital(country or NO_COUNTRY)}"


def first_section(section: str, value: int, when: When) -> str:
    """Say who comes first."""
    return f"{section} comes first with {activities(value)} {when.within}."


def idle_sections(name: str, value: int) -> str:
    """Say how many did nothing."""
    return f"{count(value, 'section')} of {name} had none." if value else ""


def no_sections(name: str, when: When) -> str:
    """Say why there are no sections."""
    return f"No section of {name} had an activity {when.within}."


def country_rank(country: str, rank: int, countries: int, value: int, when: When) -> str:
    """Say where a country stands."""
    of_all = count(countries, "country", "countries")
    place = f"{capital(country)} is number {number(rank)} of {of_all}"
    return f"{place}, with {activities(value)} {when.within}."


def first_country(country: str, value: int, idle: int, when: When) -> str:
    """Say which country comes first."""
    if not value:
        return f"No country had an activity {when.within}."
    had_none = f"{count(idle, 'country', 'countries')} had none." if idle else ""
    return sentences(first_section(capital(country), value, when), had_none)


NO_COUNTRIES = "No country is stored yet."


def grew(section: str, before: int, now: int) -> str:
    """Say who grew most."""
    return f"{section} grew most, from {number(before)} to {activities(now)}."


def how_many_grew(name: str, more: int, fewer: int, when: When) -> str:
    """Say how many did more and less."""
    than = f"of {name} had more activities {when.within} than {when.before}"
    return f"{count(more, 'section')} {than}, {number(fewer)} had fewer."


def signed(value: int) -> str:
    """Write how many more there are, or fewer."""
    return f"+{number(value)}" if value > 0 else number(value).replace("-", "−")


def nobody_grew(name: str, when: When) -> str:
    """Say why there is no growth."""
    return f"No section of {name} had more activities {when.within} than {when.before}."


def went_quiet(name: str, sections: int, days: int) -> str:
    """Say how many went quiet."""
    had = f"{count(sections, 'section')} of {name} had activities before"
    return f"{had}, but none in the last {days} days and none to come."


def busiest_quiet(section: str, value: int, last: date) -> str:
    """Say who did most before."""
    return f"{section} did most: {activities(value)}, the last on {day(last)}."


def until(value: int, last: date) -> str:
    """Write how many activities there were, and until when."""
    return f"{number(value)} until {month(last)}"


def nobody_quiet(name: str, days: int) -> str:
    """Say that nobody went quiet."""
    return (
        f"No section of {name} went quiet: each that ever had an activity had one in the last"
        f" {days} days, or has one to come."
    )


# How good the data are ---------------------------------------------------------------------------


def read_lately(lately: int, sections: int) -> str:
    """Say how many sections are up to date."""
    were = count(sections, "section was", "sections were")
    return f"{number(lately)} of {were} read within the last week."


NO_SECTION = "No section is stored yet."


def share_of(value: int, all_of_them: int) -> str:
    """Write how many, and how much of all that is."""
    return f"{number(value)} ({percent(value / all_of_them)})"


def totals(scope: Scope, days: tuple[date, date], values: tuple[int, int], sections: int) -> str:
    """Say how much the total grew."""
    went = "grew" if values[1] >= values[0] else "fell"
    grew = f"the total {went} from {number(values[0])} to {activities(values[1])}"
    of_whom = "" if scope.is_section else f", of {count(sections, 'section')}"
    return f"From {day(days[0])} to {day(days[1])} {grew}{of_whom}."


def one_total(since: date) -> str:
    """Say why there is no growth yet."""
    return (
        f"The totals are kept since {day(since)}. That is one day only, so there is no growth to"
        " draw yet: it begins with the next week's run."
    )


def no_totals(name: str) -> str:
    """Say that there are no totals."""
    return f"No totals of {name} are kept yet."


# Tiles -------------------------------------------------------------------------------------------


def comparison(now: int, before: int, when: When) -> str:
    """Hold a period against the same a year before."""
    if not before:
        return f"none {when.before}{'' if now else ' either'}"
    change = now / before - 1
    if abs(change) < 0.005:
        return f"{'' if now == before else 'about '}as many as {when.before}"
    if change >= 1:
        return f"{now / before:,.1f}".removesuffix(".0") + f" times as many as {when.before}"
    return f"{percent(abs(change))} {'more' if change > 0 else 'fewer'} than {when.before}"


def sections_tile(sections: int, active: int, when: When) -> Tile:
    """Say how many sections there are."""
    return Tile("Sections", number(sections), f"{number(active)} with an activity {when.within}")


def activities_tile(stored: int, now: int, before: int, upcoming: int, when: When) -> Tile:
    """Say how many activities there are."""
    to_come = f"; {number(upcoming)} still to come" if upcoming else ""
    recently = f"{number(now)} {when.within}, {comparison(now, before, when)}{to_come}"
    return Tile("Activities", number(stored), recently)


def national_tile(stored: int, now: int, scope: Scope, when: When) -> Tile:
    """Say how many activities are national."""
    who = "a" if scope.is_network else "the"
    how = f"organised by {who} national organisation, alone or with sections"
    return Tile("National activities", number(stored), f"{number(now)} {when.within}; {how}")


def participants_tile(stored: int, now: int, before: int, when: When) -> Tile:
    """Say how many took part."""
    recently = f"{number(now)} {when.within}, {comparison(now, before, when)}"
    return Tile("Participants", number(stored), recently)


def average_tile(people: int, known: int, when: When) -> Tile:
    """Say how many come to an activity."""
    value = number(math.floor(people / known + 0.5)) if known else "–"
    return Tile("Participants an activity", value, f"on average, {when.within}")


def countries_tile(countries: int, active: int, when: When) -> Tile:
    """Say how many countries there are."""
    return Tile("Countries", number(countries), f"{number(active)} with an activity {when.within}")


def country_place_tile(rank: int, countries: int, when: When) -> Tile:
    """Say where a country stands."""
    value = f"{number(rank)} of {number(countries)}"
    return Tile("Place in the network", value, f"by activities {when.within}")


def section_place_tile(among: str, rank: int, sections: int, behind: int, when: When) -> Tile:
    """Say where a section stands, and how many of the others it leaves behind."""
    ahead = f"by activities {when.within}"
    if sections > 1:
        ahead += f", ahead of {percent(behind / (sections - 1))} of the other sections"
    return Tile(f"Place in {among}", f"{number(rank)} of {number(sections)}", ahead)


def quality_tiles(values: Sequence[str], scope: Scope) -> list[Tile]:
    """Say what figures of quality are: complete, valid, with participants, with a cause; problems.

    :param values: as many as there are labels, in their order.
    """
    who, whose = "sections and national organisations count themselves", "organisers'"
    if scope.is_section:
        who, whose = "the section counts itself", "section's"
    labels = {
        "Complete": f"stored activities in those that {who}",
        "Valid": "activities that break no rule; the others are left out here",
        "With participants": "activities with a number, or still to come",
        "With a cause": "activities with at least one cause",
        "Broken fields": f"on the {whose} pages, to be corrected there",
        "Unread pages": "to be asked for again by the next run",
    }
    named = zip(labels.items(), values, strict=True)
    return [Tile(label, value, note) for (label, note), value in named]
