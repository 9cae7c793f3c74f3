import json
import socket
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.conftest import Crawl
from tests.health.factories import make_healthy
from tests.receiver import receiving


def test_the_command_says_all_in_json(
    database: str, connection: psycopg.Connection, crawl: Crawl
) -> None:
    make_healthy(connection)
    settings = ("-s", "HEALTH_DISK_SHARE=1", "-s", "BACKUPS_DIR=/nowhere/at/all")
    ended = crawl("health", "--json", *settings, DATABASE_URL=database, SCRAPYD_URL="")

    assert (ended.returncode, ended.stderr) == (0, "")
    said = json.loads(ended.stdout)
    assert set(said) == {"ok", "problems", "unknown", "checks"}
    assert said["ok"] is True
    assert said["problems"] == []
    assert said["unknown"] == ["pending_jobs", "backups"]
    assert said["checks"]["open_failures"] == {
        "state": "ok",
        "value": 0,
        "text": "0",
        "advice": "",
    }


def test_what_is_not_known_is_not_called_well(
    database: str, connection: psycopg.Connection, crawl: Crawl, tmp_path: Path
) -> None:
    make_healthy(connection)
    backups = ("-s", f"BACKUPS_DIR={tmp_path}")

    def last_line(*words: str, url: str) -> str:
        words = (*words, "-s", "HEALTH_DISK_SHARE=1")
        ended = crawl("health", *words, DATABASE_URL=database, SCRAPYD_URL=url)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout.splitlines()[-1]

    connection.execute("DELETE FROM calendar_tasks")
    never = last_line("-s", "BACKUPS_DIR=/nowhere/at/all", url="")
    assert never == "No problem is known. Not known: scheduler, pending_jobs, backups."

    connection.execute("INSERT INTO calendar_tasks (name, began_at) VALUES ('health', now())")
    (tmp_path / f"esn_pulse_{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.dump").touch()
    assert last_line(*backups, url="") == "No problem is known. Not known: pending_jobs."

    with receiving() as scrapyd:
        scrapyd.answer = '{"pending": 0}'
        assert last_line(*backups, url=scrapyd.url) == "All is well."

    some = last_line("--check", "disk", "--check", "database", url="")
    assert some == "No problem is known. Looked at: database, disk."


def test_what_is_not_known_is_no_alert(crawl: Crawl) -> None:
    words = ["--notify", "--check", "backups", "-s", "BACKUPS_DIR=/nowhere/at/all"]
    with receiving() as receiver:
        ended = crawl("health", *words, ALERT_TARGETS=receiver.target)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "No problem is known. Not known: backups." in ended.stdout
    assert receiver.messages == []


def test_the_command_shows_problems_first(crawl: Crawl) -> None:
    ended = crawl(
        "health",
        *("-s", "HEALTH_DISK_SHARE=1", "-s", "BACKUPS_DIR=/nowhere/at/all"),
        DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/x",
        SCRAPYD_URL="",
        COLUMNS="100",
    )

    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.count("│ disk ") == ended.stdout.count("│ database ") == 1
    assert ended.stdout.index("problem") < ended.stdout.index("ok ")
    assert "Check DATABASE_URL" in ended.stdout
    assert ended.stdout.endswith("\n1 thing needs a person: database\n")
    assert "hunter2" not in ended.stdout


def checked(ended: subprocess.CompletedProcess[str]) -> set[str]:
    return set(json.loads(ended.stdout)["checks"])


def test_only_the_checks_that_are_named_are_made(crawl: Crawl, empty_database: str) -> None:
    def health(*words: str, url: str = empty_database) -> subprocess.CompletedProcess[str]:
        return crawl("health", "--json", *words, DATABASE_URL=url, SCRAPYD_URL="")

    one = health("--check", "database")
    assert (one.returncode, checked(one)) == (0, {"database"})
    assert one.stderr == ""

    # The server is not even asked.
    two = health("--check", "backups", "--check", "pending_jobs", url="postgresql://127.0.0.1:1/")
    assert checked(two) == {"backups", "pending_jobs"}

    # What can't be checked is not well.
    unmade = health("--check", "freshness")
    assert (unmade.returncode, checked(unmade)) == (1, {"schema"})
    away = health("--check", "freshness", url="postgresql://127.0.0.1:1/")
    assert (away.returncode, checked(away)) == (1, {"database"})


def test_a_check_that_does_not_exist(crawl: Crawl) -> None:
    ended = crawl("health", "--check", "disc", "--check", "disk", DATABASE_URL="")

    assert ended.returncode == 2
    assert (
        "there is no check disc, but: database, schema, views, clock, run_accounts, "
        in ended.stderr
    )


def test_the_problems_are_sent_as_one_message(crawl: Crawl) -> None:
    with receiving() as receiver:
        words = ["--notify", "--check", "database", "--check", "disk", "-s", "HEALTH_DISK_SHARE=0"]
        url = "postgresql://me:hunter2@127.0.0.1:1/x"
        ended = crawl("health", *words, DATABASE_URL=url, ALERT_TARGETS=receiver.target)
        assert (ended.returncode, ended.stderr) == (1, "")

        (message,) = receiver.messages
        assert message[0] == "ESN PULSE: 2 things need a person: database, disk"
        assert "Check DATABASE_URL" in message[1]
        assert "Make room" in message[1]
        assert f"Host: {socket.gethostname()}" in message[1]
        assert "hunter2" not in message[1]

        well = ["--notify", "--check", "disk", "-s", "HEALTH_DISK_SHARE=1"]
        assert crawl("health", *well, ALERT_TARGETS=receiver.target).returncode == 0
        assert len(receiver.messages) == 1


def test_who_has_nobody_to_tell_is_told_so(crawl: Crawl) -> None:
    words = ["--notify", "--check", "disk", "-s", "HEALTH_DISK_SHARE=0"]
    ended = crawl("health", *words, ALERT_TARGETS=" ")

    assert ended.returncode == 1
    assert "ALERT_TARGETS is empty" in ended.stderr
    assert "Make room" in ended.stdout


def test_a_message_that_is_not_delivered_is_a_warning(crawl: Crawl) -> None:
    target = "json://127.0.0.1:1/s3cret"
    words = ["--notify", "--check", "disk", "-s", "HEALTH_DISK_SHARE=0"]
    ended = crawl("health", *words, ALERT_TARGETS=target)

    assert ended.returncode == 1
    assert "An alert was not delivered: target 1 of 1 in ALERT_TARGETS" in ended.stderr
    assert "s3cret" not in ended.stderr + ended.stdout
