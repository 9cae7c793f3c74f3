"""``esn-pulse`` by itself; what it does in an installation is tested with the wheel."""

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from esn_pulse.__main__ import main


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "esn_pulse.settings")
    monkeypatch.setattr(sys, "argv", ["/usr/bin/esn-pulse", *words])
    main()


def test_it_tells_its_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call(monkeypatch, "--version")

    assert capsys.readouterr().out == f"esn-pulse {version('esn-pulse')}\n"


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_it_lists_what_it_can_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    call(monkeypatch, *words)

    told = capsys.readouterr().out
    assert told.startswith("Usage: esn-pulse COMMAND")
    assert "\n  health           Check runs, data and machine" in told


@pytest.mark.parametrize("command", ["health", "crawl"])
def test_help_names_the_program_that_was_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        call(monkeypatch, command, "-h")

    assert ended.value.code == 0
    assert f"  esn-pulse {command} [options]" in capsys.readouterr().out


def test_a_folder_that_is_gone_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(SystemExit, match=r"^Error: the present folder can't be used \(No such"):
        call(monkeypatch, "--version")
