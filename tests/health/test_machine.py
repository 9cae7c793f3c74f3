import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from esn_pulse.health import State
from tests.health.factories import examined_machine
from tests.receiver import Receiver, receiving

OK, UNKNOWN, PROBLEM = State.OK, State.UNKNOWN, State.PROBLEM


@pytest.fixture
def scrapyd() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def test_a_full_disk(tmp_path: Path) -> None:
    folder = str(tmp_path / "not" / "there" / "yet")
    check = examined_machine(PULSE_DIR=folder, HEALTH_DISK_SHARE=0)["disk"]

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
    check = examined_machine(SCRAPYD_URL=f"{scrapyd.url}/here/")["pending_jobs"]

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
    check = examined_machine(SCRAPYD_URL=scrapyd.url)["pending_jobs"]

    assert (check.state, check.value) == (PROBLEM, None)
    assert "SCRAPYD_USERNAME" in check.advice


def test_nodes_share_one_queue(scrapyd: Receiver) -> None:
    scrapyd.answer = '{"pending": 3}'
    with receiving() as other:
        other.answer = '{"pending": 4}'
        check = examined_machine(SCRAPYD_URL=f"{scrapyd.url}\n {other.url}/")["pending_jobs"]

    assert (check.state, check.value) == (OK, 4)
    assert len(scrapyd.asked) == len(other.asked) == 1


def test_the_node_that_does_not_answer_is_named_without_its_password(scrapyd: Receiver) -> None:
    scrapyd.answer = '{"pending": 3}'
    nodes = f"{scrapyd.url} http://me:hunter2@127.0.0.1:1/there"
    check = examined_machine(SCRAPYD_URL=nodes)["pending_jobs"]

    assert (check.state, check.value) == (PROBLEM, 3)
    assert check.text == "1 of 2 nodes of Scrapyd do not say"
    assert "from http://127.0.0.1:1/there (ConnectionError)." in check.advice
    assert scrapyd.url not in check.advice
    assert "hunter2" not in check.text + check.advice


def test_no_scrapyd() -> None:
    check = examined_machine(SCRAPYD_URL="")["pending_jobs"]

    assert (check.state, check.value, check.text) == (
        UNKNOWN,
        None,
        "no node of Scrapyd was asked",
    )
    assert "SCRAPYD_URL is not set" in check.advice


@pytest.mark.parametrize(("hours", "state"), [(0, OK), (47, OK), (49, PROBLEM)])
def test_the_newest_backup_is_not_too_old(tmp_path: Path, hours: float, state: State) -> None:
    now = datetime.now(UTC)
    for age in timedelta(hours=hours), timedelta(days=9):
        (tmp_path / f"esn_pulse_{now - age:%Y-%m-%dT%H%M%SZ}.dump").touch()
    (tmp_path / f"esn_pulse_{now:%Y-%m-%dT%H%M%SZ}.dump.partial").touch()
    (tmp_path / "esn_pulse_2999-01-01T000000Z.dump").touch()  # of a clock that was wrong
    check = examined_machine(BACKUPS_DIR=tmp_path)["backups"]

    assert check.state == state
    assert check.value == pytest.approx(hours / 24, abs=0.02)
    assert ("scrapy backup" in check.advice) == (state == PROBLEM)


def test_there_is_no_backup(tmp_path: Path) -> None:
    missing = examined_machine(BACKUPS_DIR=None, PULSE_DIR=str(tmp_path))["backups"]
    empty = examined_machine(BACKUPS_DIR=str(tmp_path))["backups"]

    assert (missing.state, missing.text) == (UNKNOWN, "no backup is known")
    assert f"{tmp_path}/backups" in missing.advice
    assert (empty.state, empty.text) == (PROBLEM, f"none in {tmp_path}")
