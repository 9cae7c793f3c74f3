"""Jobs that are asked for by the API: who may, for what, how often, and what is posted."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from esn_pulse.web.rules import SENTENCES, Action
from esn_pulse.web.sign_in.people import Belongings
from tests.scheduling.factories import add_job
from tests.web.places import BRNO, IZMIR, METU
from tests.web.problems import problem
from tests.web.programs import JOBS, TRIGGER, Program, with_key
from tests.web.servers import Site
from tests.web.visitors import signed_in

REFRESH = SENTENCES[Action.REFRESH]
POSTED = "SELECT spider, arguments, settings, project FROM scrapyd_jobs ORDER BY id"
AUDIT = "SELECT who, action, what, address FROM web_audit ORDER BY id"


def age(records: psycopg.Connection, hours: float) -> None:
    """Let all jobs have been posted so long ago, and be over."""
    records.execute(
        "UPDATE scrapyd_jobs SET ended_at = now(), posted_at = now() - %s * interval '1 h'",
        [hours],
    )


def test_a_job_is_posted_as_it_was_asked_for(
    operator: Program, records: psycopg.Connection
) -> None:
    answer = operator.trigger(section=METU, full=True)

    assert answer.status_code == 202
    told = answer.json()
    assert answer.headers["Location"] == told["address"] == f"{JOBS}/{told['job']}"
    assert (told["spider"], told["state"], told["outcome"]) == ("activities", "pending", "")
    assert told["arguments"] == {"section": METU, "full": "1"}
    assert records.execute(POSTED).fetchall() == [
        ("activities", told["arguments"], {}, "esn_pulse")
    ]
    assert operator.ask(told["address"]).json() == told
    said = f"{told['job']}: activities -a section=esn-metu -a full=1"
    name = f"key:{operator.key[5:13]}"
    assert records.execute(AUDIT).fetchall() == [(name, "posted a job", said, "127.0.0.1")]


@pytest.mark.parametrize("name", [METU, "tr-anka-met", "odtu", "1"])
def test_a_section_has_one_name_in_jobs(operator: Program, name: str) -> None:
    assert operator.trigger(section=name).json()["arguments"] == {"section": METU}


@pytest.mark.parametrize(
    ("asked", "arguments"),
    [
        ({}, {}),
        ({"country": "TR"}, {"country": "TR"}),
        ({"organisation": "esn-turkiye"}, {"organisation": "esn-turkiye"}),
        ({"organisation": "ESN-Turkiye"}, {"organisation": "esn-turkiye"}),
        ({"organisation": "odtu"}, {"section": METU}),
        ({"spider": "accounts"}, {}),
        ({"spider": "accounts", "country": "CZ"}, {"country": "CZ"}),
        ({"retry_failed": True}, {"retry_failed": "1"}),
        ({"spider": "accounts", "revalidate": True}, {"revalidate": "1"}),
        ({"section": None, "full": False}, {}),
    ],
)
def test_what_an_operator_may_ask_for(
    operator: Program, asked: dict[str, Any], arguments: dict[str, str]
) -> None:
    answer = operator.trigger(**asked)

    assert answer.status_code == 202
    assert answer.json()["arguments"] == arguments
    assert answer.json()["spider"] == asked.get("spider", "activities")


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"spider": "nothing"}, "spider"),
        ({"spider": None}, "spider"),
        ({"limit": 3}, "limit"),
        ({"settings": {"LOG_LEVEL": "DEBUG"}}, "settings"),
        ({"\ud800": 1}, "body"),
        ({"section": METU, "country": "TR"}, "country"),
        ({"section": METU, "organisation": "esn-turkiye"}, "organisation"),
        ({"spider": "accounts", "section": METU}, "section"),
        ({"spider": "accounts", "organisation": "esn-turkiye"}, "organisation"),
        ({"spider": "accounts", "full": True}, "full"),
        ({"retry_failed": True, "section": METU}, "body"),
        ({"retry_failed": True, "revalidate": True}, "body"),
        ({"revalidate": True, "full": True}, "body"),
        ({"section": "esn-bare"}, "section"),
        ({"organisation": "committee"}, "organisation"),
        ({"section": "esn\0metu"}, "section"),
        ({"organisation": "esn\0metu"}, "organisation"),
        ({"organisation": "\ud800"}, "organisation"),
        ({"organisation": ""}, "organisation"),
        ({"section": ""}, "section"),
        ({"section": 1}, "section"),
        ({"section": ["esn-metu"]}, "section"),
        ({"section": "x" * 256}, "section"),
        ({"country": "tr"}, "country"),
        ({"country": "TR\n"}, "country"),
        ({"full": "perhaps"}, "full"),
    ],
)
def test_what_makes_no_sense(
    operator: Program, records: psycopg.Connection, asked: dict[str, Any], parameter: str
) -> None:
    refused: Any = problem(operator.trigger(**asked), 422)

    assert [fault["parameter"] for fault in refused["faults"]] == [parameter]
    assert records.execute(POSTED).fetchall() == []


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (b"", 422, "body"),
        (b"null", 422, "body"),
        (b"[]", 422, "a JSON object is needed"),
        (b'"activities"', 422, "a JSON object is needed"),
        (b"{", 422, "body: it is no JSON"),
        (b'{"spider": "activities"', 422, "body: it is no JSON"),
        (b"spider=activities", 422, "body: it is no JSON"),
        (b'{"spider": "\xff"}', 400, "error parsing the body"),
        (b"[" * 60_000, 400, "error parsing the body"),
        (b'{"spider": "' + b"x" * 70_000 + b'"}', 413, "longer than 64000 bytes"),
    ],
)
def test_what_is_no_body(operator: Program, body: bytes, status: int, detail: str) -> None:
    said = problem(operator.ask(TRIGGER, "POST", body), status)

    assert detail in str(said["detail"])
    assert bool(said["faults"]) == (status == 422)


def test_a_body_is_no_longer_than_it_may_be_whatever_it_says_of_itself(keyed: Site) -> None:
    piece = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    head = [f"POST {TRIGGER} HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", "", ""]
    with keyed.connect() as line:
        line.sendall("\r\n".join(head).encode() + piece * 20)
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_a_form_is_no_json(operator: Program) -> None:
    body = b'{"spider": "accounts"}'
    authorization = {"Authorization": f"Bearer {operator.key}"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    said = problem(operator.site.send_form(TRIGGER, body, **authorization, **form), 422)

    assert "with the header Content-Type: application/json" in str(said["detail"])


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"section": "nowhere"}, "/api/v1/sections"),
        ({"country": "XX"}, "/api/v1/countries"),
        ({"organisation": "nobody"}, "/api/v1/organisations"),
    ],
)
def test_what_does_not_exist(operator: Program, asked: dict[str, str], where: str) -> None:
    assert where in str(problem(operator.trigger(**asked), 404)["detail"])


@pytest.mark.parametrize(
    ("role", "of", "asked", "status"),
    [
        ("local", METU, {"section": METU}, 202),
        ("local", METU, {"section": "odtu", "full": True}, 202),
        ("local", METU, {"organisation": METU}, 202),
        ("local", METU, {"section": IZMIR}, 403),
        ("local", METU, {"country": "TR"}, 403),
        ("local", METU, {"organisation": "esn-turkiye"}, 403),
        ("local", METU, {}, 403),
        ("national", "TR", {"section": METU}, 202),
        ("national", "TR", {"section": IZMIR}, 202),
        ("national", "TR", {"country": "TR"}, 202),
        ("national", "TR", {"spider": "accounts", "country": "TR"}, 202),
        ("national", "TR", {"organisation": "esn-turkiye"}, 202),
        ("national", "TR", {"section": BRNO}, 403),
        ("national", "TR", {"country": "CZ"}, 403),
        ("national", "TR", {"spider": "accounts"}, 403),
        ("reader", "", {"section": METU}, 403),
    ],
)
def test_who_may_ask_for_what(
    keyed: Site,
    places: str,
    records: psycopg.Connection,
    role: Any,
    of: str,
    asked: dict[str, Any],
    status: int,
) -> None:
    answer = with_key(keyed, places, role, of).trigger(**asked)

    assert answer.status_code == status
    if status == 403:
        assert problem(answer, 403)["detail"] == REFRESH
    assert len(records.execute(POSTED).fetchall()) == (status == 202)


@pytest.mark.parametrize("asked", [{"retry_failed": True}, {"revalidate": True}])
def test_repairs_are_for_operators(local: Program, asked: dict[str, bool]) -> None:
    assert problem(local.trigger(**asked), 403)["detail"] == REFRESH


def test_without_a_key_nothing_is_posted(keyed: Site, records: psycopg.Connection) -> None:
    answer = Program(keyed).trigger(section=METU)

    assert str(problem(answer, 401)["detail"]).startswith(REFRESH)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert records.execute(POSTED).fetchall() == []


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_session_is_no_key(
    keyed: Site, places: str, records: psycopg.Connection, method: str
) -> None:
    visitor = signed_in(keyed, places, "operator", Belongings())
    add_job(records, "first")
    path = TRIGGER if method == "POST" else f"{JOBS}/first"
    cookie = {"Cookie": f"esn_pulse_session={visitor.session}"}

    for origin in keyed.url, "https://evil.example":
        answer = Program(keyed).ask(path, method, {"spider": "accounts"}, Origin=origin, **cookie)
        problem(answer, 401)
    assert visitor.get(f"{JOBS}/first").status_code == 200
    assert records.execute("SELECT job, cancelled_at FROM scrapyd_jobs").fetchall() == [
        ("first", None)
    ]


def test_the_same_job_is_posted_once(operator: Program, records: psycopg.Connection) -> None:
    first = operator.trigger(section=METU).headers["Location"]

    for name in METU, "odtu":
        refused = operator.trigger(section=name)
        assert first in str(problem(refused, 409)["detail"])
        assert refused.headers["Location"] == first
    assert operator.trigger(section=METU, full=True).status_code == 202
    age(records, 0)
    assert operator.trigger(section=METU).status_code == 202


def test_of_two_who_ask_at_the_same_time_one_is_told_of_the_other(
    operator: Program, records: psycopg.Connection
) -> None:
    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(operator.trigger, country="TR") for _ in range(4)]
        answers = [one.result() for one in asking]

    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(records.execute(POSTED).fetchall()) == 1


def test_others_than_operators_wait_six_hours(
    keyed: Site, places: str, local: Program, records: psycopg.Connection
) -> None:
    assert local.trigger(section=METU).status_code == 202
    age(records, 5.5)

    for asked in {"section": METU}, {"section": "odtu", "full": True}, {"organisation": METU}:
        refused = local.trigger(**asked)
        detail = str(problem(refused, 429)["detail"])
        assert detail.startswith("This was asked for 5 h 30 min ago, and may be once in 6 hours.")
        assert 1700 < int(refused.headers["Retry-After"]) <= 1800
    national = with_key(keyed, places, "national", "TR")
    assert national.trigger(section=METU).status_code == 429
    assert national.trigger(section=IZMIR).status_code == 202
    assert with_key(keyed, places, "operator").trigger(section=METU).status_code == 202
    age(records, 6.01)
    assert local.trigger(section=METU, full=True).status_code == 202


def test_what_was_read_with_all_of_its_country_waits_too(
    keyed: Site, places: str, local: Program, records: psycopg.Connection
) -> None:
    national = with_key(keyed, places, "national", "TR")
    assert national.trigger(country="TR").status_code == 202

    for asked in {"section": METU}, {"section": IZMIR}:
        assert problem(national.trigger(**asked), 429)
    assert problem(local.trigger(section=METU), 429)
    assert national.trigger(spider="accounts", country="TR").status_code == 202
    age(records, 6.01)
    assert local.trigger(section=METU).status_code == 202


def test_a_job_that_was_cancelled_does_not_count(
    local: Program, operator: Program, records: psycopg.Connection
) -> None:
    address = local.trigger(section=METU).headers["Location"]
    assert operator.ask(address, "DELETE").status_code == 200

    assert local.trigger(section=METU).status_code == 202


def test_what_the_calendar_or_the_command_line_posted_counts_too(
    local: Program, records: psycopg.Connection
) -> None:
    add_job(records, "first", arguments=Jsonb({"section": METU}))

    assert problem(local.trigger(section=METU), 409)
    age(records, 1)
    assert problem(local.trigger(section=METU), 429)
