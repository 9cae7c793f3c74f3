"""``scrapy demo`` and the signals that end it."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

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
