"""Posting to Scrapyd nodes, and what is said of each failure."""

import json

import pytest
from scrapy.settings import Settings

from esn_pulse.exceptions import ConfigurationError, SchedulingError
from esn_pulse.fetching.proxies import spare_loopback
from esn_pulse.scheduling import client
from esn_pulse.scheduling.client import Nodes, Posted
from tests.scheduling.fake_node import FakeNode

NOBODY = "http://127.0.0.1:1"


def nodes(*urls: str) -> Nodes:
    return Nodes(Settings({"SCRAPYD_URL": " ".join(urls), "BOT_NAME": "esn_pulse"}))


def refusal(*urls: str) -> str:
    with pytest.raises(SchedulingError) as refused:
        nodes(*urls).post("activities", {}, {})
    return str(refused.value)


def test_a_job_is_posted_with_its_arguments_and_settings(node: FakeNode) -> None:
    settings = {"LOG_LEVEL": "DEBUG", "RETRY_TIMES": "1"}
    posted = nodes(f"{node.url}/").post("activities", {"country": "tr", "full": "1"}, settings)

    assert node.posted == [
        {
            "path": ["/schedule.json"],
            "project": ["esn_pulse"],
            "spider": ["activities"],
            "jobid": [posted.job],
            "country": ["tr"],
            "full": ["1"],
            "setting": ["LOG_LEVEL=DEBUG", "RETRY_TIMES=1"],
        }
    ]
    assert posted.node == node.url
    assert node.credentials == ["pulse:correct horse"]


def test_name_and_password_may_have_any_letters(
    node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRAPYD_USERNAME", "müdür")
    monkeypatch.setenv("SCRAPYD_PASSWORD", "şifre:€@/")

    nodes(node.url).post("activities", {}, {})

    assert node.credentials == ["müdür:şifre:€@/"]


def test_without_an_address_it_is_scrapyds_own() -> None:
    for nothing in None, "", "  ":
        (only,) = Nodes(Settings({"SCRAPYD_URL": nothing, "BOT_NAME": "esn_pulse"}))._nodes
        assert only.name == "http://localhost:6800"


def test_it_is_named_without_its_password_and_ipv6_with_its_brackets() -> None:
    (only,) = Nodes(Settings({"SCRAPYD_URL": "http://a:b@[::1]:6800/", "BOT_NAME": ""}))._nodes
    assert only.name == "http://[::1]:6800"


def test_a_node_on_this_machine_is_not_asked_by_a_proxy(
    node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "elsewhere.test")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    spare_loopback()

    nodes(node.url.replace("127.0.0.1", "localhost")).post("activities", {}, {})

    assert len(node.posted) == 1
    with pytest.raises(SchedulingError):
        nodes("http://node.test").post("activities", {}, {})


def test_the_first_node_that_answers_gets_the_job(node: FakeNode, other_node: FakeNode) -> None:
    other_node.answers("<h1>Bad Gateway</h1>", status=502)

    assert nodes(NOBODY, other_node.url, node.url).post("accounts", {}, {}).node == node.url
    assert nodes(node.url, other_node.url).post("accounts", {}, {}).node == node.url
    assert (len(node.posted), len(other_node.posted)) == (2, 1)


def test_the_order_may_begin_with_another_node(node: FakeNode, other_node: FakeNode) -> None:
    both = nodes(node.url, other_node.url, NOBODY)

    assert both.post("activities", {}, {}, first=1).node == other_node.url
    assert both.post("activities", {}, {}, first=2).node == node.url


def test_a_node_that_refuses_has_answered(node: FakeNode, other_node: FakeNode) -> None:
    node.refuses("project 'esn_pulse' not found")

    said = refusal(node.url, other_node.url)

    assert said.startswith(f"{node.url} refused the job: project 'esn_pulse' not found. ")
    assert "scrapyd-deploy" in said
    assert other_node.posted == []


def test_a_wrong_password_is_told_without_it(node: FakeNode) -> None:
    node.answers("Unauthorized", status=401)

    said = refusal(node.url)

    assert said.startswith(f"{node.url} refused the name and password. Set SCRAPYD_USERNAME")
    assert "correct horse" not in said


@pytest.mark.parametrize(
    "body", ["<h1>Hello</h1>", "[]", "{}", '{"status": "so la la"}', '{"status": "ok"}', "1", ""]
)
def test_what_is_no_node_is_told(node: FakeNode, body: str) -> None:
    node.answers(body)

    assert refusal(node.url).startswith(f"{node.url} answers what Scrapyd would not. Check")


def test_when_no_node_answers_each_is_named() -> None:
    said = refusal(NOBODY, "http://me:hunter2@127.0.0.1:2/scrapyd")

    assert said.startswith(
        "http://127.0.0.1:1 does not answer; http://127.0.0.1:2/scrapyd does not answer. Check"
        " SCRAPYD_URL"
    )
    assert "hunter2" not in said


@pytest.mark.parametrize("url", ["me:hunter2@host", "ftp://host", "http://", "http://host:many"])
def test_what_is_no_address_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match="http://localhost:6800") as told:
        nodes("http://localhost:6800", url)
    assert "SCRAPYD_URL" in str(told.value)
    assert "hunter2" not in str(told.value)


def test_a_node_that_is_too_slow_is_given_up(
    node: FakeNode, other_node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_PATIENCE", (5, 2))
    node.may_answer.clear()

    assert refusal(node.url).startswith(f"{node.url} does not answer in time. Check")
    assert nodes(node.url, other_node.url).post("accounts", {}, {}).node == other_node.url


def test_a_job_that_the_slow_node_has_queued_is_not_posted_twice(
    node: FakeNode, other_node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_PATIENCE", (5, 2))
    node.may_answer.clear()

    def has_it(form: dict[str, list[str]]) -> tuple[int, str]:
        message = f"ValueError: there has been a job '{form['jobid'][0]}' already; choose another"
        return 200, json.dumps({"status": "error", "message": message})

    other_node.answer = has_it

    posted = nodes(node.url, other_node.url).post("accounts", {}, {})

    assert posted == Posted(other_node.url, node.posted[0]["jobid"][0])
    assert "already" in refusal(other_node.url)  # a job that nobody was too slow for
