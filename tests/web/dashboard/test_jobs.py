"""A job's page: what is said of it, to whom, and that it goes on by itself."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.end_to_end.village import wait_until
from tests.scheduling.factories import add_job, add_progress, add_run, keep_alive
from tests.web.dashboard.reading import page, words
from tests.web.servers import Site
from tests.web.visitors import Visitor

METU = {"arguments": Jsonb({"section": "esn-metu"})}
RUNS: dict[str, Any] = {"taken_at": "now", "leased_until": "infinity", "node": "one"}
LONG_AGO = "2026-01-01T12:00Z"


def facts(who: Visitor) -> dict[str, str]:
    found = page(who, "/jobs/abc").css(".facts div")
    return {words(one.css("dt")): words(one.css("dd")) for one in found}


def state(who: Visitor) -> str:
    return " ".join(words(one) for one in page(who, "/jobs/abc").css(".state, .state + .says"))


@pytest.mark.parametrize(
    ("job", "says"),
    [
        ({}, "It waits for its turn, since "),
        ({"posted_at": LONG_AGO}, "Nothing takes it: no node seems to be at work."),
        (RUNS, "It is at work, since "),
        (RUNS | {"cancelled_at": "now"}, "It is being cancelled."),
        (RUNS | {"leased_until": LONG_AGO}, "Another one takes over within minutes"),
        (
            {"ended_at": LONG_AGO, "cancelled_at": "now"},
            "It was cancelled on 1 Jan 2026, 12:00 UTC",
        ),
        ({"ended_at": LONG_AGO, "deaths": 3}, "It was given up"),
        ({"ended_at": LONG_AGO}, "It failed on 1 Jan 2026, 12:00 UTC. Tell whoever runs this site"),
    ],
)
def test_it_is_told_in_plain_words_what_is_with_it(
    metu: Visitor, jobs: psycopg.Connection, job: dict[str, Any], says: str
) -> None:
    add_job(jobs, "abc", **METU, **job)
    assert says in state(metu)


def test_one_that_waits_for_others_says_so(metu: Visitor, jobs: psycopg.Connection) -> None:
    add_job(jobs, "other", **RUNS)
    add_job(jobs, "abc", **METU, posted_at=LONG_AGO)
    assert "1 other job at work now; it begins when one of them has ended." in state(metu)


@pytest.mark.parametrize(
    ("run", "says"),
    [
        ({}, "It is done, since "),
        (
            {"finish_reason": "time budget spent"},
            "time budget spent. What is left is read by a later run.",
        ),
        (
            {"status": "failed", "finish_reason": "failed: the site is down"},
            "the site is down. Tell whoever runs this site",
        ),
    ],
)
def test_what_came_of_it_is_told_and_counted(
    metu: Visitor, jobs: psycopg.Connection, run: dict[str, Any], says: str
) -> None:
    add_job(jobs, "abc", **METU, taken_at=LONG_AGO, ended_at="now")
    counted = {"items_stored": 3, "items_unchanged": 1400, "items_invalid": 2, "pages_read": 9}
    add_run(jobs, "now", job="abc", requests_failed=1, **counted, **run)
    assert says in state(metu)
    assert facts(metu) == {
        "Pages read": "9",
        "Pages that could not be read": "1",
        "Records that are new or changed": "3",
        "Records as they were": "1,400",
        "Records with a field that breaks a rule": "2",
    }
    shown = page(metu, "/jobs/abc")
    assert words(shown.css("h1")) == "Read the activities of ESN METU again"
    assert words(shown.css("code")) == "activities -a section=esn-metu"
    assert words(shown.css(".links a")) == "To ESN METU"
    assert shown.css(".links a::attr(href)").get() == "/sections/esn-metu"
    assert not shown.css("[data-live]")


def at_work(jobs: psycopg.Connection) -> int:
    """Let the job have a run that is alive, halfway through."""
    add_job(jobs, "abc", **METU, **RUNS)
    running: dict[str, Any] = {"status": "running", "completed_at": None, "finish_reason": None}
    run = add_run(jobs, "now", job="abc", **running)
    began = "UPDATE scraper_status SET started_at = now() - interval '10 min' WHERE id = %s"
    jobs.execute(began, [run])
    done = {"sections_processed": 1, "sections_failed": 1, "sections_known": 4}
    add_progress(jobs, run, **done, pages_read=50)
    return run


def test_while_it_is_at_work_it_says_how_far_it_has_come(
    metu: Visitor, jobs: psycopg.Connection, web_database: str
) -> None:
    with psycopg.connect(web_database, autocommit=True) as process:
        keep_alive(process, at_work(jobs))
        told = facts(metu)
        assert told.pop("Time left").startswith("10 min")
        assert told == {
            "Sections": "2 of 4",
            "Pages read": "50",
            "Pages that failed": "0",
            "Pages a minute": "5",
        }
        shown = page(metu, "/jobs/abc")
        assert shown.css("progress").attrib == {
            "aria-label": "Sections that are done",
            "max": "4",
            "value": "2",
        }
        assert shown.css("noscript a")
        assert shown.css("[data-live]::attr(data-live)").get() == "/jobs/abc/live"
    wait_until(lambda: "It broke off" in state(metu))


def test_it_goes_on_by_itself_until_it_is_over(metu: Visitor, jobs: psycopg.Connection) -> None:
    add_job(jobs, "abc", **METU)
    stream = metu.look_on("/jobs/abc/live")
    name, said = stream.event()
    assert (name, "It waits for its turn" in said) == ("message", True)
    jobs.execute("UPDATE scrapyd_jobs SET ended_at = now(), cancelled_at = now()")
    name, said = stream.event()
    assert (name, "It was cancelled" in said) == ("message", True)
    assert [stream.event(), stream.event()] == [("end", ""), ("over", "")]


@pytest.mark.parametrize("path", ["/jobs/abc", "/jobs/abc/live"])
def test_what_is_not_theirs_is_not_there(
    site: Site,
    metu: Visitor,
    turkiye: Visitor,
    czechia: Visitor,
    operator: Visitor,
    jobs: psycopg.Connection,
    path: str,
) -> None:
    add_job(jobs, "abc", **METU, ended_at="now")
    assert [who.get(path).status_code for who in (metu, turkiye, operator)] == [200] * 3
    refused, unknown = czechia.get(path), czechia.get(path.replace("abc", "cba"))
    assert refused.status_code == unknown.status_code == 404
    assert refused.text.replace("abc", "cba") == unknown.text
    assert site.get(path).status_code == 303


def test_those_of_the_network_are_for_operators(
    turkiye: Visitor, operator: Visitor, jobs: psycopg.Connection
) -> None:
    add_job(jobs, "abc", spider="accounts")
    assert turkiye.get("/jobs/abc").status_code == 404
    shown = page(operator, "/jobs/abc")
    assert words(shown.css("h1")) == "Read the data of sections of the network again"
    assert shown.css(".links a::attr(href)").get() == "/"


def test_what_a_run_says_of_itself_is_no_markup(metu: Visitor, jobs: psycopg.Connection) -> None:
    add_job(jobs, "abc", **METU, taken_at=LONG_AGO, ended_at="now")
    add_run(jobs, "now", job="abc", status="failed", finish_reason="failed: <img src=x>")
    assert "<img src=x>" in state(metu)
    assert not page(metu, "/jobs/abc").css("main img")
