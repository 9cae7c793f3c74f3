"""Jobs as the API tells of them: to whom, what, and how they are cancelled."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from esn_pulse.analysis.scope import Scope
from esn_pulse.web.api import jobs as api_jobs
from esn_pulse.web.jobs import trigger
from esn_pulse.web.rules import SENTENCES, Action
from tests.scheduling.factories import add_job, add_run
from tests.web.places import BRNO, IZMIR, METU
from tests.web.problems import problem
from tests.web.programs import JOBS, Program, with_key
from tests.web.servers import Site

BEGAN, ENDED = "2026-01-12T04:02:00Z", "2026-01-12T05:00:00Z"
TAKEN = {"node": "cork:6800", "posted_at": BEGAN, "started_at": BEGAN, "taken_at": BEGAN}
OF = {
    "network": {},
    "repair": {"retry_failed": "1"},
    "part": {"part": "1/2"},
    "metu": {"section": METU, "full": "1"},
    "odtu": {"section": "odtu"},
    "izmir": {"section": IZMIR},
    "brno": {"section": BRNO},
    "turkiye": {"country": "tr"},
    "national": {"organisation": "esn-turkiye"},
    "of metu": {"organisation": METU},
    "gone": {"section": "esn-gone"},
    "nowhere": {"country": "XX"},
    "nobody": {"organisation": "nobody"},
}
TURKISH = {"metu", "odtu", "izmir", "turkiye", "national", "of metu"}
TOLD: list[tuple[Any, str, set[str]]] = [
    ("operator", "", {*OF}),
    ("national", "TR", TURKISH),
    ("national", "CZ", {"brno"}),
    ("local", METU, {"metu", "odtu", "of metu"}),
    ("local", BRNO, {"brno"}),
    ("reader", "", set()),
]


@pytest.fixture
def jobs(records: psycopg.Connection) -> None:
    """Some jobs that wait."""
    for name, arguments in OF.items():
        add_job(records, name, arguments=Jsonb(arguments))


@pytest.mark.parametrize(("role", "of", "told"), TOLD)
def test_who_is_told_of_which(
    keyed: Site, places: str, jobs: None, role: Any, of: str, told: set[str]
) -> None:
    program = with_key(keyed, places, role, of)
    answers = {name: program.ask(f"{JOBS}/{name}") for name in OF}

    assert {name for name, answer in answers.items() if answer.status_code == 200} == told
    for name in OF.keys() - told:
        assert problem(answers[name], 404)["detail"] == f"There is nothing at {JOBS}/{name}."
    listed = program.ask(JOBS)
    if role == "reader":
        problem(listed, 404)
    else:
        assert {one["job"] for one in listed.json()["rows"]} == told


def test_nobody_else_is_told_of_any(keyed: Site, jobs: None) -> None:
    for path in JOBS, f"{JOBS}/metu", f"{JOBS}/nothing":
        said = problem(Program(keyed).ask(path), 401)
        assert str(said["detail"]).startswith(SENTENCES[Action.FOLLOW_JOB])


def test_a_job_that_there_is_not_is_like_one_of_others(local: Program, jobs: None) -> None:
    there, nowhere = (local.ask(f"{JOBS}/{name}") for name in ("izmir", "nothing"))

    assert there.text.replace("izmir", "nothing") == nowhere.text
    assert there.status_code == nowhere.status_code == 404


def test_what_became_of_a_job(
    operator: Program, local: Program, records: psycopg.Connection
) -> None:
    of = Jsonb({"section": METU})
    add_job(records, "7", arguments=of, **TAKEN, ended_at=ENDED)
    run = add_run(records, BEGAN, job="7")

    told = operator.ask(f"{JOBS}/7")

    assert told.headers["Cache-Control"] == "private, no-store"
    expected = {
        "job": "7",
        "address": f"{JOBS}/7",
        "spider": "activities",
        "arguments": {"section": METU},
        "state": "finished",
        "is_cancelled": False,
        "posted_at": BEGAN,
        "started_at": BEGAN,
        "ended_at": ENDED,
        "outcome": f"run {run} completed: finished",
        "run": run,
        "node": "cork:6800",
    }
    assert told.json() == expected
    assert local.ask(f"{JOBS}/7").json() == expected | {"node": None}


def test_which_node_had_it_is_not_told_in_another_way(
    local: Program, records: psycopg.Connection
) -> None:
    add_job(records, "7", arguments=Jsonb({"section": METU}), **TAKEN, ended_at=ENDED)

    assert "cork" not in local.ask(f"{JOBS}/7").text


def test_jobs_are_listed_as_csv_too(operator: Program, records: psycopg.Connection) -> None:
    add_job(records, "7", arguments=Jsonb({"section": METU, "full": "1"}))

    head, line = operator.ask(f"{JOBS}?format=csv").text.splitlines()

    assert head.startswith("job,address,spider,arguments,state")
    assert line.startswith("7,/api/v1/jobs/7,activities,full=1; section=esn-metu,pending")


def test_a_list_has_as_many_as_were_asked_for(operator: Program, jobs: None) -> None:
    assert len(operator.ask(f"{JOBS}?limit=3").json()["rows"]) == 3
    for limit in 0, 101:
        problem(operator.ask(f"{JOBS}?limit={limit}"), 422)


def test_what_many_jobs_read_is_looked_up_once(
    operator: Program, local: Program, records: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        add_job(records, f"{number}", arguments=Jsonb({"section": METU}))
        add_job(records, f"{number} of another", arguments=Jsonb({"section": BRNO}))
    looked_up: list[dict[str, str]] = []

    def concerned(reading: psycopg.Connection, arguments: dict[str, str]) -> Scope:
        looked_up.append(arguments)
        return trigger.concerned(reading, arguments)

    monkeypatch.setattr(api_jobs, "concerned", concerned)
    assert len(operator.ask(JOBS).json()["rows"]) == 10
    assert looked_up == []
    assert [one["job"] for one in local.ask(f"{JOBS}?limit=2").json()["rows"]] == ["4", "3"]
    assert len(looked_up) == 2


def test_an_operator_cancels_a_job(
    operator: Program, records: psycopg.Connection, jobs: None
) -> None:
    running = {"leased_until": "infinity", "attempts": 1}
    add_job(records, "running", **TAKEN, **running)

    for job, state, outcome in [
        ("metu", "finished", "cancelled before it began"),
        ("running", "running", "being cancelled"),
    ]:
        told = operator.ask(f"{JOBS}/{job}", "DELETE")
        assert told.status_code == 200
        said = told.json()
        assert (said["state"], said["outcome"], said["is_cancelled"]) == (state, outcome, True)
    found = records.execute("SELECT who, action, what, address FROM web_audit ORDER BY id")
    who = f"key:{operator.key[5:13]}"
    assert found.fetchall() == [
        (who, "cancelled a job", job, "127.0.0.1") for job in ("metu", "running")
    ]


def test_what_is_over_can_not_be_cancelled(operator: Program, records: psycopg.Connection) -> None:
    add_job(records, "7", **TAKEN, ended_at=ENDED)

    said = problem(operator.ask(f"{JOBS}/7", "DELETE"), 409)
    assert said["detail"] == "The job has ended; there is nothing to cancel."
    problem(operator.ask(f"{JOBS}/8", "DELETE"), 404)
    assert records.execute("SELECT FROM web_audit").fetchall() == []


@pytest.mark.parametrize(("role", "of"), [("local", METU), ("national", "TR"), ("reader", "")])
def test_others_cancel_none(
    keyed: Site, places: str, records: psycopg.Connection, jobs: None, role: Any, of: str
) -> None:
    program = with_key(keyed, places, role, of)
    for job in "metu", "brno", "nothing":
        said = problem(program.ask(f"{JOBS}/{job}", "DELETE"), 403)
        assert said["detail"] == SENTENCES[Action.OPERATE]
    cancelled = "SELECT FROM scrapyd_jobs WHERE cancelled_at IS NOT NULL"
    assert records.execute(cancelled).fetchall() == []


@pytest.mark.parametrize("name", ["'; --", "%00", "x" * 101, "%ff", "..%2f..", "esn%20metu"])
def test_what_is_no_name_of_a_job(operator: Program, name: str) -> None:
    for method in "GET", "DELETE":
        answer = operator.ask(f"{JOBS}/{name}", method)
        problem(answer, answer.status_code)
        assert answer.status_code in {404, 422}
