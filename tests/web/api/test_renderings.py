"""API, CSV and page show one thing of a subject: what is in the tables."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from esn_pulse.analysis import texts
from tests.web.api.counted import Counted, Tables, participants
from tests.web.api.operations import OPERATIONS, address, parameters
from tests.web.api.rendered import figures, number, rows, table
from tests.web.servers import Site

ASKED = [
    *[address(path) for path in OPERATIONS],
    *[f"{address(path)}&country=TR" for path in OPERATIONS if "country" in parameters(path)],
    *[f"{address(path)}&section=1" for path in OPERATIONS if "section" in parameters(path)],
    "/api/v1/activities?online=true&sort=-participants&limit=7&page=2",
    "/api/v1/activities?cause=Culture&type=Trip&sort=title&text=tri",
    "/api/v1/activities?text=script&limit=100",
    "/api/v1/activities?start_date=2026-01-01&end_date=2026-12-31&sdg=3&without=participants",
    "/api/v1/sections?limit=100&sort=-activities",
    "/api/v1/sections?state=merged",
    "/api/v1/organisations?kind=other",
]
WHOSE: dict[str, Callable[[Counted], bool]] = {
    "": lambda _: True,
    "/sections/esn-izmir": lambda one: "tr-esn-izmir" in one.sections,
    "/countries/TR": lambda one: "TR" in one.countries,
}
WHICH: dict[str, Callable[[Counted, date], bool]] = {
    "": lambda _, __: True,
    "cause=Culture": lambda one, _: "Culture" in one.causes,
    "type=Trip&online=true": lambda one, _: "Trip" in one.types and one.is_online,
    "without=causes&sort=title": lambda one, _: not one.causes,
    "without=participants&sort=-start_date": (
        lambda one, today: one.participants is None and one.start_date <= today
    ),
    "end_date={today}&sort=-participants&page=2": lambda one, today: one.start_date <= today,
}


def in_csv(value: Any) -> str:
    """Return a value of JSON as a line of CSV has it; several are parted by semicolons."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return "; ".join(map(in_csv, value))
        case dict():
            return str(value["organiser"])
        case str() if value.endswith("Z") and value[10:11] == "T":
            return value.replace("Z", "+00:00")
    return str(value)


@pytest.mark.parametrize("path", ASKED)
def test_csv_says_what_json_does(rich: Site, path: str) -> None:
    answer = rich.get(path, Accept="text/csv")
    lines = csv.DictReader(io.StringIO(answer.content.decode(), newline=""))

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [*lines] == [
        {name: in_csv(value) for name, value in row.items()} for row in rows(rich, path)
    ]


def test_countries(rich: Site, counted: Tables) -> None:
    sections = Counter(one.country_code for one in counted.sections)
    expected = {}
    for code in ("CZ", "IT", "TR", "XS"):
        own = [one for one in counted.activities if code in one.countries]
        year = [one for one in own if one.is_of_year(counted.today)]
        online = pytest.approx(sum(one.is_online for one in year) / len(year), abs=1e-4)
        expected[code] = (sections[code], len(year), participants(year), online, len(own))

    year_names = ("activities_365_days", "participants_365_days")
    names = ("sections", *year_names, "online_share", "activities")
    assert figures(rich, "/api/v1/countries", "country_code", *names) == expected
    assert figures(rich, "/api/v1/countries/TR", "country_code", *names) == {"TR": expected["TR"]}
    found = sorted(rows(rich, "/api/v1/countries"), key=lambda row: row["rank_in_network"])
    shown = ("sections", "activities_365_days", "national_activities_365_days", year_names[1])
    assert table(rich, "/countries", "main") == [
        [
            texts.capital(row["country"]),
            texts.number(row["rank_in_network"]),
            *(texts.number(row[name]) for name in shown),
        ]
        for row in found
    ]
    found.sort(key=lambda row: -row["participants_365_days"])
    sorted_names = [row[0] for row in table(rich, "/countries?by=-participants_in_period", "main")]
    assert sorted_names == [texts.capital(row["country"]) for row in found]


def test_the_sections_of_a_country(rich: Site, counted: Tables) -> None:
    expected = {}
    for section in counted.sections:
        year = [one for one in counted.of(section) if one.is_of_year(counted.today)]
        if section.country_code == "TR":
            of_year = (len(year), participants(year))
            expected[section.name] = (*of_year, len(counted.of(section)))

    names = ("activities_365_days", "participants_365_days", "activities")
    path = "/api/v1/countries/TR/sections?limit=100"
    assert figures(rich, path, "section", *names) == expected
    on_page = table(rich, "/countries/TR", "section[aria-labelledby=its-sections]")
    assert {row[0]: tuple(map(number, row[2:5])) for row in on_page} == expected


@pytest.mark.parametrize("query", WHICH)
@pytest.mark.parametrize("whose", WHOSE)
def test_activities(rich: Site, counted: Tables, whose: str, query: str) -> None:
    own = filter(WHOSE[whose], counted.activities)
    meant = [one for one in own if WHICH[query](one, counted.today)]
    asked = query.format(today=counted.today)
    answer = rich.get(f"/api/v1{whose}/activities?{asked}").json()
    on_page = table(
        rich, f"{whose or '/activities'}?{asked}", "section[aria-labelledby=activities-list]"
    )

    assert answer["total"] == len(meant) > 0
    assert [[row[0], *row[3:]] for row in on_page] == [
        [
            row["title"].strip(),
            ", ".join(row["organisers"]),
            ", ".join(row["causes"]),
            "" if row["participants"] is None else texts.number(row["participants"]),
        ]
        for row in answer["rows"]
    ]
