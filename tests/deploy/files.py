"""Reads what ``deploy/`` has."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.conftest import PROJECT

DEPLOY = PROJECT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if "build" in one}
MANIFESTS: list[dict[str, Any]] = [
    manifest
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    for manifest in yaml.safe_load_all(file.read_text())
]
PODS: dict[str, dict[str, Any]] = {
    one["metadata"]["name"]: one["spec"]["template"]["spec"]
    for one in MANIFESTS
    if "template" in one.get("spec", {})
}
UNITS = sorted((DEPLOY / "systemd").glob("esn-pulse-*"))
ENV_EXAMPLE = (DEPLOY / "env.example").read_text()


def instructions(name: str) -> list[str]:
    """Return what follows an instruction of the Dockerfile, wherever it stands there."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")]


def unit_lines(key: str) -> dict[str, list[str]]:
    """Return the values of a unit file's key, in order, by the names of the files that have it."""
    lines = {unit.name: unit.read_text().splitlines() for unit in UNITS}
    found = {
        name: [line.partition("=")[2] for line in text if line.startswith(f"{key}=")]
        for name, text in lines.items()
    }
    return {name: values for name, values in found.items() if values}


def container(pod: str) -> dict[str, Any]:
    """Return the one container of a pod."""
    (only,) = PODS[pod]["containers"]
    return dict(only)


def commands() -> list[list[str]]:
    """Return all that is run, in words: by the image, containers, pods, their checks, the units."""
    of_image = [yaml.safe_load(words) for words in instructions("CMD")]
    of_containers = [service["command"] for service in OURS.values() if "command" in service]
    checks = [service["healthcheck"]["test"][1:] for service in COMPOSE["services"].values()]
    of_pods = [words for pod in PODS for words in _in_pod(container(pod))]
    of_units = [line.split() for lines in unit_lines("ExecStart").values() for line in lines]
    return [*of_image, *of_containers, *checks, *of_pods, *of_units]


def _in_pod(container: dict[str, Any]) -> Iterator[list[str]]:
    yield container["command"]
    hooks = [one for key, one in container.items() if key.endswith("Probe")]
    for hook in (*hooks, *container.get("lifecycle", {}).values()):
        if "exec" in hook:
            yield hook["exec"]["command"]
