"""A crawl as somebody sees it who watches it on a terminal."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sample.process import SampleSite
from tests.conftest import PROJECT, crawl_environment, quick_settings

_PATIENCE = 100


class Terminal:
    """The terminal's end of a pty, and the crawl at the other."""

    def __init__(self, descriptor: int, crawl: subprocess.Popen[bytes]) -> None:
        self.crawl = crawl
        self.received = ""
        self._descriptor = descriptor
        self._deadline = time.monotonic() + _PATIENCE

    def read_until(self, expected: str) -> None:
        """Read on until the text stands in what was received."""
        while expected not in self.received:
            assert self._read(), f"the crawl ended without {expected!r}:\n{self.received}"

    def read_to_end(self) -> int:
        """Read what the crawl still has to say; returns its exit status."""
        while self._read():
            pass
        return self.crawl.wait(_PATIENCE)

    def close(self) -> None:
        """Leave the crawl without a terminal."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _read(self) -> bool:
        left = max(0, self._deadline - time.monotonic())
        ready, _, _ = select.select([self._descriptor], [], [], left)
        assert ready, f"nothing more within {_PATIENCE} s:\n{self.received}"
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # nobody has the other end any more
            return False
        self.received += data.decode(errors="replace")
        return bool(data)

    @property
    def lines(self) -> list[str]:
        """What stands on the terminal, above its lower edge too, without colours."""
        plain = re.sub(r"\x1b\[(?!2K)[0-9;?]*[A-Za-z]", "", self.received)
        return [line.split("\x1b[2K")[-1].strip("\r") for line in plain.split("\n")]

    @property
    def shows_cursor(self) -> bool:
        """Whether the cursor was shown after it was last hidden."""
        return self.received.rfind("\x1b[?25h") > self.received.rfind("\x1b[?25l") > 0


@contextmanager
def crawl_on_terminal(conninfo: str, site: SampleSite, *words: str) -> Iterator[Terminal]:
    """Start a crawl of the sample network on a terminal of its own."""
    ours, theirs = pty.openpty()
    environment = crawl_environment(
        DATABASE_URL=conninfo,
        ESN_ACCOUNTS_URL=site.accounts_url,
        ESN_ACTIVITIES_URL=site.activities_url,
        TERM="xterm-256color",
        COLUMNS="120",
    )
    command = [sys.executable, "-W", "error", "-m", "scrapy", "crawl", *quick_settings(), *words]
    with subprocess.Popen(
        command, env=environment, cwd=PROJECT, stdin=theirs, stdout=theirs, stderr=theirs
    ) as crawl:
        os.close(theirs)
        terminal = Terminal(ours, crawl)
        try:
            yield terminal
        finally:
            crawl.kill()
            terminal.close()
