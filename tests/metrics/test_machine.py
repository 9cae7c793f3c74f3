"""What is told of the machine."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import disk_usage

import pytest

from tests.metrics.readings import read
from tests.receiver import receiving

NOWHERE = "postgresql://127.0.0.1:1/x"


def test_the_disk(tmp_path: Path) -> None:
    usage = disk_usage(tmp_path)
    told = read(NOWHERE, PULSE_DIR=str(tmp_path / "not" / "there" / "yet"))

    assert told("disk_used_bytes") == pytest.approx(usage.used, rel=0.2)
    assert told("disk_free_bytes") == pytest.approx(usage.free, rel=0.2)


def test_backups(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    # One of a time when the clock was wrong is none.
    for days, size in (-9, 1), (1, 20), (2, 300):
        made_at = now - timedelta(days=days)
        (tmp_path / f"{made_at:esn_pulse_%Y-%m-%dT%H%M%SZ.dump}").write_bytes(b"x" * size)
    (tmp_path / "renamed.dump").touch()
    told = read(NOWHERE, BACKUPS_DIR=str(tmp_path))

    assert told("backups") == 2
    assert told("last_backup_timestamp_seconds") == (now - timedelta(days=1)).timestamp()
    assert told("last_backup_size_bytes") == 20
    assert told("collector_success", collector="backups") == 1


def test_a_folder_without_backups(tmp_path: Path) -> None:
    told = read(NOWHERE, BACKUPS_DIR=str(tmp_path))

    assert told("backups") == 0
    assert told("last_backup_timestamp_seconds") is None


def test_without_a_folder_nothing_is_said_of_backups(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "nowhere"
    told = read(NOWHERE, BACKUPS_DIR=str(folder))

    assert told("backups") is None
    assert told("collector_success", collector="backups") == 0
    assert f"No metrics of collector backups: there is no folder {folder}" in caplog.text


def test_nodes_that_answer_and_one_that_does_not() -> None:
    with receiving() as well, receiving() as unwell:
        well.answer = '{"pending": 3}'
        unwell.status = 401
        away = "http://me:hunter2@127.0.0.1:1"
        told = read(NOWHERE, SCRAPYD_URL=f"{well.url} {unwell.url} {away}")

        assert told.of("node_up") == {
            (well.url,): 1,
            (unwell.url,): 0,
            ("http://127.0.0.1:1",): 0,
        }
    assert "hunter2" not in told.text


def test_a_node_that_keeps_silent_is_not_waited_for() -> None:
    with receiving() as silent:
        silent.may_answer.clear()
        told = read(NOWHERE, SCRAPYD_URL=silent.url)
        silent.may_answer.set()

    assert told("node_up", node=silent.url) == 0
    assert (told("collector_duration_seconds", collector="nodes") or 99) < 10


def test_where_no_nodes_are_known_nothing_is_said_of_them() -> None:
    told = read(NOWHERE)

    assert told.of("node_up") == {}
    assert told("collector_success", collector="nodes") == 1
