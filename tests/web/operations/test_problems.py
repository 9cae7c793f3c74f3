"""Pages that could not be had, and fields that break a rule."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from esn_pulse.items import MARKUP_CHANGED, NOT_THE_PAGE
from esn_pulse.web import operations_texts as texts
from tests.health.factories import insert
from tests.web.api.network import SCRIPT
from tests.web.dashboard.reading import words
from tests.web.operations.operator import Operator, rows, said
from tests.web.recorded import forget

REASONS = {
    f"{MARKUP_CHANGED}: no title": texts.KINDS["markup"],
    f"{NOT_THE_PAGE}, but a maintenance notice: no name": texts.KINDS["other page"],
    "no answer: it timed out": texts.KINDS["no answer"],
    "led away to https://elsewhere.example": texts.KINDS["elsewhere"],
    "an error in the program: KeyError": texts.KINDS["program"],
    "there is no browser": texts.KINDS["other"],
}


@pytest.fixture(autouse=True)
def _nothing_yet(tables: psycopg.Connection) -> None:
    forget(tables, "failed_scrapes", "validation_errors")


def add_failure(tables: psycopg.Connection, name: str, message: str, **columns: object) -> None:
    insert(
        tables,
        "failed_scrapes",
        url=f"https://activities.example/{name}",
        error_message=message,
        last_attempt="2026-11-01 12:00+00",
        **columns,
    )


def add_error(tables: psycopg.Connection, name: str, **columns: object) -> None:
    known = {
        "url": f"https://activities.example/{name}",
        "item": "ActivityItem",
        "field_name": "title",
        "error_message": "is missing",
        "raw_data": Jsonb({}),
        "created_at": "2026-11-01 12:00+00",
    }
    insert(tables, "validation_errors", **known | columns)


def section(tables: psycopg.Connection) -> int:
    [(number,)] = tables.execute("SELECT id FROM sections WHERE name = 'ESN METU'").fetchall()
    return int(number)


def test_failures_are_counted_by_kind_and_listed(
    operator: Operator, tables: psycopg.Connection
) -> None:
    for number, reason in enumerate(REASONS):
        add_failure(tables, str(number), reason, section_id=section(tables))
    for number, status in enumerate([503, 503, 404]):
        gone = {"will_retry": status != 404, "http_status_code": status}
        add_failure(tables, f"status-{number}", f"the site answered {status}", **gone)
    add_failure(tables, "mended", "no answer: x", will_retry=False, resolved_at="now")

    shown = operator.page("/problems")

    counted = {row[0]: row[1:] for row in rows(shown, texts.FAILURES)}
    last = "1 Nov 2026, 12:00"
    assert counted == {kind: ["1", "1", last] for kind in REASONS.values()} | {
        "The site answered 503": ["2", "2", last],
        "The site answered 404": ["1", "0", last],
    }
    for path in shown.xpath("//table[caption=$t]//@href", t=texts.FAILURES).getall():
        listed = operator.page(path.removeprefix("/operations"))
        title = words(listed.css("h1"))
        assert [len(rows(listed, title)), words(listed.css(".lead"))] == [
            int(counted[title][0]),
            texts.pages(int(counted[title][0])),
        ]
    [[page, whose, why, runs, _, again]] = operator.rows(
        "/problems/failures", texts.KINDS["program"], kind="program"
    )
    assert page == "https://activities.example/4"
    assert (whose, why) == ("ESN METU", "an error in the program: KeyError")
    assert (runs, again) == ("0", "yes")


def test_a_list_leads_to_the_page_and_to_whose_it_is(
    operator: Operator, tables: psycopg.Connection
) -> None:
    add_failure(tables, "1", "no answer", section_id=section(tables))
    add_failure(tables, "2", "no answer", country_code="TR")
    shown = operator.page("/problems/failures", kind="no answer")
    paths = shown.css("main table a::attr(href)").getall()
    assert paths == [
        *("https://activities.example/1", f"/sections/{section(tables)}"),
        *("https://activities.example/2", "/countries/TR"),
    ]
    assert operator.visitor.get(paths[1]).headers["Location"] == "/sections/esn-metu"


def test_errors_are_counted_by_rule_and_listed_with_what_was_found(
    operator: Operator, tables: psycopg.Connection
) -> None:
    rule = {"field_name": "email", "error_message": "is not an e-mail address"}
    add_error(tables, "1", **rule, value="'anna (at) esn.example'", section_id=section(tables))
    add_error(tables, "2", **rule, value="x" * 1000)
    add_error(tables, "3")
    add_error(tables, "4", field_name=None, error_message="the database refused the row: no")
    add_error(tables, "5", **rule, resolved_at="now")

    shown = operator.page("/problems")

    counted = [row[:4] for row in rows(shown, texts.ERRORS)]
    assert counted == [
        ["ActivityItem", "email", "is not an e-mail address", "2"],
        ["ActivityItem", "title", "is missing", "1"],
        ["ActivityItem", texts.WHOLE_ROW, "the database refused the row: no", "1"],
    ]
    first, second, third = shown.xpath("//table[caption=$t]//@href", t=texts.ERRORS).getall()
    listed = operator.page(first.removeprefix("/operations"))
    found = rows(listed, words(listed.css("h1")))
    assert [row[:3] for row in found] == [
        ["https://activities.example/1", "ESN METU", "'anna (at) esn.example'"],
        ["https://activities.example/2", texts.NOTHING, f"{'x' * 300}…"],
    ]
    for path, page in {second: "3", third: "4"}.items():
        alone = operator.page(path.removeprefix("/operations"))
        [[where, *_]] = rows(alone, words(alone.css("h1")))
        assert where.endswith(page)


def test_long_lists_have_pages(operator: Operator, tables: psycopg.Connection) -> None:
    for number in range(51):
        add_failure(tables, f"{number:03}", "no answer")
    asked = {"kind": "no answer"}
    first = operator.page("/problems/failures", **asked)
    seen = [row[0] for row in rows(first, words(first.css("h1")))]
    path = str(first.css("a[rel=next]::attr(href)").get())
    rest = operator.page(path.removeprefix("/operations"))
    seen += [row[0] for row in rows(rest, words(rest.css("h1")))]
    assert sorted(seen) == [f"https://activities.example/{number:03}" for number in range(51)]
    assert operator.rows("/problems/failures", "No answer", **asked, page="1000000") == []


def test_what_others_wrote_is_text_and_no_link_that_runs(
    operator: Operator, tables: psycopg.Connection
) -> None:
    url = f"javascript:alert(1)//{SCRIPT}"
    insert(tables, "failed_scrapes", url=url, error_message=f"no answer: {SCRIPT}")
    names = ("error_message", "field_name", "item", "value")
    add_error(tables, "1", url=url, **dict.fromkeys(names, SCRIPT))
    pages = ["/problems", "/problems/failures?kind=no+answer"]
    pages += [
        str(path).removeprefix("/operations")
        for path in operator.page("/problems")
        .xpath("//table[caption=$t]//@href", t=texts.ERRORS)
        .getall()
    ]
    assert len(pages) == 3
    for path in pages:
        shown = operator.page(path)
        assert not shown.css("main script")
        assert SCRIPT in words(shown.css("main table"))
        assert not [one for one in shown.css("a::attr(href)").getall() if "javascript:" in one[:20]]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("failures", {}),
        ("failures", {"kind": "'; DROP TABLE failed_scrapes; --"}),
        ("failures", {"kind": "status", "status": "99999999999"}),
        ("failures", {"kind": "status", "page": "0"}),
        ("errors", {"item": "ActivityItem"}),
        ("errors", {"item": "a\0", "message": "x"}),
        ("errors", {"item": "x" * 10_000, "message": "x"}),
    ],
)
def test_what_makes_no_sense_is_refused(
    operator: Operator, path: str, asked: dict[str, str]
) -> None:
    assert "understood" in said(operator.page(f"/problems/{path}", 422, **asked))


def test_where_all_is_well_nothing_is_listed(operator: Operator) -> None:
    shown = operator.page("/problems")
    assert texts.NO_FAILURES in words(shown.css("main"))
    assert texts.NO_ERRORS in words(shown.css("main"))
    assert "None" not in words(shown.css("main"))
