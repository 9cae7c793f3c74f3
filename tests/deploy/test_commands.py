"""What containers and units run exists, and takes the words that it is given."""

import argparse
import ast
import re
import shutil
import subprocess
import time
from importlib import import_module
from pathlib import Path, PurePath

import pytest
from prometheus_client import CollectorRegistry
from scrapy.settings import Settings
from scrapyd.__main__ import ServerOptions
from starlette.middleware import Middleware

from esn_pulse.health import NAMES
from esn_pulse.metrics.pipeline import Told
from esn_pulse.web.rules import Rules
from esn_pulse.web.validators import NotModified
from esn_pulse.web.watching import Access, Watching
from tests.deploy.files import COMPOSE, UNITS, commands, container

# Of other images, and of the base of ours.
FOREIGN = {"pg_isready", "promtool", "wget", "sleep"}


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_exists(words: list[str]) -> None:
    program, arguments = PurePath(words[0]).name, words[1:]
    if program == "scrapyd":
        # In folders that can't be written to.
        options = ServerOptions()
        options.parseOptions(arguments)
        assert options["pidfile"] == ""
    elif program == "esn-pulse":
        command = import_module(f"esn_pulse.commands.{arguments[0]}").Command()
        command.settings = Settings()
        parser = argparse.ArgumentParser()
        command.add_options(parser)
        given = parser.parse_args(arguments[1:])
        assert {*(getattr(given, "check", None) or [])} <= {*NAMES}
    elif program == "python3":
        assert arguments[0] == "-c"
        ast.parse(arguments[1])
    else:
        assert program in FOREIGN


def test_the_webs_check_asks_for_what_there_is() -> None:
    web = COMPOSE["services"]["web"]
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\S+?)\"", web["healthcheck"]["test"][-1])

    assert asked
    assert asked[2] in watched()
    assert web["ports"][0].endswith(f":{asked[1]}")


def test_the_webs_probes_ask_for_what_there_is() -> None:
    web = container("esn-pulse-web")
    asked = {kind: web[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")}

    assert {one["path"] for one in asked.values()} <= watched()
    # A database that is away is no reason to restart the web, but one to send nobody there.
    assert {kind for kind, one in asked.items() if one["path"] == "/readyz"} == {"readiness"}
    assert {one["port"] for one in asked.values()} == {port["name"] for port in web["ports"]}


def watched() -> set[str]:
    access = Access(Rules(is_public=True), None)
    watching = Watching(
        "", lambda: Told([], has_database=False), CollectorRegistry(), access, time.monotonic
    )
    return {route.path for route in watching.routes(Middleware(NotModified))}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.touch(mode=0o755)
    for unit in UNITS:
        text = unit.read_text()
        for words in commands():
            text = text.replace(f"ExecStart={words[0]} ", f"ExecStart={program} ")
        (tmp_path / unit.name).write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", *(unit.name for unit in UNITS)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
