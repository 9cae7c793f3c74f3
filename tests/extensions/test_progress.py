import io
import logging
import re
import signal
import sys

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from esn_pulse.extensions.progress import ProgressDisplay, describe
from esn_pulse.run import stats
from esn_pulse.run.progress import RunProgress, counts_of
from sample.process import SampleSite
from sample.sites.faults import Fault
from tests.extensions.terminal import crawl_on_terminal

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[")


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("figures", "seconds", "expected"),
    [
        ({}, 0, "0 pages · 0 failed"),
        ({}, 10, "0 pages · 0 failed · 0.0 pages/s"),
        (
            {stats.PAGES_READ: 2000, stats.PAGES_FAILED: 3},
            800,
            "2,000 pages · 3 failed · 2.5 pages/s",
        ),
        (
            {stats.SECTIONS_KNOWN: 40, stats.SECTIONS_PROCESSED: 9, stats.SECTIONS_FAILED: 1},
            1200.4,
            "0 pages · 0 failed · 0.0 pages/s · 1:00:01 left",
        ),
        ({stats.SECTIONS_PROCESSED: 1}, 1, "0 pages · 0 failed · 0.0 pages/s"),
    ],
)
def test_what_is_told(figures: dict[str, int], seconds: float, expected: str) -> None:
    assert describe(RunProgress(seconds=seconds, **counts_of(figures))) == expected


@pytest.mark.parametrize(
    ("terminal", "term", "settings"),
    [
        (io.StringIO(), "xterm", {}),
        (FakeTerminal(), "dumb", {}),
        (FakeTerminal(), "xterm", {"LOG_FILE": "some.log"}),
        (FakeTerminal(), "xterm", {"LOGSTATS_INTERVAL": 0}),
    ],
)
def test_where_nobody_watches_there_is_no_display(
    terminal: io.StringIO,
    term: str,
    settings: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("FORCE_COLOR", "1")

    with pytest.raises(NotConfigured):
        ProgressDisplay.from_crawler(get_crawler(settings_dict=settings))


async def test_the_terminal_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = FakeTerminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    handler = logging.StreamHandler()
    monkeypatch.setattr(logging.root, "handlers", [handler])
    display = ProgressDisplay.from_crawler(get_crawler())

    display.spider_opened()
    assert handler.stream is not terminal
    display.spider_closed()

    assert handler.stream is sys.stderr is terminal
    logging.getLogger("any").warning("after it all")
    assert terminal.getvalue().endswith("after it all\n")


def test_the_log_goes_above_the_display(site: SampleSite, database: str) -> None:
    with crawl_on_terminal(database, site, "accounts", "-a", "country=no") as terminal:
        assert terminal.read_to_end() == 0

    lines = [line for line in terminal.lines if line]
    log = [line for line in lines if TIMESTAMP.search(line)]
    assert all(TIMESTAMP.match(line) for line in log)
    [display] = [line for line in lines if " pages · " in line]
    assert re.match(r"sections ━+ (\d+)/\1 [1-9]\d* pages · 0 failed · .* pages/s · ", display)
    [closing] = [line for line in log if line.endswith("Closing spider (finished)")]
    [closed] = [line for line in log if line.endswith("Spider closed (finished)")]
    assert lines.index(closing) < lines.index(display) < lines.index(closed)
    assert terminal.received.count("\x1b[2K") > 2
    assert terminal.shows_cursor


def test_a_crawl_that_is_forced_to_end_gives_the_terminal_back(
    site: SampleSite, database: str
) -> None:
    site.add_fault(Fault(kind="slow", path="/section/", seconds=30))
    with crawl_on_terminal(database, site, "accounts", "-a", "country=no") as terminal:
        terminal.read_until("2 pages · ")
        terminal.crawl.send_signal(signal.SIGINT)
        terminal.read_until("a second one ends the run")
        terminal.crawl.send_signal(signal.SIGINT)
        terminal.read_to_end()

    assert terminal.shows_cursor
