import json
import logging
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from esn_pulse.database.server import whereabouts
from esn_pulse.logs import formatter
from esn_pulse.logs.files import DailyFiles, JsonLines, Logs
from esn_pulse.logs.formatter import demote_startup_log
from esn_pulse.spiders.accounts import AccountsSpider
from sample.process import SampleSite
from tests.conftest import Crawl
from tests.end_to_end.conftest import CrawlSample
from tests.end_to_end.tables import rows

MIDNIGHT = datetime(2026, 5, 4, tzinfo=UTC).timestamp()


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as environment:
        environment.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


def handler_for(folder: Path, retention: int = 30) -> DailyFiles:
    handler = DailyFiles(folder, retention)
    handler.setFormatter(JsonLines({"spider": "accounts"}))
    return handler


def record(message: str, created: float = MIDNIGHT, **more: Any) -> logging.LogRecord:
    informed = {"levelno": logging.INFO, "levelname": "INFO"}
    return logging.makeLogRecord({"msg": message, "created": created, **informed, **more})


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def lines_of_all_days(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [line for path in sorted(folder.glob(f"{kind}_*.log")) for line in lines(path)]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_record_is_a_json_object(tmp_path: Path) -> None:
    told = "Eskişehir, %s \udc80\n"
    handler_for(tmp_path).handle(record(told, args=("ESN",), name="esn_pulse.x", spider=object()))

    [written] = lines(tmp_path / "scrape_2026-05-04.log")
    assert written == {
        "time": "2026-05-04T00:00:00.000+00:00",
        "level": "INFO",
        "logger": "esn_pulse.x",
        "message": told % "ESN",
        "spider": "accounts",
    }
    assert "Eskişehir" in (tmp_path / "scrape_2026-05-04.log").read_text(encoding="utf-8")


def test_errors_are_in_a_file_of_their_own_as_well(tmp_path: Path) -> None:
    handler = handler_for(tmp_path)
    failure = ValueError("the cause")
    handler.handle(record("bad", levelno=logging.ERROR, exc_info=(ValueError, failure, None)))
    handler.handle(record("fair", levelno=logging.WARNING))

    everything = lines(tmp_path / "scrape_2026-05-04.log")
    assert [line["message"] for line in everything] == ["bad", "fair"]
    assert everything[0]["exception"] == "ValueError: the cause"
    assert lines(tmp_path / "errors_2026-05-04.log") == everything[:1]


@pytest.mark.usefixtures("far_east")
def test_a_new_day_is_a_new_file(tmp_path: Path) -> None:
    handler = handler_for(tmp_path)
    handler.handle(record("late", MIDNIGHT - 0.001))
    handler.handle(record("early"))

    assert [line["message"] for line in lines(tmp_path / "scrape_2026-05-03.log")] == ["late"]
    assert [line["message"] for line in lines(tmp_path / "scrape_2026-05-04.log")] == ["early"]


@pytest.mark.parametrize(
    ("retention", "gone"),
    [(2, {"scrape_2026-05-01.log", "errors_2020-01-01.log"}), (0, set()), (10**9, set())],
)
def test_old_files_of_ours_are_removed(tmp_path: Path, retention: int, gone: set[str]) -> None:
    strangers = {"scrape_2020-01-01.log.gz", "other_2020-01-01.log", "scrape_2020-99-99.log"}
    ours = {"scrape_2026-05-01.log", "errors_2020-01-01.log", "scrape_2026-05-02.log"}
    for name in ours | strangers:
        (tmp_path / name).touch()
    (tmp_path / "errors_2020-01-02.log").mkdir()
    before = names(tmp_path)

    handler_for(tmp_path, retention).handle(record("first of its day"))

    assert names(tmp_path) == before - gone | {"scrape_2026-05-04.log"}


def test_several_writers_share_a_file(tmp_path: Path) -> None:
    def write(writer: int) -> None:
        handler = handler_for(tmp_path)
        for _ in range(100):
            handler.handle(record(str(writer) * 20_000))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    written = [line["message"] for line in lines(tmp_path / "scrape_2026-05-04.log")]
    assert sorted(written) == sorted(
        str(writer) * 20_000 for writer in range(8) for _ in range(100)
    )


@pytest.mark.parametrize("kind", ["a file", "/proc", "/dev/null/logs"])
def test_an_impossible_folder_is_one_warning(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a file").touch()
    handler = handler_for(tmp_path / kind)
    for _ in range(3):
        handler.handle(record("unheard", levelno=logging.ERROR))

    [warning] = caplog.messages
    assert f"The log files in {tmp_path / kind} can't be written (" in warning
    assert capfd.readouterr() == ("", "")


def test_a_disk_with_room_again_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "scrape_2026-05-04.log"
    handler = handler_for(tmp_path)
    path.symlink_to("/dev/full")
    handler.handle(record("lost"))
    path.unlink()
    handler.handle(record("kept"))

    assert [line["message"] for line in lines(path)] == ["kept"]


def test_a_folder_that_was_removed_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "logs"
    handler = handler_for(folder)
    handler.handle(record("gone"))
    shutil.rmtree(folder)
    handler.handle(record("kept"))

    assert [line["message"] for line in lines(folder / "scrape_2026-05-04.log")] == ["kept"]


@pytest.fixture
def root_handlers() -> Iterator[list[logging.Handler]]:
    before = logging.root.handlers[:]
    yield logging.root.handlers
    logging.root.handlers[:] = before


def test_a_second_run_of_a_process_takes_over(
    tmp_path: Path, root_handlers: list[logging.Handler]
) -> None:
    own = {"LOGS_DIR": str(tmp_path), "LOGS_RETENTION_DAYS": 1, "PULSE_DIR": str(tmp_path)}
    crawler = get_crawler(AccountsSpider, own)
    crawler.spider = AccountsSpider()
    crawler.spider.job = "17-3"
    Logs.from_crawler(crawler)
    Logs.from_crawler(crawler)

    [handler] = [handler for handler in root_handlers if isinstance(handler, DailyFiles)]
    assert '"job": "17-3"' in handler.format(record("said"))
    Logs.from_crawler(get_crawler(AccountsSpider, {"LOGS_DIR": ""}))
    assert handler not in root_handlers


def test_a_run_is_logged_to_its_end_and_without_secrets(
    database: str, crawl: Crawl, tmp_path: Path
) -> None:
    finished = crawl(
        *("crawl", "accounts", "-L", "DEBUG"),
        *("-s", f"DATABASE_URL={make_conninfo(database, sslpassword='d4tabase-pw')}"),
        *("-s", "ESN_ACCOUNTS_URL=https://me:s1te-pw@accounts.test"),
        *("-s", "FTP_PASSWORD=ftp-s3cret"),
        LOGS_DIR=str(tmp_path),
        SCRAPYD_PASSWORD="accounts.test",
    )

    assert finished.returncode == 1
    written = lines_of_all_days(tmp_path, "scrape")
    overridden = next(line for line in written if "Overridden settings" in line["message"])
    assert "'FTP_PASSWORD': '***'" in overridden["message"]
    assert {line["spider"] for line in written} == {"accounts"}
    last = finished.stderr.splitlines()[-1]
    assert last.endswith(written[-1]["message"])
    assert "The run failed: ESN_ACCOUNTS_URL is 'https://me:***@***', but must start" in last
    assert lines_of_all_days(tmp_path, "errors")[-1] == written[-1]
    everything = finished.stderr + finished.stdout + json.dumps(written)
    assert not [
        secret for secret in ("d4ta", "s1te", "s3cret", "accounts.test") if secret in everything
    ]


def test_a_log_begins_with_what_the_run_does(
    site: SampleSite, database: str, crawl_sample: CrawlSample, tmp_path: Path
) -> None:
    words = [database, "accounts", "-a", "country=no"]
    finished = crawl_sample(*words, afresh=True, LOGS_DIR=str(tmp_path))

    assert finished.returncode == 0
    running, kept, opened, *others = finished.stderr.splitlines()
    assert running.endswith(
        f"Running accounts (country=no): from {site.accounts_url} and {site.activities_url}"
        f" to PostgreSQL at '{database}'"
    )
    assert kept.endswith(f"This log is also kept in {tmp_path}")
    assert opened.endswith("INFO: Spider opened")
    assert not [line for line in others if "Enabled" in line or "Versions" in line]
    written = lines(next(tmp_path.glob("scrape_*.log")))
    assert running.endswith(written[0]["message"])

    more = crawl_sample(*words, "-L", "DEBUG", LOGS_DIR="").stderr
    start_up = ["Scrapy 2", "Versions:", "Enabled addons:", "Enabled extensions:"]
    start_up += ["Overridden settings:", "Enabled downloader middlewares:", "Enabled item pip"]
    assert [told for told in start_up if f"DEBUG: {told}" not in more] == []
    assert "This log is also kept" not in more


def test_an_interrupt_and_warnings_of_the_start_are_told_as_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    demote_startup_log()
    crawler, middleware = map(logging.getLogger, ("scrapy.crawler", "scrapy.middleware"))
    try:
        crawler.info("Received %(signame)s, shutting down gracefully.", {"signame": "SIGINT"})
        middleware.warning("Disabled %(clspath)s: %(eargs)s", {"clspath": "x", "eargs": "y"})
        middleware.warning("Enabled, but %s", "broken")
        middleware.info("Enabled %(componentname)ss:", {"componentname": "extension"})
    finally:
        for name in formatter._START_UP:
            logging.getLogger(name).removeFilter(formatter._aside)

    levels = [record.levelname for record in caplog.records]
    assert levels == ["INFO", "WARNING", "WARNING", "DEBUG"]


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"PULSE_DIR": "/x"}, "the embedded PostgreSQL in /x/postgres"),
        (
            {"DATABASE_URL": "postgresql://me:hunter2@db.example/pulse"},
            "PostgreSQL at 'user=me dbname=pulse host=db.example'",
        ),
        ({"DATABASE_URL": "mysql://me:hunter2@x/y"}, "the database of DATABASE_URL"),
    ],
)
def test_where_the_database_is(own: dict[str, str], told: str) -> None:
    assert whereabouts(Settings(own)) == told


def test_a_full_disk_does_not_end_a_run(
    site: Any, database: str, crawl_sample: CrawlSample, tmp_path: Path
) -> None:
    log = tmp_path / "console.log"
    today = datetime.now(UTC).date()
    for day in today, today + timedelta(days=1):
        (tmp_path / f"scrape_{day}.log").symlink_to("/dev/full")

    finished = crawl_sample(
        *(database, "accounts", "-a", "country=no", "-s", f"LOG_FILE={log}"),
        *("-s", "FTP_PASSWORD=ftp-s3cret"),
        LOGS_DIR=str(tmp_path),
    )

    assert finished.returncode == 0
    assert rows(database, "SELECT country_code FROM countries") == [("NO",)]
    assert log.read_text().count("No space left on device") == 1
    assert "s3cret" not in log.read_text()
    assert finished.stderr == ""
