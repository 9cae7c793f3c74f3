"""Jobs that operators post and cancel, each after a question."""

import psycopg
import pytest

from tests.scheduling.factories import add_job
from tests.web.operations.operator import NAME, Operator, said
from tests.web.recorded import audited, posted

LONG = "x" * 10_000


@pytest.fixture(autouse=True)
def _metu_has_a_page(tables: psycopg.Connection) -> None:
    tables.execute("UPDATE sections SET can_scrape_activities = TRUE WHERE name = 'ESN METU'")


@pytest.mark.parametrize(
    ("asked", "arguments"),
    [
        ({"spider": "accounts"}, {}),
        ({"spider": "activities", "how": "full"}, {"full": "1"}),
        ({"spider": "activities", "section": "acc-esn-metu"}, {"section": "esn-metu"}),
        ({"spider": "activities", "country": "tr", "section": ""}, {"country": "TR"}),
        ({"spider": "accounts", "how": "retry_failed"}, {"retry_failed": "1"}),
        ({"spider": "activities", "how": "revalidate"}, {"revalidate": "1"}),
    ],
    ids=str,
)
def test_what_is_asked_for_is_posted_after_a_question(
    operator: Operator,
    tables: psycopg.Connection,
    asked: dict[str, str],
    arguments: dict[str, str],
) -> None:
    question = operator.page("/jobs/ask", **asked)
    assert posted(tables) == []
    told = "".join(f" -a {name}={value}" for name, value in arguments.items())
    assert f"{asked['spider']}{told}. " in said(question)

    answer = operator.confirm(question)

    assert posted(tables) == [(asked["spider"], arguments)]
    [(job,)] = tables.execute("SELECT job FROM scrapyd_jobs").fetchall()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/jobs/{job}")
    assert audited(tables) == [(NAME, "posted a job", f"{job}: {asked['spider']}{told}")]


def test_one_that_waits_or_runs_already_is_led_to(
    operator: Operator, tables: psycopg.Connection
) -> None:
    question = operator.page("/jobs/ask", spider="accounts")
    add_job(tables, "first", spider="accounts")

    answer = operator.confirm(question)
    assert answer.status_code == 409
    assert 'href="/jobs/first"' in answer.text

    again = operator.page("/jobs/ask", spider="accounts")
    assert not again.css("main form")
    assert "waits or runs already" in said(again)
    assert "/jobs/first" in again.css("main a::attr(href)").getall()
    assert len(posted(tables)) == 1
    assert audited(tables) == []


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ({"spider": "sections"}, 422, "'accounts' or 'activities'"),
        ({"spider": "accounts", "how": "slowly"}, 422, "how"),
        ({"spider": "accounts", "section": "esn-metu"}, 422, "section"),
        ({"spider": "activities", "section": "bare"}, 422, "no page on activities.esn.org"),
        ({"spider": "activities", "section": "esn-nobody"}, 404, "esn-nobody"),
        ({"spider": "activities", "section": "<b>'; --"}, 404, "<b>'; --"),
        ({"spider": "activities", "country": "XX"}, 404, "XX"),
        ({"spider": "activities", "country": "Türkiye"}, 422, "two capital letters"),
        ({"spider": "activities", "country": "TR", "section": "esn-metu"}, 422, "one of them"),
        ({"spider": "activities", "section": "esn-metu", "how": "revalidate"}, 422, "stand alone"),
        ({"spider": "activities", "section": LONG}, 422, "255"),
        ({"spider": "activities", "section": "a\0b"}, 422, ""),
        ({"spider": "activities", "country": "T\0"}, 422, ""),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    operator: Operator,
    tables: psycopg.Connection,
    asked: dict[str, str],
    status: int,
    reason: str,
) -> None:
    assert reason in said(operator.page("/jobs/ask", status, **asked))
    assert operator.visitor.post("/operations/jobs", asked).status_code == status
    assert posted(tables) == []


def test_a_job_that_waits_is_cancelled_after_a_question(
    operator: Operator, tables: psycopg.Connection
) -> None:
    add_job(tables, "waits", spider="accounts")
    question = operator.page("/jobs/waits/cancel")
    assert "waits: accounts." in said(question)

    answer = operator.confirm(question)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs/waits")
    [(ended, cancelled)] = tables.execute(
        "SELECT ended_at IS NOT NULL, cancelled_at IS NOT NULL FROM scrapyd_jobs"
    ).fetchall()
    assert (ended, cancelled) == (True, True)
    assert audited(tables) == [(NAME, "cancelled a job", "waits")]
    assert operator.confirm(question).status_code == 409


def test_there_is_nothing_to_cancel_of_a_job_that_is_none(operator: Operator) -> None:
    assert "nothing" in said(operator.page("/jobs/nothing/cancel", 404))
    assert operator.visitor.post("/operations/jobs/nothing/cancel").status_code == 404
