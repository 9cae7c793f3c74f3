"""The forks in which the tests run ``scrapy`` are what a new process would be."""

import signal
import subprocess

import pytest

from tests.conftest import Crawl
from tests.end_to_end.conftest import StartCrawl


def test_a_fork_has_its_own_words_environment_and_output(crawl: Crawl) -> None:
    address = "https://elsewhere.example"

    ended = crawl("settings", "--get", "ESN_ACCOUNTS_URL", ESN_ACCOUNTS_URL=address)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{address}\n", "")


def test_a_fork_can_be_waited_for_and_killed(database: str, start_crawl: StartCrawl) -> None:
    crawl = start_crawl(database, "accounts", "-s", "DOWNLOAD_DELAY=5")
    next(line for line in crawl.stderr if "Spider opened" in line)
    with pytest.raises(subprocess.TimeoutExpired):
        crawl.wait(timeout=0.1)
    assert crawl.poll() is None

    crawl.kill()

    stdout, _ = crawl.communicate(timeout=60)
    assert (crawl.returncode, stdout) == (-signal.SIGKILL, "")
