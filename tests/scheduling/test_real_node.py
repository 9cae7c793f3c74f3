"""The commands with a real Scrapyd node."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from scrapy.settings import Settings

from esn_pulse.exceptions import SchedulingError
from esn_pulse.scheduling import client
from esn_pulse.scheduling.client import Nodes
from tests.conftest import PROJECT, Crawl
from tests.end_to_end.village import wait_until

CREDENTIALS = {"SCRAPYD_USERNAME": "pulse", "SCRAPYD_PASSWORD": "correct horse"}
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def scrapyd(database: str, tmp_path: Path) -> Iterator[str]:
    """Address of a node that fills ``database``'s queue."""
    conf = (PROJECT / "scrapyd.conf").read_text()
    (tmp_path / "scrapyd.conf").write_text(conf.replace("poll_interval = 2", "poll_interval = 0.1"))
    (tmp_path / "scrapy.cfg").write_text((PROJECT / "scrapy.cfg").read_text())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "SCRAPYD_HTTP_PORT": str(port),
        "DATABASE_URL": database,
        "PULSE_DIR": str(tmp_path),
        "PYTHONPATH": str(PROJECT),
        "ESN_ACCOUNTS_URL": NOWHERE,
    }
    command = [sys.executable, "-m", "scrapyd", "--pidfile="]
    with (
        (tmp_path / "out").open("w") as out,
        subprocess.Popen(
            command,
            cwd=tmp_path,
            env=os.environ | CREDENTIALS | environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            wait_until(lambda: process.poll() is None and answers(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def answers(port: int) -> bool:
    with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def jobs(crawl: Crawl, database: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(crawl("jobs", "--json", DATABASE_URL=database).stdout)
    return found


def test_a_job_is_posted_and_followed_to_its_end(
    scrapyd: str,
    crawl: Crawl,
    database: str,
    connection: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = {"SCRAPYD_URL": f"{NOWHERE} {scrapyd}"}
    words = ("accounts", "-a", "country=tr", "-s", "RETRY_TIMES=0")
    wrong = {"SCRAPYD_USERNAME": "pulse", "SCRAPYD_PASSWORD": "guessed"}
    refused = crawl("schedule", *words, **url, **wrong)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: {scrapyd} refused the name and password.")

    posted = crawl("schedule", *words, **url, **CREDENTIALS)
    assert posted.returncode == 0, posted.stderr
    (job,) = jobs(crawl, database)
    assert posted.stdout == f"Posted accounts to {scrapyd}: job {job['job']}\n"
    wait_until(
        lambda: connection.execute("SELECT ended_at FROM scrapyd_jobs").fetchone() != (None,)
    )
    (job,) = jobs(crawl, database)
    assert job["state"] == "finished"
    assert (job["arguments"], job["settings"]["RETRY_TIMES"]) == ({"country": "tr"}, "0")
    assert job["node"] == f"{socket.gethostname()}:{scrapyd.rpartition(':')[2]}"
    assert job["outcome"].startswith(f"run {job['run']} failed: the start page could not be read")

    # What a node says of a job that it has already is relied on when it was too slow to say so.
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(client, "token_hex", lambda _: job["job"])
    with pytest.raises(SchedulingError, match=rf"refused the job: .*'{job['job']}' already"):
        Nodes(Settings({"SCRAPYD_URL": scrapyd, "BOT_NAME": "esn_pulse"})).post("accounts", {}, {})
