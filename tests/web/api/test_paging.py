"""Lists have pages, an order and a validator; what is beyond their bounds is refused."""

import csv
import io
import json
from itertools import product
from typing import Any, LiteralString

import psycopg
import pytest
import requests

from tests.web.api.operations import OPERATIONS, PAGED, Schema, address, parameters
from tests.web.problems import problem, said
from tests.web.servers import Site

PERIODS = [path for path in OPERATIONS if {"start_date", "end_date"} <= parameters(path).keys()]
SORTS = [
    (path, sort)
    for path in OPERATIONS
    for sort in parameters(path).get("sort", {}).get("enum", [])
    if sort not in {"upcoming", "title", "-title", "section", "country"}
]
OUTSIDE = [*product(PAGED, ["limit=0", "limit=101", "page=0", "page=1000001"])]
NO_DAYS = ["0", "86400", "20260101", "2026-1-1", "2026-02-30", "2026-01-01T00:00:00"]
BY_NAME: dict[str, LiteralString] = {
    "section": "lower(s.name), s.id",
    "country": "regexp_replace(c.name, '^the ', ''), lower(s.name), s.id",
}


def pages(site: Site, path: str) -> list[requests.Response]:
    """Return an answer and those that its links lead to, one after the other."""
    found = [site.get(path)]
    while following := found[-1].links.get("next"):
        found.append(site.get(following["url"]))
    return found


def rows(site: Site, path: str) -> list[Schema]:
    """Return all rows of a list."""
    return [row for page in pages(site, f"{path}&limit=100") for row in page.json()["rows"]]


@pytest.mark.parametrize("path", PAGED)
def test_links_lead_through_all_rows_once(rich: Site, path: str) -> None:
    one_by_one = pages(rich, f"{address(path)}&limit=3")
    found = [row for page in one_by_one for row in page.json()["rows"]]
    last = len(one_by_one)

    assert found == rows(rich, address(path))
    assert len({json.dumps(row) for row in found}) == len(found)
    for number, page in enumerate(one_by_one, 1):
        assert (page.json()["page"], page.json()["limit"]) == (number, 3)
        assert page.json()["total"] == int(page.headers["X-Total-Count"]) == len(found)
        beside = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
        assert {name: f"page={to}" for name, to in beside.items() if 1 <= to <= last} == {
            name: link["url"].rpartition("&")[2] for name, link in page.links.items()
        }


@pytest.mark.parametrize("path", PAGED)
def test_a_page_beyond_the_last_is_empty_and_leads_back(rich: Site, path: str) -> None:
    first = rich.get(f"{address(path)}&limit=100")
    beyond = rich.get(f"{address(path)}&limit=100&page=1000000")

    assert beyond.json() == first.json() | {"page": 1_000_000, "rows": []}
    assert beyond.links.keys() == {"first", "prev", "last"}
    assert rich.get(beyond.links["prev"]["url"]).json()["rows"] != []


@pytest.mark.parametrize("path", PAGED)
def test_pages_of_csv_are_those_of_json(rich: Site, path: str) -> None:
    as_csv = pages(rich, f"{address(path)}&limit=7&format=csv")
    as_json = pages(rich, f"{address(path)}&limit=7")

    lines = [len([*csv.DictReader(io.StringIO(page.content.decode()))]) for page in as_csv]
    assert lines == [len(page.json()["rows"]) for page in as_json]


@pytest.mark.parametrize(("path", "query"), OUTSIDE)
def test_what_is_out_of_bounds(rich: Site, path: str, query: str) -> None:
    refused: Any = problem(rich.get(f"{address(path)}&{query}"), 422)

    assert [fault["parameter"] for fault in refused["faults"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("path", OPERATIONS)
def test_a_parameter_that_there_is_not(rich: Site, path: str) -> None:
    refused: Any = problem(rich.get(f"{address(path)}&nothing=1"), 422)

    assert refused["faults"][-1]["parameter"] == "nothing"


@pytest.mark.parametrize("path", PERIODS)
def test_a_period_that_ends_before_it_begins(rich: Site, path: str) -> None:
    query = "start_date=2026-02-01&end_date=2026-01-31"
    refused = problem(rich.get(f"{address(path)}&{query}"), 422)

    assert "start_date (2026-02-01) is after end_date (2026-01-31)" in str(refused["detail"])


@pytest.mark.parametrize("path", [*PERIODS, "/", "/countries/TR"])
@pytest.mark.parametrize("day", NO_DAYS)
def test_what_is_no_day(rich: Site, path: str, day: str) -> None:
    asked = f"{address(path)}&" if path in OPERATIONS else f"{path}?"

    assert said(rich.get(f"{asked}end_date={day}"), 422)


@pytest.mark.parametrize("path", OPERATIONS)
def test_json_and_csv_have_validators_of_their_own(rich: Site, path: str) -> None:
    accepted = ["application/json", "text/csv"]
    tags = [rich.get(address(path), Accept=one).headers["ETag"] for one in accepted]

    assert tags[0] != tags[1]
    for one, tag in product(accepted, tags):
        again = rich.get(address(path), Accept=one, If_None_Match=tag)
        assert (again.status_code == 304) == (accepted.index(one) == tags.index(tag))
        assert again.headers["Vary"].startswith("Accept")
        assert again.content == b"" or again.status_code == 200


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_what_is_sorted_by_a_figure_or_a_day(rich: Site, path: str, sort: str) -> None:
    values = [row[sort.removeprefix("-")] for row in rows(rich, f"{address(path)}&sort={sort}")]
    known = [value for value in values if value is not None]

    assert len({*known}) > 1
    assert values[: len(known)] == sorted(known, reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", BY_NAME)
def test_sections_are_sorted_by_name(rich: Site, tables: psycopg.Connection, sort: str) -> None:
    query = "SELECT s.id FROM sections AS s LEFT JOIN countries AS c USING (country_code) ORDER BY "
    expected = [key for [key] in tables.execute((query + BY_NAME[sort]).encode())]

    assert [row["section_id"] for row in rows(rich, f"/api/v1/sections?sort={sort}")] == expected


def test_activities_are_sorted_from_what_is_next_to_what_was(rich: Site) -> None:
    found = rows(rich, "/api/v1/activities?")
    future = [row["start_date"] for row in found if row["is_future"]]
    past = [row["start_date"] for row in found if not row["is_future"]]

    assert [row["start_date"] for row in found] == sorted(future) + sorted(past, reverse=True)
    assert future
    assert past


def test_titles_are_sorted_both_ways(rich: Site) -> None:
    rising, falling = (
        rows(rich, f"/api/v1/activities?sort={sort}") for sort in ("title", "-title")
    )

    assert rising == falling[::-1]
    assert len({row["title"] for row in rising}) > 8
