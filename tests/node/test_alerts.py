"""A real Prometheus watches a node, and tells when that, or the database, is killed."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import ANY

import pytest
import requests
import yaml

from sample.sites.faults import Fault
from tests.deploy.watchers import PROMETHEUS, RULES_FILE
from tests.end_to_end.village import Village, wait_until
from tests.node.conftest import StartNode
from tests.node.node import PASSWORD, USER, free_port
from tests.web.servers import served
from tests.web.test_database_away import relayed


def test_a_node_and_a_database_that_are_killed_raise_alerts(
    village: Village,
    village_crawled: str,
    start_node: StartNode,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SCRAPYD_USERNAME", USER)
    monkeypatch.setenv("SCRAPYD_PASSWORD", PASSWORD)
    node = start_node(village_crawled, lease=3)
    with (
        ExitStack() as way,
        served(
            way.enter_context(relayed(village_crawled, Event())),
            # By this clock each answer is too old to be given again.
            count(0.0, 60.0).__next__,
            WEB_METRICS_OPEN="1",
            SCRAPYD_URL=node.url,
            BACKUPS_DIR="/nowhere/at/all",
        ) as site,
        watching(site.url.removeprefix("http://"), tmp_path) as prometheus,
    ):
        village.site.add_fault(Fault(kind="slow", seconds=50, path="/statistics"))
        node.schedule("activities")
        village.wait_until_asked("/statistics")
        wait_until(lambda: prometheus.tells('esn_pulse_jobs{state="running"} == 1'))
        wait_until(lambda: prometheus.alerts() == {})

        node.kill()
        silent = f"The node {node.url} does not answer"
        wait_until(lambda: prometheus.alerts() == {"NodeDied": ANY, "NodeSilent": silent})

        way.close()
        wait_until(lambda: "DatabaseAway" in prometheus.alerts())


class Prometheus:
    """A running Prometheus."""

    def __init__(self, url: str) -> None:
        self._url = url

    def tells(self, expression: str) -> bool:
        """Tell whether an expression has a value."""
        return bool(self._ask("query", query=expression)["result"])

    def alerts(self) -> dict[str, str]:
        """Return the alerts that have come, and their summaries."""
        return {
            alert["labels"]["alertname"]: alert["annotations"]["summary"]
            for alert in self._ask("alerts")["alerts"]
            if alert["state"] == "firing"
        }

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self._url}/-/ready", timeout=10).ok
        except requests.ConnectionError:
            return False

    def _ask(self, what: str, **values: str) -> Any:
        answer = requests.get(f"{self._url}/api/v1/{what}", params=values, timeout=10)
        return answer.json()["data"]


@contextmanager
def watching(target: str, folder: Path) -> Iterator[Prometheus]:
    """Let a Prometheus with the project's rules watch a web."""
    program = shutil.which("prometheus")
    if not program:
        pytest.skip("there is no prometheus (apt-get install --no-install-recommends prometheus)")
    address = f"127.0.0.1:{free_port()}"
    words = [
        program,
        f"--config.file={hurried(target, folder)}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address={address}",
    ]
    with (
        (folder / "prometheus.log").open("wb") as log,
        subprocess.Popen(words, stdout=log, stderr=log) as running,
    ):
        try:
            prometheus = Prometheus(f"http://{address}")
            wait_until(prometheus.is_ready)
            yield prometheus
        finally:
            running.kill()


def hurried(target: str, folder: Path) -> Path:
    """Write the project's configuration with another target, and hardly any waits."""
    config = yaml.safe_load(PROMETHEUS.read_text())
    config["global"] = {
        "scrape_interval": "2s",
        "scrape_timeout": "2s",
        "evaluation_interval": "1s",
    }
    config["scrape_configs"][0]["static_configs"] = [{"targets": [target]}]
    (folder / PROMETHEUS.name).write_text(yaml.safe_dump(config))
    rules = RULES_FILE.read_text().replace("for: 2m", "for: 1s")
    (folder / RULES_FILE.name).write_text(rules)
    return folder / PROMETHEUS.name
