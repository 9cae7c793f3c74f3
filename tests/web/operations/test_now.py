"""Runs, jobs and the calendar, as they are and as they change."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import psycopg
import pytest
from parsel import Selector
from psycopg.types.json import Jsonb

from esn_pulse.database.clock import clock
from esn_pulse.scheduling.record import decided
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.operations import now
from tests.scheduling.factories import ACCOUNTS, add_job, add_progress, add_run, keep_alive
from tests.web.api.network import SCRIPT
from tests.web.dashboard.reading import words
from tests.web.operations.operator import Operator, rows

HALF_AN_HOUR = timedelta(minutes=30)


def add_running(tables: psycopg.Connection, **columns: object) -> int:
    known = {"status": "running", "completed_at": None, "finish_reason": None}
    return add_run(tables, datetime.now(UTC) - HALF_AN_HOUR, **known | columns)


def figures(shown: Selector) -> list[dict[str, str]]:
    return [
        {words(one.css("dt")): words(one.css("dd")) for one in run.css("dl > div")}
        for run in shown.css(".runs > li")
    ]


def test_runs_tell_how_far_they_have_come(operator: Operator, tables: psycopg.Connection) -> None:
    run = add_running(tables, host="pulse-1", arguments=Jsonb({"country": "TR"}))
    counts = {"sections_known": 540, "sections_processed": 178, "sections_failed": 2}
    add_progress(tables, run, **counts, pages_read=540, pages_failed=1200)
    keep_alive(tables, run)

    shown = operator.page("")

    assert words(shown.css(".runs h3")) == f"Run {run}: activities country=TR at work"
    [told] = figures(shown)
    assert told["At work for"].startswith("30 min")
    assert told["Time left"].startswith("1 h 0 min")
    assert told == told | {
        "Sections": "180 of 540",
        "Pages read": "540",
        "Pages that failed": "1,200",
        "Pages a minute": "18",
        "Host": "pulse-1",
    }
    [bar] = shown.css("progress")
    assert (bar.attrib["value"], bar.attrib["max"]) == ("180", "540")


def test_a_run_whose_process_is_gone_is_said_to_have_died(
    operator: Operator, tables: psycopg.Connection
) -> None:
    add_running(tables)
    shown = operator.page("")
    assert words(shown.css(".runs .tag")) == "died"
    assert texts.RUN_DIED in words(shown.css(".runs"))
    assert figures(shown)[0].get("Time left") is None


def test_jobs_tell_what_becomes_of_them(operator: Operator, tables: psycopg.Connection) -> None:
    taken = {"started_at": "now", "taken_at": "now", "attempts": 1}
    add_job(tables, "ended", **taken, node="node-1", ended_at="now")
    add_job(tables, "died", **taken, node="node-2", leased_until="2026-01-01")
    add_job(tables, "works", **taken, node="node-3", leased_until="2126-01-01")
    add_job(tables, "waits", arguments=Jsonb({"section": "esn-metu"}))
    add_job(tables, "stops", **taken, node="n", leased_until="2126-01-01", cancelled_at="now")
    run = add_running(tables, job="works")
    add_progress(tables, run, sections_known=9, sections_processed=4)
    keep_alive(tables, run)
    died = add_running(tables, job="died")

    shown = operator.page("")

    at_work = f"run {run} at work: 4 of 9 sections"
    told = {
        str(row.css("th a::attr(href)").get()): [words(cell) for cell in row.css("th, td")]
        for row in shown.xpath("//table[caption='Jobs']/tbody/tr")
    }
    assert {path: [one for one in row if "," not in one] for path, row in told.items()} == {
        "/jobs/stops": ["activities", "runs", "n", "being cancelled", ""],
        "/jobs/waits": ["activities -a section=esn-metu", "waits", "–", "", "Cancel"],
        "/jobs/works": [
            "activities",
            "runs",
            "node-3",
            at_work,
            "Cancel",
        ],
        "/jobs/died": ["activities", "lost", "node-2", f"run {died} died", "Cancel"],
        "/jobs/ended": [
            *("activities", "ended", "node-1"),
            *("no run on record: see the job's log on its node", ""),
        ],
    }


def test_the_calendar_says_what_the_scheduler_would_do(
    operator: Operator, tables: psycopg.Connection
) -> None:
    add_run(tables, "2026-01-05 03:00+00", scraper_module=ACCOUNTS)
    tables.execute("INSERT INTO calendar_tasks VALUES ('backup', '2026-01-05 02:00+00', now())")
    expected = [
        [
            name,
            texts.moment(past.at),
            past.outcome or texts.NOTHING,
            texts.moment(decision.at),
            f"{decision.state}: {decision.reason}" if decision.reason else decision.state,
        ]
        for name, (past, decision) in decided(tables, 30, clock(tables)).items()
    ]
    shown = operator.rows("", "The calendar")
    assert [row[:3] for row in shown] == [row[:3] for row in expected]
    assert [row[4] for row in shown] == [row[4] for row in expected]
    says = words(operator.page("").css("#calendar + .says"))
    assert says.startswith("The scheduler: it did something 2026-01-05")
    assert ["backup", "5 Jan 2026, 02:00", "done"] in [row[:3] for row in shown]


def test_what_is_on_record_is_text_whatever_is_in_it(
    operator: Operator, tables: psycopg.Connection
) -> None:
    add_running(tables, host=SCRIPT, arguments=Jsonb({SCRIPT: SCRIPT}))
    add_job(tables, "'\"><b>/../..", node=SCRIPT, arguments=Jsonb({"section": SCRIPT}))
    shown = operator.page("")
    assert not shown.css("main script, main b")
    assert SCRIPT in words(shown.css(".runs"))
    paths = shown.xpath("//table[caption='Jobs']//@href").getall()
    assert paths[0] == "/jobs/%27%22%3E%3Cb%3E%2F..%2F.."


@pytest.fixture
def fragments(operator: Operator) -> Iterator[Iterator[Selector]]:
    """What the stream sends, one after the other."""
    stream = operator.visitor.look_on("/operations/live")
    with closing(stream.answer):
        assert stream.answer.status_code == 200
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
        yield stream.shown()


def test_the_stream_begins_with_what_the_page_says_and_tells_each_change(
    operator: Operator, tables: psycopg.Connection, fragments: Iterator[Selector]
) -> None:
    # What is due in the calendar is due now, and that is another minute at times.
    first, _, _ = words(next(fragments)).partition(texts.CALENDAR)
    page, _, _ = words(operator.page("").css("[data-live]")).partition(texts.CALENDAR)
    assert first == page
    assert texts.NO_RUNS in first

    add_job(tables, "later")
    assert [row[1] for row in rows(next(fragments), "Jobs")] == ["waits"]
    run = add_running(tables)
    keep_alive(tables, run)
    while not (told := figures(next(fragments))):
        pass
    assert told[0]["Pages read"] == "0"
    add_progress(tables, run, pages_read=7, sections_known=2)
    assert any(figures(one)[0]["Pages read"] == "7" for one in fragments)
    tables.execute("SELECT pg_advisory_unlock_all()")
    assert any(words(one.css(".runs .tag")) == "died" for one in fragments)


def test_the_calendar_is_not_read_each_second(
    tables: psycopg.Connection, fragments: Iterator[Selector], monkeypatch: pytest.MonkeyPatch
) -> None:
    next(fragments)
    monkeypatch.setattr(now, "decided", Mock(side_effect=AssertionError("it was read again")))

    for number in range(2):
        add_job(tables, f"{number}")
        shown = next(fragments)
        assert len(rows(shown, "Jobs")) == number + 1
        assert rows(shown, "The calendar")


def test_who_has_signed_out_does_not_look_on_any_more(operator: Operator) -> None:
    operator.visitor.post("/sign-out")
    answer = operator.visitor.get("/operations/live")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/sign-in?next=%2Foperations%2Flive",
    )
