"""Reads what ``deploy/`` has."""

import re
from typing import Any

import yaml

from tests.conftest import PROJECT

DEPLOY = PROJECT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
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


def commands() -> list[list[str]]:
    """Return all that is run, in words: by the image, the containers, their checks, the units."""
    of_image = [yaml.safe_load(words) for words in instructions("CMD")]
    services = COMPOSE["services"].values()
    of_containers = [service["command"] for service in services if "command" in service]
    checks = [service["healthcheck"]["test"][1:] for service in services]
    of_units = [line.split() for lines in unit_lines("ExecStart").values() for line in lines]
    return [*of_image, *of_containers, *checks, *of_units]
