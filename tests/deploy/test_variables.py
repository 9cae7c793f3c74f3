"""The environment variables that ``deploy/`` names are those that something reads."""

import re
from pathlib import Path

import scrapyd

from tests.conftest import PROJECT
from tests.deploy.files import COMPOSE, DEPLOY, ENV_EXAMPLE, instructions, unit_lines

# Read by the database's image; by every program that connects to PostgreSQL; by all; by uv.
FOREIGN = {
    *("POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD"),
    *("PGPASSWORD", "PATH", "HOME", "UV_SYSTEM_CERTS"),
}
NAME = r"\b([A-Z][A-Z_]+)"


def read_somewhere() -> set[str]:
    sources = [*PROJECT.glob("esn_pulse/**/*.py"), *Path(scrapyd.__file__).parent.glob("*.py")]
    reading = re.compile(rf"""(?:environ(?:\.get\(|\[)|getenv\()["']{NAME}""")
    return {name for source in sources for name in reading.findall(source.read_text())} | FOREIGN


def interpolated() -> dict[str, str]:
    """Return the variables that compose.yaml takes from ``.env``, and what if they are missing."""
    return dict(re.findall(rf"\$\{{{NAME}(:[-?][^}}]*)?}}", (DEPLOY / "compose.yaml").read_text()))


def explained() -> dict[str, str]:
    """Return the variables of env.example, and their values."""
    return dict(re.findall(rf"^#?{NAME}=(.*)$", ENV_EXAMPLE, flags=re.MULTILINE))


def in_units() -> set[str]:
    lines = [line for lines in unit_lines("Environment").values() for line in lines]
    return {name for line in lines for name in re.findall(rf"{NAME}=", line)}


def test_every_variable_is_read() -> None:
    in_containers = {n for s in COMPOSE["services"].values() for n in s.get("environment", {})}
    in_image = {name for line in instructions("ENV") for name in re.findall(rf"{NAME}=", line)}
    named = in_containers | in_image | in_units() | explained().keys()

    assert {"DATABASE_URL", "PULSE_DIR", "SCRAPYD_BIND_ADDRESS", "SCRAPYD_USERNAME"} <= named
    assert named <= read_somewhere()


def test_every_variable_is_explained() -> None:
    assert interpolated().keys() <= explained().keys()
    for name in explained():
        before, _, _ = ENV_EXAMPLE.partition(f"{name}=")
        assert before.removesuffix("#").splitlines()[-1].startswith(("# ", "SCRAPYD_USERNAME="))


def test_what_is_secret_is_asked_for_and_never_given() -> None:
    secrets = {name for name in explained() if re.search("PASSWORD|TARGETS", name)}

    assert len(secrets) == 3
    assert {explained()[name] for name in secrets} == {"''"}
    assert {name for name, missing in interpolated().items() if missing.startswith(":?")} == {
        "POSTGRES_PASSWORD",
        "SCRAPYD_PASSWORD",
        "SCRAPYD_USERNAME",
    }
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or value.startswith("${")


def test_units_read_the_same_file() -> None:
    files = unit_lines("EnvironmentFile")

    assert files.keys() == unit_lines("ExecStart").keys()
    assert {tuple(file) for file in files.values()} == {("/etc/esn-pulse.env",)}
    assert "/etc/esn-pulse.env" in ENV_EXAMPLE
