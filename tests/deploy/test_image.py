"""What the image is made of."""

import re
import tomllib

from tests.conftest import PROJECT
from tests.deploy.files import COMPOSE, DEPLOY, OURS, instructions

PINNED = re.compile(r"[\w/]+:(\d+\.\d+(\.\d+)?-[\w.-]+|v?\d+\.\d+\.\d+)")


def test_images_are_pinned() -> None:
    foreign = [s["image"] for s in COMPOSE["services"].values() if "build" not in s]
    (base,) = (arg.removeprefix("BASE=") for arg in instructions("ARG") if arg.startswith("BASE"))

    assert foreign
    assert all(PINNED.fullmatch(image) for image in (*foreign, base))
    assert {line.split()[0] for line in instructions("FROM")} == {"${BASE}"}


def test_it_has_the_extras_that_its_services_need() -> None:
    (given,) = (arg for arg in instructions("ARG") if arg.startswith("EXTRAS="))
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]

    extras = re.findall(r"--extra=(\w+)", given)
    assert extras == ["embedded", "web"]
    assert {*extras} <= project["optional-dependencies"].keys()
    assert any(run.endswith("${EXTRAS}") for run in re.split(" && ", instructions("RUN")[0]))


def test_packages_are_those_of_the_lock() -> None:
    installs = re.findall(r"pip install [^&]*", " && ".join(instructions("RUN")))

    assert len(installs) == 3
    assert all(re.search(r"--constraint requirements\.lock|--no-deps", one) for one in installs)


def test_what_is_copied_exists_and_is_let_through_to_docker() -> None:
    rules = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    let_through = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = [source for line in instructions("COPY") for source in line.split()[:-1]]
    of_project = {source for source in copied if not source.startswith(("--from", "/"))}

    assert "*" in rules
    assert of_project == let_through
    assert all((PROJECT / source).exists() for source in of_project)


def test_it_does_not_run_as_root() -> None:
    assert instructions("USER")[-1] not in {"0", "root"}


def test_what_is_written_is_in_volumes_that_belong_to_its_user() -> None:
    (made,) = (run for run in instructions("RUN") if "install --directory" in run)
    written = re.findall(r"_DIR=(/\w+)", " ".join(instructions("ENV")))
    folders = {
        name: {volume.partition(":")[2] for volume in one.get("volumes", [])}
        for name, one in OURS.items()
    }

    assert len(written) == 3
    assert folders == {"scrapyd": {*written}, "scheduler": {*written}, "web": set()}
    assert all(f" {folder}" in made for folder in written)
    assert all(service["read_only"] for service in OURS.values())


def test_nothing_is_published_but_on_this_machine() -> None:
    services = COMPOSE["services"].items()
    published = {name: port for name, one in services for port in one.get("ports", [])}

    assert published.keys() == {"scrapyd", "web", "prometheus", "grafana"}
    assert all(port.startswith("127.0.0.1:") for port in published.values())
    # As many as nodes may be started on one machine.
    assert re.fullmatch(r"127\.0\.0\.1:6800-68\d\d:6800", published["scrapyd"])
