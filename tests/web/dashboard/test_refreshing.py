"""Refreshes: who may ask for which, how often, and what is said of them."""

import psycopg
import pytest
from parsel import Selector
from psycopg.types.json import Jsonb

from esn_pulse.database.queries import job_queue
from esn_pulse.web.jobs import trigger
from tests.scheduling.factories import add_job
from tests.web.dashboard.reading import page, words
from tests.web.dashboard.test_sections import METU
from tests.web.recorded import posted
from tests.web.servers import Site
from tests.web.visitors import Visitor

TURKIYE = "/countries/TR"
SECTION = {"section": "esn-metu"}


pytestmark = pytest.mark.usefixtures("jobs")


def forms(shown: Selector) -> list[str]:
    """Return the buttons by which one asks for a refresh."""
    return [words(one) for one in shown.css("form.refresh button")]


@pytest.mark.parametrize(
    ("path", "form", "job"),
    [
        (METU, {}, ("activities", SECTION)),
        (TURKIYE, {"spider": "activities"}, ("activities", {"country": "TR"})),
        (TURKIYE, {"spider": "accounts"}, ("accounts", {"country": "TR"})),
    ],
)
def test_one_that_is_asked_for_is_a_job_that_one_is_led_to(
    operator: Visitor,
    jobs: psycopg.Connection,
    path: str,
    form: dict[str, str],
    job: tuple[str, dict[str, str]],
) -> None:
    answer = operator.post(f"{path}/refresh", form)
    [[name, said]] = jobs.execute(
        "SELECT job, (SELECT who || ' ' || action FROM web_audit ORDER BY id DESC LIMIT 1)"
        " FROM scrapyd_jobs"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/jobs/{name}")
    assert posted(jobs) == [job]
    assert said == "esn:operator posted a job"
    again = operator.post(f"{path}/refresh", form)
    assert again.headers["Location"] == f"/jobs/{name}"
    assert posted(jobs) == [job]


def test_each_has_the_buttons_of_what_they_may_ask_for(
    site: Site, metu: Visitor, turkiye: Visitor, czechia: Visitor, operator: Visitor
) -> None:
    of_section = ["Read the activities now"]
    of_country = [*of_section, "Read the sections now"]
    seen: list[tuple[Site | Visitor, list[str], list[str]]] = [
        (site, [], []),
        (metu, of_section, []),
        (turkiye, of_section, of_country),
        (czechia, [], []),
        (operator, of_section, of_country),
    ]
    for who, on_section, on_country in seen:
        assert forms(page(who, METU)) == on_section
        assert forms(page(who, TURKIYE)) == on_country
    assert forms(page(operator, "/sections/bare")) == []  # it has no page to be read


@pytest.mark.parametrize("path", [METU, TURKIYE])
def test_what_is_not_theirs_is_refused(
    site: Site, czechia: Visitor, jobs: psycopg.Connection, path: str
) -> None:
    form = {"spider": "activities"}
    refused = czechia.post(f"{path}/refresh", form)
    assert refused.status_code == 403
    assert "A refresh is asked for by those whose section or country it is" in refused.text
    nobody = Visitor(site).post(f"{path}/refresh", form)
    assert (nobody.status_code, nobody.headers["Location"]) == (303, "/sign-in")
    assert posted(jobs) == []


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/sections/esn-nowhere", {}, 404),
        ("/sections/bare", {}, 422),
        ("/countries/XX", {"spider": "activities"}, 404),
        (TURKIYE, {"spider": "everything"}, 422),
        (TURKIYE, {}, 422),
        ("/sections/%27%3B--", {}, 404),
        ("/sections/" + "9" * 30, {}, 404),
    ],
)
def test_what_can_not_be_read_is_refused(
    operator: Visitor, jobs: psycopg.Connection, path: str, form: dict[str, str], status: int
) -> None:
    assert operator.post(f"{path}/refresh", form).status_code == status
    assert posted(jobs) == []


@pytest.mark.parametrize("path", [METU, TURKIYE])
def test_for_those_who_may_not_nothing_is_looked_up(
    site: Site, czechia: Visitor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(job_queue, "last_job", lambda *values: asked.append(values))
    monkeypatch.setattr(trigger, "wanted", lambda *values: asked.append(values))
    for who in site, czechia:
        assert who.get(path).status_code == 200
    assert asked == []


def test_the_last_of_a_place_is_found_by_an_index(jobs: psycopg.Connection) -> None:
    with jobs.transaction():
        jobs.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        values = {"project": "esn_pulse", "spider": "activities", "arguments": Jsonb(SECTION)}
        plan = jobs.execute(f"EXPLAIN {job_queue._LAST_JOB}", values)
        scans = [line for (line,) in plan if "Scan" in line]
    assert len(scans) == 2
    assert all("idx_scrapyd_jobs_place" in scan for scan in scans)


def test_the_last_one_that_counts_may_be_before_the_last(
    metu: Visitor, jobs: psycopg.Connection
) -> None:
    asked = {"arguments": Jsonb({**SECTION, "full": "1"}), "ended_at": "now"}
    add_job(jobs, "counts", **asked)
    assert metu.post(f"{METU}/refresh").status_code == 429
    add_job(jobs, "cancelled", **asked, cancelled_at="now")
    assert metu.post(f"{METU}/refresh").status_code == 429
    assert "/jobs/cancelled" in page(metu, METU).css("form.refresh a::attr(href)").getall()
    jobs.execute("UPDATE scrapyd_jobs SET cancelled_at = now()")
    assert metu.post(f"{METU}/refresh").status_code == 303


def test_one_that_waits_or_runs_is_told_of_where_one_would_ask(
    metu: Visitor, jobs: psycopg.Connection
) -> None:
    add_job(jobs, "abc", arguments=Jsonb(SECTION))
    shown = page(metu, METU)
    assert "This is under way. How it goes" in words(shown.css("form.refresh"))
    assert "/jobs/abc" in shown.css("form.refresh a::attr(href)").getall()
    assert forms(shown) == []


def test_others_than_operators_ask_once_in_six_hours(
    metu: Visitor, turkiye: Visitor, operator: Visitor, jobs: psycopg.Connection
) -> None:
    asked = {"arguments": Jsonb(SECTION), "posted_at": "2026-01-01T12:00Z", "ended_at": "now"}
    add_job(jobs, "long ago", **asked)
    assert "Asked for last on 1 Jan 2026, 12:00 UTC. What came of it" in words(page(metu, METU))
    assert forms(page(metu, METU)) == ["Read the activities now"]

    jobs.execute("UPDATE scrapyd_jobs SET posted_at = now() - interval '5 h 59 min'")
    for who in metu, turkiye:
        shown = page(who, METU)
        assert "It can be asked for once in six hours: again from" in words(shown)
        assert forms(shown) == []
        refused = who.post(f"{METU}/refresh")
        assert refused.status_code == 429
        assert "Please wait for 1 minutes" in refused.text
    assert forms(page(operator, METU)) == ["Read the activities now"]

    jobs.execute("UPDATE scrapyd_jobs SET posted_at = now() - interval '6 h'")
    assert metu.post(f"{METU}/refresh").status_code == 303
