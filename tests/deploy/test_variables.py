"""The environment variables that ``deploy/`` names are those that something reads."""

import re
from pathlib import Path

import scrapyd

from esn_pulse.web.settings import _CLIENT
from tests.conftest import PROJECT
from tests.deploy.files import (
    COMPOSE,
    DEPLOY,
    ENV_EXAMPLE,
    MANIFESTS,
    OURS,
    PODS,
    container,
    instructions,
    unit_lines,
)

# Read by the database's image; by every program that connects to PostgreSQL; by all; by uv; by
# Docker Compose, for itself and for Grafana.
FOREIGN = {
    *("POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD"),
    *("PGPASSWORD", "PATH", "HOME", "UV_SYSTEM_CERTS", "COMPOSE_PROFILES", "GRAFANA_PASSWORD"),
}
SECRET = "PASSWORD|TARGETS|DATABASE_URL|SECRET"
OF_DOCKER = {"POSTGRES_PASSWORD", "GRAFANA_PASSWORD"}
NAME = r"\b([A-Z][A-Z_]+)"


def read_somewhere() -> set[str]:
    sources = [*PROJECT.glob("esn_pulse/**/*.py"), *Path(scrapyd.__file__).parent.glob("*.py")]
    reading = re.compile(rf"""(?:environ(?:\.get\(|\[)|getenv\()["']{NAME}""")
    return (
        {name for source in sources for name in reading.findall(source.read_text())}
        | FOREIGN
        | {*_CLIENT}
    )


def interpolated() -> dict[str, str]:
    """Return the variables that compose.yaml takes from ``.env``, and what if they are missing."""
    return dict(re.findall(rf"\$\{{{NAME}(:?[-?][^}}]*)?}}", (DEPLOY / "compose.yaml").read_text()))


def explained() -> dict[str, str]:
    """Return the variables of env.example, and their values."""
    return dict(re.findall(rf"^#?{NAME}=(.*)$", ENV_EXAMPLE, flags=re.MULTILINE))


def in_units() -> set[str]:
    lines = [line for lines in unit_lines("Environment").values() for line in lines]
    return {name for line in lines for name in re.findall(rf"{NAME}=", line)}


def in_pods() -> set[str]:
    maps = [one["data"].keys() for one in MANIFESTS if one["kind"] == "ConfigMap"]
    given = [variable["name"] for pod in PODS for variable in container(pod).get("env", [])]
    return {name for names in maps for name in names} | {*given}


def test_every_variable_is_read() -> None:
    in_containers = {name for service in OURS.values() for name in service["environment"]}
    in_image = {name for line in instructions("ENV") for name in re.findall(rf"{NAME}=", line)}
    named = in_containers | in_image | in_units() | in_pods() | explained().keys()

    assert {"DATABASE_URL", "PULSE_DIR", "SCRAPYD_BIND_ADDRESS", "SCRAPYD_USERNAME"} <= named
    assert named <= read_somewhere()


def test_every_variable_is_explained() -> None:
    assert interpolated().keys() <= explained().keys()
    for name in explained():
        before, _ = re.split(rf"^#?{name}=", ENV_EXAMPLE, flags=re.MULTILINE)
        assert before.splitlines()[-1].startswith(("# ", "SCRAPYD_USERNAME="))


def test_what_is_secret_is_asked_for_and_never_given() -> None:
    secrets = {name for name in explained() if re.search(SECRET, name)} - {"DATABASE_URL"}

    assert len(secrets) == 7
    assert {explained()[name] for name in secrets} == {"''"}
    assert {name for name, missing in interpolated().items() if missing.startswith(":?")} == {
        "POSTGRES_PASSWORD",
        "SCRAPYD_PASSWORD",
        "SCRAPYD_USERNAME",
    }
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or value.startswith("${")


def test_the_web_has_no_secrets_but_its_own() -> None:
    own = {"WEB_DATABASE_URL", "WEB_WRITING_DATABASE_URL", "ESN_CLIENT_SECRET"}
    of_container = COMPOSE["services"]["web"]["environment"]
    (kept_from_unit,) = unit_lines("UnsetEnvironment")["esn-pulse-web.service"]
    of_units = {name for name in explained() if re.search(SECRET, name)} - OF_DOCKER

    assert {name for name in of_container if re.search(SECRET, name)} == own
    assert of_units - {*kept_from_unit.split()} == own
    for unit, (kept, *_) in unit_lines("UnsetEnvironment").items():
        assert unit == "esn-pulse-web.service" or kept == "ESN_CLIENT_SECRET"


def test_every_setting_of_the_web_is_explained() -> None:
    settings = re.findall(r"^(WEB_\w+) =", (PROJECT / "esn_pulse/settings.py").read_text(), re.M)

    assert {*settings} - {"WEB_HOST"} <= explained().keys()


def test_units_read_the_same_file() -> None:
    files = unit_lines("EnvironmentFile")

    assert files.keys() == unit_lines("ExecStart").keys()
    assert {tuple(file) for file in files.values()} == {("/etc/esn-pulse.env",)}
    assert "/etc/esn-pulse.env" in ENV_EXAMPLE
