"""``scrapy schedule`` and ``scrapy jobs`` with a real node."""

import json
import socket
from typing import Any

import psycopg
import pytest
from scrapy.settings import Settings

from esn_pulse.exceptions import SchedulingError
from esn_pulse.scheduling import client
from esn_pulse.scheduling.client import Nodes
from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village
from tests.node.conftest import StartNode
from tests.node.node import PASSWORD, USER
from tests.web.programs import JOBS, Program
from tests.web.servers import served


def test_a_job_is_posted_and_followed_to_its_end(
    village: Village,
    village_crawled: str,
    start_node: StartNode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def jobs() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            village.scrapy(village_crawled, "jobs", "--json").stdout
        )
        return found

    node = start_node(village_crawled)
    monkeypatch.setenv("SCRAPYD_URL", f"http://127.0.0.1:1 {node.url}")
    words = ("schedule", "activities", "-a", "section=esn-metu", "-s", "RETRY_TIMES=0")
    monkeypatch.setenv("SCRAPYD_USERNAME", USER)
    monkeypatch.setenv("SCRAPYD_PASSWORD", "guessed")
    refused = village.scrapy(village_crawled, *words)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: {node.url} refused the name and password.")

    monkeypatch.setenv("SCRAPYD_PASSWORD", PASSWORD)
    posted = village.scrapy(village_crawled, *words)
    assert posted.returncode == 0, posted.stderr
    (job,) = jobs()
    assert posted.stdout == f"Posted activities to {node.url}: job {job['job']}\n"
    node.wait_for(job["job"])
    (job,) = jobs()
    assert job["state"] == "finished"
    assert job["arguments"] == {"section": "esn-metu"}
    assert job["settings"]["RETRY_TIMES"] == "0"
    assert job["node"] == f"{socket.gethostname()}:{node.port}"
    assert job["outcome"] == f"run {job['run']} completed: finished"

    # What a node says of a job that it has already is relied on when it was too slow to say so.
    monkeypatch.setattr(client, "token_hex", lambda _: job["job"])
    with pytest.raises(SchedulingError, match=rf"refused the job: .*'{job['job']}' already"):
        Nodes(Settings({"SCRAPYD_URL": node.url, "BOT_NAME": "esn_pulse"})).post("accounts", {}, {})


def test_a_job_that_was_asked_for_on_the_web_runs_as_one_of_the_command_line(
    village: Village,
    village_crawled: str,
    start_node: StartNode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node = start_node(village_crawled)
    monkeypatch.setenv("SCRAPYD_URL", node.url)
    monkeypatch.setenv("SCRAPYD_USERNAME", USER)
    monkeypatch.setenv("SCRAPYD_PASSWORD", PASSWORD)
    with psycopg.connect(village_crawled) as connection:
        key = keys.make(connection, NewKey("tests", "operator"), "cli:tests")
    asked = {"spider": "activities", "section": "esn-yildiz", "full": True}

    with served(village_crawled, writing=village_crawled) as site:
        program = Program(site, key)
        posted = program.trigger(**asked)
        assert posted.status_code == 202, posted.text
        node.wait_for(posted.json()["job"])
        told = program.ask(posted.headers["Location"]).json()
        words = ("-a", "section=esn-yildiz", "-a", "full=1")
        scheduled = village.scrapy(village_crawled, "schedule", "activities", *words)
        name = scheduled.stdout.split()[-1]
        node.wait_for(name)
        other = program.ask(f"{JOBS}/{name}").json()

    assert (told["state"], told["node"]) == ("finished", f"{socket.gethostname()}:{node.port}")
    assert told["outcome"] == f"run {told['run']} completed: finished"
    same = ("spider", "arguments", "state", "is_cancelled", "node")
    assert {one: told[one] for one in same} == {one: other[one] for one in same}
    runs = "SELECT status, finish_reason, arguments, sections_processed FROM scraper_status"
    [first, second] = rows(village_crawled, f"{runs} ORDER BY id DESC LIMIT 2")
    assert first == second
