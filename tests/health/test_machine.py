import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from esn_pulse.health import State
from tests.health.factories import examined
from tests.receiver import Receiver, receiving

OK, PROBLEM = State.OK, State.PROBLEM


@pytest.fixture
def scrapyd() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def test_a_full_disk(tmp_path: Path) -> None:
    folder = str(tmp_path / "not" / "there" / "yet")
    check = examined(None, PULSE_DIR=folder, HEALTH_DISK_SHARE=0)["disk"]

    assert check.state == PROBLEM
    assert 0 < check.value < 1
    assert "GB are left where" in check.advice
    assert folder in check.advice


@pytest.mark.parametrize(("pending", "state"), [(100, OK), (101, PROBLEM)])
def test_scrapyd_is_asked_when_it_is_known(
    scrapyd: Receiver, monkeypatch: pytest.MonkeyPatch, pending: int, state: State
) -> None:
    monkeypatch.setenv("SCRAPYD_USERNAME", "pulse")
    monkeypatch.setenv("SCRAPYD_PASSWORD", "hunter2")
    scrapyd.answer = json.dumps({"status": "ok", "pending": pending, "running": 1})
    check = examined("x://", SCRAPYD_URL=f"{scrapyd.url}/here/")["pending_jobs"]

    assert (check.state, check.value) == (state, pending)
    assert scrapyd.asked == [("/here/daemonstatus.json", "Basic cHVsc2U6aHVudGVyMg==")]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (401, '{"pending": 3}'),
        (200, '{"status": "error", "message": "no"}'),
        (200, "<html>"),
        (200, "[]"),
        (200, '{"pending": null}'),
    ],
)
def test_a_scrapyd_that_makes_no_sense(scrapyd: Receiver, status: int, answer: str) -> None:
    scrapyd.status, scrapyd.answer = status, answer
    check = examined("x://", SCRAPYD_URL=scrapyd.url)["pending_jobs"]

    assert (check.state, check.value) == (PROBLEM, None)
    assert "SCRAPYD_USERNAME" in check.advice
