"""Grafana's dashboard, and what it is provisioned with."""

import json
import subprocess
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.deploy.files import COMPOSE, DEPLOY
from tests.deploy.watchers import DASHBOARD, DASHBOARD_FILE, expressions, panels
from tests.metrics.readings import promtool

GRAFANA: dict[str, Any] = COMPOSE["services"]["grafana"]
PROVISIONING = DEPLOY / "grafana" / "provisioning"


def test_grafana_knows_all_that_the_dashboard_has() -> None:
    register_default_plugins()
    understood = json.loads(JSONEncoder().encode(Dashboard.from_json(DASHBOARD)))

    assert part_of(understood, DASHBOARD) == DASHBOARD


def part_of(found: Any, given: Any) -> Any:
    """Return of what was found that for which there is something given."""
    if isinstance(found, dict) and isinstance(given, dict):
        return {key: part_of(found[key], given[key]) for key in given if key in found}
    if isinstance(found, list) and isinstance(given, list) and len(found) == len(given):
        return [part_of(*pair) for pair in zip(found, given, strict=True)]
    return found


def test_the_file_is_in_order() -> None:
    in_order = json.dumps(DASHBOARD, indent=2, sort_keys=True) + "\n"

    assert DASHBOARD_FILE.read_text() == in_order


def test_nothing_is_of_one_installation() -> None:
    (variable,) = DASHBOARD["templating"]["list"]

    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    assert {panel["datasource"]["uid"] for panel in panels()} == {f"${{{variable['name']}}}"}
    assert "id" not in DASHBOARD


def test_panels_have_their_own_numbers_and_places() -> None:
    taken: Counter[tuple[int, int]] = Counter()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        across = range(place["x"], place["x"] + place["w"])
        assert across.stop <= 24
        taken.update(product(across, range(place["y"], place["y"] + place["h"])))

    assert {*taken.values()} == {1}
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_prometheus_understands_what_it_is_asked(tmp_path: Path) -> None:
    rules = [
        {"record": f"rule{number}", "expr": expression}
        for number, (_, expression, _) in enumerate(expressions())
    ]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))

    assert promtool("check", "rules", str(file)) == ""


def test_it_finds_prometheus_and_the_dashboard() -> None:
    mounted = dict(volume.split(":")[:2] for volume in GRAFANA["volumes"])
    (source,) = provisioned("datasources/prometheus.yaml")["datasources"]
    (provider,) = provisioned("dashboards/esn-pulse.yaml")["providers"]

    assert mounted["./grafana/provisioning"] == "/etc/grafana/provisioning"
    assert mounted["./grafana/dashboards"] == provider["options"]["path"]
    port = COMPOSE["services"]["prometheus"]["ports"][0].split(":")[-1]
    assert source["url"] == f"http://prometheus:{port}"


def provisioned(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROVISIONING / name).read_text())
    return found


@pytest.mark.parametrize(("password", "status"), [("", 1), ("hunter2", 127)])
def test_it_does_not_start_without_a_password(password: str, status: int) -> None:
    # 127: here is no /run.sh that would start it.
    words = [word.replace("$$", "$") for word in GRAFANA["entrypoint"]]
    ended = subprocess.run(
        words,
        env={"GF_SECURITY_ADMIN_PASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == status
    assert ("GRAFANA_PASSWORD is empty: set it in .env" in ended.stderr) == (not password)
