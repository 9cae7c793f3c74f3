"""One node as ``scrapyd.conf`` has it: deployed to, told over HTTP what to run, and cancelled."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
import requests

from sample.sites.faults import Fault
from tests.conftest import PROJECT
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village
from tests.node.conftest import StartNode
from tests.node.node import PASSWORD, USER, Node

OUTCOMES = "SELECT job, status, finish_reason, arguments FROM scraper_status ORDER BY id"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, as deploying leaves its traces; a third spider is only there."""
    copy = tmp_path_factory.mktemp("deployed") / "project"
    shutil.copytree(
        PROJECT, copy, ignore=shutil.ignore_patterns(".*", "tests", "bench", "build", "*.egg-info")
    )
    spider = "class Third(AccountsSpider):\n    name = 'third'\n"
    (copy / "esn_pulse/spiders/third.py").write_text(
        f"from esn_pulse.spiders.accounts import AccountsSpider\n{spider}"
    )
    return copy


def deploy(project: Path, node: Node) -> subprocess.CompletedProcess[str]:
    """Deploy as a user does, but for the address, which is not the usual one."""
    settings = (PROJECT / "scrapy.cfg").read_text()
    (project / "scrapy.cfg").write_text(settings.replace("http://localhost:6800", node.url))
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "scrapyd_client.deploy"],
        cwd=project,
        env=node.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_what_is_deployed_is_what_runs(
    village: Village,
    empty_database: str,
    village_content: Content,
    start_node: StartNode,
    project: Path,
) -> None:
    node = start_node(empty_database, runner="esn_pulse.node.runner")

    deployed = deploy(project, node)

    assert '"status": "ok"' in deployed.stdout, deployed.stdout + deployed.stderr
    assert '"spiders": 3' in deployed.stdout, deployed.stdout
    accounts = node.schedule("third")
    node.wait_for(accounts)
    version = str(json.loads(deployed.stdout)["version"])
    settings = ["CLOSESPIDER_ITEMCOUNT=0", "LOG_LEVEL=DEBUG"]
    activities = node.schedule("activities", settings=settings, full="1", _version=version)
    node.wait_for(activities)
    found = rows(empty_database, OUTCOMES)
    assert found == [
        (accounts, "completed", "finished", {}),
        (activities, "completed", "finished", {"full": "1"}),
    ], log_of(node, activities)
    assert differences(content(empty_database), village_content) == []
    assert "'CLOSESPIDER_ITEMCOUNT': '0'" in log_of(node, activities)
    [egg] = node.folder.glob(".pulse/scrapyd/eggs/*/*.egg")
    assert scripts_in(egg) == sorted(path.name for path in (PROJECT / "sql").rglob("*.sql"))


