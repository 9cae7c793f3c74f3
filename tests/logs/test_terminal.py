"""A terminal that can't show a character gets something like it."""

import io
import sys

import pytest

from esn_pulse.logs.terminal import show_what_can_be_shown
from tests.conftest import Crawl

TEXT = "Starting … ━━╸ ESN Yıldız · Ιασονος “é” 🎉"
PLAIN = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", TEXT),
        ("ascii", 'Starting ... --- ESN Yildiz * Iasonos "e" ?'),
        ("iso-8859-9", 'Starting ... --- ESN Yıldız · Iasonos "é" ?'),
    ],
)
@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_each_encoding_gets_what_it_can_show(
    monkeypatch: pytest.MonkeyPatch, name: str, encoding: str, shown: str
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, name, io.TextIOWrapper(written, encoding, write_through=True))

    show_what_can_be_shown()
    print(TEXT, file=getattr(sys, name))

    assert written.getvalue().decode(encoding) == f"{shown}\n"


def test_a_command_says_all_on_a_plain_terminal(crawl: Crawl, database: str) -> None:
    ended = crawl("health", DATABASE_URL=database, afresh=True, **PLAIN)

    assert ended.stdout.isascii()
    assert "Nothing is stored yet" in ended.stdout or "need a person" in ended.stdout
    assert "Traceback" not in ended.stderr
