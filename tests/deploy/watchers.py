"""What Prometheus and Grafana are given."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.deploy.files import DEPLOY

PROMETHEUS = DEPLOY / "prometheus" / "prometheus.yml"
RULES_FILE = DEPLOY / "prometheus" / "rules.yml"
DASHBOARD_FILE = DEPLOY / "grafana" / "dashboards" / "esn-pulse.json"
DASHBOARD: dict[str, Any] = json.loads(DASHBOARD_FILE.read_text())
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES_FILE.read_text())["groups"] for rule in group["rules"]
]


def panels() -> list[dict[str, Any]]:
    """Return the panels that show something."""
    return [one for one in DASHBOARD["panels"] if one["type"] != "row"]


def expressions() -> Iterator[tuple[str, str, str]]:
    """Yield where an expression is, the expression, and the text that is filled in from it."""
    for rule in RULES:
        yield rule["alert"], rule["expr"], " ".join(rule["annotations"].values())
    for panel in panels():
        for target in panel["targets"]:
            where = f"{panel['title']} {target['refId']}"
            # Grafana fills in how far back a rate looks.
            expression = re.sub(r"\$__rate_interval", "5m", target["expr"])
            yield where, expression, target.get("legendFormat", "")
