"""Activities: a list that is filtered, sorted and paged, and each with all that is known of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Self

import psycopg
from psycopg import sql
from pydantic import Field, model_validator

from esn_pulse.analysis import filters
from esn_pulse.analysis.filters import CountryCode, Day, Name, Text
from esn_pulse.analysis.paging import Listed, Source, Window, count
from esn_pulse.analysis.queries import sections
from esn_pulse.analysis.rows import Row, columns, fetch, fetch_one
from esn_pulse.analysis.words import fold

Sort = Literal[
    "upcoming", "start_date", "-start_date", "title", "-title", "participants", "-participants"
]

Without = Literal["participants", "causes"]

# Parts of a list, one after the other: which rows are in it, and in what order. An index has each
# order, and has none that begins with today.
_PARTS: Mapping[Sort, list[tuple[sql.SQL, sql.SQL]]] = {
    "upcoming": [
        (sql.SQL("is_future"), sql.SQL("start_date, activity_id")),
        (sql.SQL("NOT is_future"), sql.SQL("start_date DESC, activity_id DESC")),
    ],
    "start_date": [(sql.SQL("TRUE"), sql.SQL("start_date, activity_id"))],
    "-start_date": [(sql.SQL("TRUE"), sql.SQL("start_date DESC, activity_id DESC"))],
    "title": [(sql.SQL("TRUE"), sql.SQL("name, activity_id"))],
    "-title": [(sql.SQL("TRUE"), sql.SQL("name DESC, activity_id DESC"))],
    "participants": [(sql.SQL("TRUE"), sql.SQL("participants, activity_id"))],
    "-participants": [(sql.SQL("TRUE"), sql.SQL("participants DESC NULLS LAST, activity_id"))],
}
_CONDITIONS = {
    "country": sql.SQL("countries @> ARRAY[%(country)s::text]"),
    "section": sql.SQL("section_ids @> ARRAY[%(section)s::integer]"),
    "organisation": sql.SQL("organisation_slugs @> ARRAY[%(organisation)s::text]"),
    "cause": sql.SQL("causes @> ARRAY[%(cause)s::text]"),
    "sdg": sql.SQL("sdgs @> ARRAY['SDG ' || %(sdg)s::integer]"),
    "type": sql.SQL("types @> ARRAY[%(type)s::text]"),
    "online": sql.SQL("is_online = %(online)s"),
    "start_date": sql.SQL("start_date >= %(start_date)s"),
    "end_date": sql.SQL("start_date <= %(end_date)s"),
    "without": sql.SQL(
        "CASE %(without)s WHEN 'causes' THEN cardinality(causes) = 0"
        " ELSE participants IS NULL AND NOT is_future END"
    ),
    "text": sql.SQL("words @@ %(text)s::tsquery"),
}
_PART = sql.SQL("""
    (SELECT activity_id, {number} AS part, row_number() OVER (ORDER BY {order}) AS place
    FROM bi.search {where} AND {condition} ORDER BY {order} LIMIT %(until)s)
""")
_PAGE = sql.SQL("""
    WITH wanted AS (
        SELECT * FROM ({parts}) AS parts ORDER BY part, place LIMIT %(limit)s OFFSET %(offset)s
    )
    SELECT {columns} FROM wanted JOIN bi.activities USING (activity_id) ORDER BY part, place