def test_what_can_not_run_is_not_kept(database: str, start_node: StartNode) -> None:
    node = start_node(database, runner="esn_pulse.node.runner")
    broken = io.BytesIO()
    with ZipFile(broken, "w") as egg:
        egg.writestr("EGG-INFO/PKG-INFO", "Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
        egg.writestr("EGG-INFO/entry_points.txt", "[scrapy]\nsettings = broken.settings\n")

    refused = requests.post(
        f"{node.url}/addversion.json",
        data={"project": "esn_pulse", "version": "1"},
        files={"egg": broken.getvalue()},
        auth=(USER, PASSWORD),
        timeout=30,
    ).json()

    assert refused["status"] == "error"
    assert "No module named 'broken'" in refused["message"]
    assert [*node.folder.glob(".pulse/scrapyd/eggs/**/*.egg")] == []


def test_a_running_job_is_cancelled(
    village: Village, village_crawled: str, busy: tuple[Node, str]
) -> None:
    node, job = busy

    for _ in range(2):  # also when somebody is impatient
        assert node.ask("cancel", project="esn_pulse", job=job)["prevstate"] == "running"
    node.wait_until_told(job)
    village.site.clear_faults()

    node.wait_for(job)
    assert rows(village_crawled, OUTCOMES)[-1] == (job, "cancelled", "cancelled", {})
    waiting = "SELECT count(*) FROM scrapyd_jobs WHERE ended_at IS NULL"
    assert rows(village_crawled, waiting) == [(0,)]
    assert node.ask("cancel", project="esn_pulse", job=job)["prevstate"] is None


def test_a_cancelled_job_that_could_not_be_signalled_is_stopped_all_the_same(
    village: Village, village_crawled: str, busy: tuple[Node, str]
) -> None:
    node, job = busy
    assert node.ask("cancel", project="default", job=job)["prevstate"] is None

    assert node.ask("cancel", project="esn_pulse", job=job, signal="FOO")["status"] == "error"
    node.wait_until_told(job)
    village.site.clear_faults()

    node.wait_for(job)
    assert rows(village_crawled, OUTCOMES)[-1] == (job, "cancelled", "cancelled", {})


def test_a_waiting_job_is_cancelled(
    village: Village, village_crawled: str, start_node: StartNode
) -> None:
    village.site.add_fault(Fault(kind="slow", seconds=50, path="/statistics"))
    node = start_node(village_crawled, max_proc=1)
    node.schedule("activities")
    village.wait_until_asked("/statistics")
    job = node.schedule("activities", section="esn-metu")
    assert node.states()[job] == "pending"

    assert node.ask("cancel", project="esn_pulse", job=job)["prevstate"] == "pending"

    assert job not in node.states()
    assert rows(village_crawled, f"SELECT FROM scraper_status WHERE job = '{job}'") == []


@pytest.mark.parametrize("missing", ["SCRAPYD_USERNAME", "SCRAPYD_PASSWORD"])
def test_a_node_without_a_password_does_not_start(tmp_path: Path, missing: str) -> None:
    shutil.copy(PROJECT / "scrapyd.conf", tmp_path)
    environment = os.environ | {"SCRAPYD_USERNAME": USER, "SCRAPYD_PASSWORD": PASSWORD}

    started = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "scrapyd"],
        cwd=tmp_path,
        env=environment | {missing: "", "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert started.returncode == 1
    assert "SCRAPYD_USERNAME, SCRAPYD_PASSWORD" in started.stderr


def test_what_can_not_be_is_refused(database: str, start_node: StartNode) -> None:
    node = start_node(database)
    job = {"project": "esn_pulse", "spider": "accounts"}
    for login in None, (USER, "wrong"), ("wrong", PASSWORD), (USER, ""):
        answer = requests.post(f"{node.url}/schedule.json", data=job, auth=login, timeout=10)
        assert answer.status_code == 401
    assert node.ask("schedule", **job, _version="7")["message"] == "version '7' not found"
    secret = "DATABASE_URL=postgresql://pulse:hunter22@localhost/pulse"
    refused = node.ask("schedule", **job, setting=secret)
    assert "set it in the environment of the nodes" in refused["message"]
    assert "hunter22" not in str(refused) + node.log.read_text()
    assert rows(database, "SELECT FROM scrapyd_jobs") == []

    assert node.ask("schedule", **job, jobid="mine")["status"] == "ok"

    for jobid in "../other", ".hidden", "", "x" * 101:
        assert "can't be a jobid" in node.ask("schedule", **job, jobid=jobid)["message"]
    again = node.ask("schedule", **job, jobid="mine")
    assert "there has been a job 'mine' already" in again["message"]


def scripts_in(egg: Path) -> list[str]:
    """Return the files of sql/ that an egg brings along, as the program finds them."""
    listing = (
        "from esn_pulse.database.schema.scripts import scripts, view_scripts;"
        "print(*(f'{file}' for file in (*scripts(), *view_scripts())))"
    )
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", listing],
        cwd=egg.parent,
        env=os.environ | {"PYTHONPATH": str(egg), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    places = [Path(place) for place in found.stdout.split()]
    assert all(egg in place.parents for place in places)
    return sorted(place.name for place in places)


def log_of(node: Node, job: str) -> str:
    """Return a job's log."""
    [log] = node.folder.glob(f".pulse/scrapyd/logs/*/*/{job}.log")
    return log.read_text()
