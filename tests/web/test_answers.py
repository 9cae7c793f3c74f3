"""What the API answers, beside what its subjects answer."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from esn_pulse.analysis.paging import Listed
from esn_pulse.analysis.rows import Row
from esn_pulse.web.api.answers import Paged, Parameters, everything, one, page
from tests.web.servers import Site

COUNTRIES = "/api/v1/countries"


class Thing(Row):
    """What there may be in a row."""

    name: str = Field(description="A text.")
    day: date | None = Field(default=None, description="A day.")
    moment: datetime | None = Field(default=None, description="A moment.")
    is_online: bool | None = Field(default=None, description="Whether.")
    share: float | None = Field(default=None, description="A share.")
    words: list[str] = Field(default=[], description="Words.")


def request(path: str = "/api/v1/things", query: str = "", accept: str = "") -> Request:
    headers = [(b"accept", accept.encode()), (b"host", b"evil.example/x")]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    return Request({**scope, "headers": headers})


def read(answer: Response) -> list[list[str]]:
    return [*csv.reader(io.StringIO(bytes(answer.body).decode(), newline=""), strict=True)]


CSV, JSON = "text/csv; charset=utf-8", "application/json"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("Text/CSV", CSV),
        ("text/csv;header=present", CSV),
        ("text/csv, */*", JSON),
        ("text/csv, */*;q=0.9", CSV),
        ("text/csv;q=0.5, */*;q=0.9", JSON),
        ("text/csv;q=0.5, application/json;q=0.4", CSV),
        ("text/csv;q=0.5, application/json;q=0.5", JSON),
        ("application/json;q=0.4,text/csv; q=0.5 ", CSV),
        ("text/*", CSV),
        ("text/*, application/*;q=0.9", CSV),
        ("text/*;q=0.1, application/json", JSON),
        ("text/csv;q=0", JSON),
        ("text/csv;q=0, text/*", JSON),
        ("text/csv;q=0, application/json;q=0", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("application/problem+json", JSON),
        ("text/csv;q=much", JSON),
        ("text/csv;q=nan", JSON),
        (",;,;q=,,=", JSON),
        ("image/png", JSON),
    ],
)
def test_who_asks_gets_what_he_likes_best(accept: str, media_type: str) -> None:
    answer = everything(request(accept=accept), Parameters(), Thing, [Thing(name="a")])

    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize(("word", "media_type"), [("csv", CSV), ("json", JSON)])
def test_a_parameter_overrules_the_header(site: Site, word: str, media_type: str) -> None:
    for accept in ("text/csv", "application/json", "*/*"):
        answer = site.get(f"{COUNTRIES}?format={word}", Accept=accept)
        assert answer.headers["Content-Type"] == media_type


def test_json_and_csv_say_the_same(site: Site) -> None:
    said = site.get(COUNTRIES).json()
    head, *lines = csv.reader(io.StringIO(site.get(f"{COUNTRIES}?format=csv").text))

    assert said["total"] == len(said["rows"]) == len(lines) == 5
    for row, line in zip(said["rows"], lines, strict=True):
        assert [*row] == head
        assert ["" if value is None else str(value) for value in row.values()] == line


HOSTILE = [
    'a "quoted" word',
    '"',
    "a, b; c",
    "two\nlines",
    "two\r\nlines",
    "a lone \r",
    "=1+1",
    "",
    " spaces ",
    "\ufeffmark",
    "Ş é 💩",
    "</script><script>",
]


def test_a_text_in_csv_is_what_it_was() -> None:
    rows = [Thing(name=text, words=[text, "x"]) for text in HOSTILE]
    head, *lines = read(everything(request(accept="text/csv"), Parameters(), Thing, rows))

    assert head == [*Thing.model_fields]
    assert [line[0] for line in lines] == HOSTILE
    assert [line[-1] for line in lines] == [f"{text}; x" for text in HOSTILE]
    assert {len(line) for line in lines} == {6}


def test_values_in_csv_are_written_as_exports_write_them() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    thing = Thing(name="a", day=date(2026, 1, 2), moment=moment, is_online=True, share=0.25)
    head, line, nothing = read(
        everything(
            request(query="format=csv"), Parameters(format="csv"), Thing, [thing, Thing(name="b")]
        )
    )

    assert line == ["a", "2026-01-02", "2026-01-02T03:04:05+00:00", "true", "0.25", ""]
    assert nothing == ["b", "", "", "", "", ""]
    assert read(one(request(), Parameters(format="csv"), thing)) == [head, line]


def test_no_rows_are_a_head_alone() -> None:
    answer = everything(request(), Parameters(format="csv"), Thing, [])
    assert read(answer) == [[*Thing.model_fields]]


def links(number: int, total: int, query: str = "", path: str = "/api/v1/things") -> dict[str, str]:
    asked = Paged(page=number, limit=10)
    answer = page(request(path, query), asked, Thing, Listed([], total))
    assert answer.headers["X-Total-Count"] == str(total)
    found = {}
    for link in answer.headers["Link"].split(", "):
        target, name = link.split("; rel=")
        found[name.strip('"')] = target.removeprefix("<").removesuffix(">")
    return found


@pytest.mark.parametrize(
    ("number", "total", "pages"),
    [
        (1, 0, {"first": 1, "last": 1}),
        (1, 10, {"first": 1, "last": 1}),
        (1, 11, {"first": 1, "next": 2, "last": 2}),
        (2, 35, {"first": 1, "prev": 1, "next": 3, "last": 4}),
        (4, 40, {"first": 1, "prev": 3, "last": 4}),
        (5, 40, {"first": 1, "prev": 4, "last": 4}),
        (999_999, 40, {"first": 1, "prev": 4, "last": 4}),
        (3, 0, {"first": 1, "prev": 1, "last": 1}),
    ],
)
def test_a_page_says_where_the_others_are(number: int, total: int, pages: dict[str, int]) -> None:
    found = links(number, total)
    assert found == {name: f"/api/v1/things?page={page}" for name, page in pages.items()}


def test_the_other_pages_are_of_the_same_question() -> None:
    query = "country=TR&cause=Education+%26+Youth&page=2&limit=10&cause=%C5%9F&text=%3E%0D%0A%22"
    found = links(2, 25, query)

    assert found["next"] == (
        "/api/v1/things?country=TR&cause=Education+%26+Youth&limit=10&cause=%C5%9F"
        "&text=%3E%0D%0A%22&page=3"
    )


def test_an_address_is_quoted_in_a_header() -> None:
    found = links(1, 5, path='/api/v1/ş>, <x>"\r\n')
    assert found["first"] == "/api/v1/%C5%9F%3E%2C%20%3Cx%3E%22%0D%0A?page=1"


def test_a_page_as_json_counts_all_rows() -> None:
    answer = page(request(), Paged(page=2, limit=1), Thing, Listed([Thing(name="b")], 3))
    body = bytes(answer.body).decode()

    assert body.startswith('{"total":3,"page":2,"limit":1,"rows":[{"name":"b",')
    assert "Link" in page(request(), Paged(format="csv"), Thing, Listed([], 3)).headers
