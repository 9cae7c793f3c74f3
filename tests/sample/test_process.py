import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from http.client import HTTPConnection, RemoteDisconnected
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from sample import process
from sample.network.generation import generate
from sample.network.week import a_week_later
from sample.process import SampleSiteError, serve
from sample.sites.faults import Fault
from tests.conftest import MEASURED

TODAY = date(2026, 5, 4)


def get(address: str, path: str) -> int:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_serves_and_can_be_steered() -> None:
    with serve(seed=5) as site:
        assert get(site.accounts_url, "/section/tr-anka-met") == 200
        site.add_fault(Fault(kind="drop", site="activities", times=1))
        with pytest.raises(RemoteDisconnected):
            get(site.activities_url, "/")
        site.add_fault(Fault(kind="status"))
        site.clear_faults()
        assert get(site.activities_url, "/organisation/esn-metu/activities?page=1") == 200
        assert site.requests()[1:] == [
            ("activities", "GET", "/"),
            ("activities", "GET", "/organisation/esn-metu/activities?page=1"),
        ]
        site.forget_requests()
        assert site.requests() == []
        address = site.accounts_url
    with pytest.raises(OSError, match="refused"):
        get(address, "/")


def test_serves_a_network_of_the_size_and_weight_that_is_asked_for() -> None:
    network = generate(5, TODAY, sections=70, activities_per_section=3)
    size = {"sections": 70, "activities_per_section": 3}
    with serve(5, TODAY, **size, page_weight=30_000) as site:
        assert get(site.accounts_url, f"/section/{network.sections[-1].slug}") == 200
        with urlopen(site.activities_url) as response:
            page = response.read()
    assert len(page) > 29_000
    assert f"{len(network.activities)} activities of" in page.decode()


def test_passes_weeks() -> None:
    week = a_week_later(generate(5, TODAY))
    after = a_week_later(week.network)
    with serve(5, TODAY) as site:
        later = site.pass_week()
        assert later == replace(site, today=week.network.today)
        assert get(later.activities_url, f"/activity/{week.changes['new'][0]}") == 200
        assert later.pass_week().today == TODAY + timedelta(days=14)
        assert get(site.activities_url, f"/activity/{after.changes['new'][0]}") == 200


def test_says_why_it_did_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_COMMAND", [sys.executable, "-c", "raise SystemExit('no luck')"])
    with pytest.raises(SampleSiteError, match="no luck"), serve():
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_cleanly(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "sample"]
    with subprocess.Popen(
        command, env=os.environ | MEASURED, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        child.send_signal(number)
        _, errors = child.communicate(timeout=60)
    assert (child.returncode, errors) == (0, b"")


def test_taken_port_is_a_clear_error() -> None:
    with serve() as site:
        port = urlsplit(site.accounts_url).port
        command = [sys.executable, "-m", "sample", f"--accounts-port={port}"]
        ended = subprocess.run(
            command,
            env=os.environ | MEASURED,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("cannot serve the sample network:")
