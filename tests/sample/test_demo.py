"""``scrapy demo`` and the signals that end it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from esn_pulse.database import embedded, prepare
from sample.demo import Interrupted, _heed_signals, _interrupt, empty
from sample.process import SampleSite
from tests.conftest import PROJECT
from tests.database.factories import settings
from tests.end_to_end.tables import rows
from tests.end_to_end.village import wait_until
from tests.sample.conftest import TODAY

NUMBERS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP


@pytest.fixture
def demo_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pulse-") as path:  # a socket's path may not be long
        yield Path(path)
        embedded.stop(Path(path) / "demo/postgres")


def test_ctrl_c_ends_all_of_it_in_good_order(demo_dir: Path) -> None:
    command = [sys.executable, "-m", "scrapy", "demo", "-s", f"PULSE_DIR={demo_dir}"]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    ) as demo:
        assert demo.stdout
        begin = "".join(demo.stdout.readline() for _ in range(3))
        [address] = re.findall(r"http://\S+", begin)
        site = SampleSite(address, "", 0, TODAY)
        wait_until(lambda: len(site.requests()) > 1)
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal sends it
        end, _ = demo.communicate(timeout=60)

    assert demo.returncode == 1
    assert end.splitlines()[-1].startswith("SIGINT ended the demonstration. ")
    assert "Traceback" not in end
    logged = (demo_dir / "demo/accounts.log").read_text()
    assert "SIGTERM came: ending in good order" in logged
    assert "The run failed: interrupted by a signal" in logged.splitlines()[-1]
    with pytest.raises(OSError, match="refused"):
        site.requests()


@pytest.fixture
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in NUMBERS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.usefixtures("_handlers")
def test_so_does_each_signal_that_ends_a_process_unless_it_is_ignored(
    number: signal.Signals,
) -> None:
    signal.signal(number, signal.SIG_IGN)
    _heed_signals(_interrupt)
    os.kill(os.getpid(), number)

    signal.signal(number, signal.SIG_DFL)
    _heed_signals(_interrupt)
    with pytest.raises(Interrupted, match=number.name):
        os.kill(os.getpid(), number)


def test_what_an_earlier_demonstration_stored_is_forgotten(village_crawled: str) -> None:
    empty(village_crawled)

    prepare(settings(village_crawled))

    assert rows(village_crawled, "SELECT FROM sections") == []


def test_live_it_lets_one_sign_in_and_ask_for_a_refresh_until_ctrl_c(demo_dir: Path) -> None:
    told = ["-s", f"PULSE_DIR={demo_dir}", "-s", "WEB_PORT=0"]
    command = [sys.executable, "-m", "scrapy", "demo", "--live", *told]
    variables = os.environ | {"WEB_PORT": "none", "DATABASE_URL": "postgresql://elsewhere/x"}
    with subprocess.Popen(
        command, cwd=PROJECT, env=variables, stdout=subprocess.PIPE, text=True, process_group=0
    ) as demo:
        assert demo.stdout
        said = ""
        while "Ctrl-C ends it." not in said:
            line = demo.stdout.readline()
            assert line, said
            said += line
        [url] = re.findall(r"Open (\S+)", said)
        [accounts] = re.findall(r"sample network at (\S+)", said)
        [password] = re.findall(r"password: (\S+)", said)
        with requests.Session() as browser:
            browser.headers["Origin"] = url
            given = {"name": "metu", "password": password, "next": "/sections/esn-metu"}
            assert "Read the activities now" in browser.post(f"{url}/sign-in", given).text
            job = browser.post(f"{url}/sections/esn-metu/refresh").url
            taken = "It is at work|It is done"
            wait_until(lambda: re.search(taken, browser.get(job).text))
        os.killpg(demo.pid, signal.SIGINT)
        end, _ = demo.communicate(timeout=60)

    assert demo.returncode == 0
    assert end == "All of it was ended: the web, the node, the sites, the database.\n"
    for address in url, accounts:
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=10)
    assert not (demo_dir / "demo/postgres/postmaster.pid").exists()


def test_live_without_a_port_it_crawls_nothing(demo_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = f"WEB_PORT={taken.getsockname()[1]}"
        told = ["-s", f"PULSE_DIR={demo_dir}", "-s", port]
        ended = subprocess.run(
            [sys.executable, "-m", "scrapy", "demo", "--live", *told],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "nothing can listen at 127.0.0.1" in ended.stderr