""")


class Activity(Row):
    """An activity, as a list has it."""

    view: ClassVar = "activities"
    activity_id: int
    event_slug: str
    url: str
    title: str
    start_date: date
    end_date: date | None
    days: int
    is_future: bool
    is_online: bool
    online_platform: str | None
    city: str | None
    place_country_code: str | None
    place_country: str | None
    participants: int | None
    activity_type: str | None
    types: list[str] | None
    causes: list[str]
    sdgs: list[str]
    objectives: list[str]
    organisers: list[str]
    partners: list[str] | None
    level: Literal["local", "national", "local and national"] | None
    countries: list[str]
    national_countries: list[str]


class Organiser(Row):
    """Who organises an activity, alone or with others."""

    view: ClassVar = "activity_organisers"
    kind: Literal["section", "national organisation", "other"]
    organiser: str
    organisation_slug: str | None
    section_id: int | None
    section_slug: str | None
    country_code: str | None
    country: str | None

    def __str__(self) -> str:
        """Return its name, which is what a line of CSV has of it."""
        return self.organiser


class ActivityTexts(Activity):
    """An activity with its long texts, and when it was read."""

    description: str
    goal: str | None
    outcomes: str | None
    registration_url: str | None
    image_url: str | None
    first_seen: datetime
    last_seen: datetime
    last_read: datetime


class WholeActivity(ActivityTexts):
    """All that is known of an activity."""

    organised_by: list[Organiser] = Field(description="Its organisers, one by one.")


class Narrowing(filters.Filters):
    """Which of somebody's activities are wanted."""

    cause: Name | None = Field(
        default=None, description="Name of one of their causes, such as Culture."
    )
    sdg: int | None = Field(
        default=None,
        ge=1,
        le=17,
        description="Number of one of their Sustainable Development Goals.",
    )
    type: Name | None = Field(default=None, description="Name of one of their types, such as Trip.")
    online: bool | None = Field(default=None, description="Whether they take place online.")
    start_date: Day | None = Field(
        default=None, description="The first day on which they may start."
    )
    end_date: Day | None = Field(default=None, description="The last day on which they may start.")
    without: Without | None = Field(
        default=None,
        description="What they lack: a cause, or a figure of participants though they have begun.",
    )
    text: Text | None = Field(
        default=None,
        description="Beginnings of words of their titles, places, organisers or partners,"
        " with or without capitals and accents. All have to be there.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start_date and self.end_date and self.start_date > self.end_date:
            raise ValueError(
                f"start_date ({self.start_date}) is after end_date ({self.end_date}): no activity"
                " starts in between. Exchange them, or leave one out"
            )
        return self


class Filters(Narrowing):
    """Which activities are wanted, and whose."""

    country: CountryCode | None = Field(
        default=None,
        description="Code of a country, such as TR, whose sections or national organisation"
        " organise them.",
    )
    section: Name | None = Field(
        default=None,
        description="Number or slug of a section that organises them, such as esn-metu.",
    )
    organisation: Name | None = Field(
        default=None, description="Slug of an organisation that organises them, such as esn-italy."
    )


def listed(
    connection: psycopg.Connection, wanted: Filters, window: Window, sort: Sort = "upcoming"
) -> Listed[Activity]:
    """Return a page of the activities that are wanted.

    :param sort: ``upcoming``: first what is to come, the next one first; then what was, the latest
        first. Participants that are not known come last.
    """
    parameters = _parameters(connection, wanted)
    if parameters is None:
        return Listed([], 0)
    conditions = sql.SQL("{} AND activity_id IS NOT NULL").format(
        filters.where(_CONDITIONS, wanted)
    )
    parts = [
        _PART.format(number=number, order=order, where=conditions, condition=condition)
        for number, (condition, order) in enumerate(_PARTS[sort])
    ]
    page = _PAGE.format(parts=sql.SQL(" UNION ALL ").join(parts), columns=columns(Activity))
    bounds = {"limit": window.limit, "offset": window.offset}
    until = {"until": window.offset + window.limit}
    rows = fetch(connection, Activity, page, parameters | bounds | until)
    source = Source(sql.SQL("FROM bi.search {}").format(conditions), parameters)
    return Listed(rows, count(connection, source))


def one(connection: psycopg.Connection, event_slug: str) -> WholeActivity | None:
    """Return an activity with all that is known of it."""
    query = sql.SQL("SELECT {} FROM bi.activities WHERE event_slug = %(slug)s")
    selected = query.format(columns(ActivityTexts))
    found = fetch_one(connection, ActivityTexts, selected, {"slug": event_slug})
    if not found:
        return None
    organisers = _organisers(connection, found.activity_id)
    return WholeActivity(**found.model_dump(), organised_by=organisers)


def _parameters(connection: psycopg.Connection, wanted: Filters) -> dict[str, Any] | None:
    """Return the filters as the conditions take them; None when nothing can meet them."""
    parameters = filters.values(wanted)
    if wanted.section is not None:
        parameters["section"] = _section(connection, wanted.section)
    if wanted.text is not None:
        folded = fold(connection, wanted.text)
        parameters["text"] = folded and folded.query
    return None if None in parameters.values() else parameters


def _section(connection: psycopg.Connection, name: str) -> int | None:
    """Return the number of a section, which costs nothing if it is this that was given."""
    if name.isascii() and name.isdecimal() and len(name) < 10:
        return int(name)
    return sections.find(connection, name)


def _organisers(connection: psycopg.Connection, activity_id: int) -> list[Organiser]:
    query = sql.SQL(
        "SELECT {} FROM bi.activity_organisers WHERE activity_id = %(id)s"
        " ORDER BY kind DESC, organiser, organisation_slug, section_id"
    )
    return fetch(connection, Organiser, query.format(columns(Organiser)), {"id": activity_id})
