import json

import psycopg

from tests.conftest import Crawl
from tests.health.factories import make_healthy


def test_the_command_says_all_in_json(
    database: str, connection: psycopg.Connection, crawl: Crawl
) -> None:
    make_healthy(connection)
    settings = ("-s", "HEALTH_DISK_SHARE=1")
    ended = crawl("health", "--json", *settings, DATABASE_URL=database, SCRAPYD_URL="")

    assert (ended.returncode, ended.stderr) == (0, "")
    said = json.loads(ended.stdout)
    assert set(said) == {"ok", "problems", "checks"}
    assert said["ok"] is True
    assert said["problems"] == []
    assert said["checks"]["open_failures"] == {
        "state": "ok",
        "value": 0,
        "text": "0",
        "advice": "",
    }


def test_the_command_shows_problems_first(crawl: Crawl) -> None:
    ended = crawl(
        "health",
        *("-s", "HEALTH_DISK_SHARE=1"),
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
