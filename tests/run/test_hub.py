import asyncio
import os
from typing import LiteralString
from unittest.mock import Mock
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from scrapy.crawler import Crawler

from esn_pulse.database.locks import RUN
from esn_pulse.run import stats
from esn_pulse.run.hub import Run, current_run
from esn_pulse.run.signals import run_ended
from esn_pulse.spiders.accounts import AccountsSpider
from tests.crawlers import spider_of
from tests.end_to_end.village import wait_until
from tests.pipelines.factories import row, rows

STATUS = "SELECT * FROM scraper_status"


class Running:
    """A run of the accounts spider, from its crawler's point of view."""

    def __init__(self, database: str | None = None, **settings: object) -> None:
        given = {"country": "tr"}
        self._spider = spider_of(AccountsSpider, given, DATABASE_URL=database, **settings)
        self.crawler: Crawler = self._spider.crawler
        self.run: Run = current_run(self.crawler)
        self.ended = Mock()
        self.crawler.signals.connect(self._end, signal=run_ended)

    def _end(self) -> None:
        self.ended(self.run.error)

    async def begin(self) -> None:
        await self.run.database.open()
        await self.run.spider_opened(self._spider)

    async def end(self, reason: str = "finished") -> None:
        await self.run.spider_closed(reason)


async def test_a_run_is_on_record_from_its_start_to_its_end(
    database: str, connection: psycopg.Connection
) -> None:
    running = Running(database)
    await running.begin()
    begun = row(connection, STATUS)
    assert (begun["id"], begun["status"]) == (running.run.status_id, "running")
    assert (begun["scraper_module"], begun["pid"]) == ("AccountsScraper", os.getpid())
    assert begun["arguments"] == {"country": "tr"}
    lock = "SELECT pg_try_advisory_lock(%s, %s) AS free"
    assert row(connection, lock, RUN, begun["id"])["free"] is False

    running.crawler.stats.inc_value(stats.ITEMS_STORED, 3)
    await running.end()

    ended = row(connection, STATUS)
    assert (ended["status"], ended["finish_reason"]) == ("completed", "finished")
    assert (ended["error_message"], ended["items_stored"]) == (None, 3)
    assert ended["completed_at"] >= begun["started_at"]
    assert not running.run.database.is_open
    running.ended.assert_called_once_with(None)


async def test_its_end_is_on_record_before_the_views_are_refreshed(
    database: str, connection: psycopg.Connection
) -> None:
    running = Running(database)
    await running.begin()
    waiting = "SELECT count(*) AS n FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
    with psycopg.connect(database) as refreshing:
        refreshing.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY bi_cache.activities")
        ending = asyncio.create_task(running.end())
        await asyncio.to_thread(
            wait_until, lambda: row(connection, waiting, "bi_cache.activities")["n"]
        )

        assert row(connection, STATUS)["status"] == "completed"
        running.ended.assert_not_called()
    await ending
    running.ended.assert_called_once_with(None)


async def test_a_login_that_does_not_own_the_views_is_told_so(
    database: str, connection: psycopg.Connection
) -> None:
    login = f"login_{uuid4().hex}"
    role = sql.Identifier(login)
    connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(role))
    connection.execute(sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(role))
    try:
        running = Running(make_conninfo(database, user=login, password="secret"))
        await running.begin()
        await running.end()
    finally:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))

    error = row(connection, STATUS)["error_message"]
    assert error.startswith("all that was read is stored, but the views that BI tools read could")
    assert "takes the login that owns them, or a member of it" in error


async def test_a_run_that_begins_records_those_that_were_killed(
    database: str, connection: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    connection.execute(
        "INSERT INTO scraper_status (scraper_module, status) VALUES ('X', 'running')"
    )
    running = Running(database)
    await running.begin()
    await running.end()

    killed, own = rows(connection, f"{STATUS} ORDER BY id")
    assert (killed["status"], own["status"]) == ("failed", "completed")
    assert f"Run {killed['id']} had been interrupted" in caplog.text


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("finished", None),
        ("shutdown", "interrupted by a signal"),
        ("start_error", "an error in the program; the log shows it"),
        ("failed: no country 'xx'", "no country 'xx'"),
        ("closespider_timeout", "closespider_timeout"),
    ],
)
async def test_scrapy_s_reason_is_told_in_plain_words(
    database: str, connection: psycopg.Connection, reason: str, error: str | None
) -> None:
    running = Running(database)
    await running.begin()
    await running.end(reason)

    found = row(connection, STATUS)
    assert found["status"] == ("failed" if error else "completed")
    assert found["finish_reason"] == (f"failed: {error}" if error else "finished")
    assert found["error_message"] == error
    running.ended.assert_called_once_with(error)


async def test_the_first_reason_to_fail_is_the_one_on_record(
    database: str, connection: psycopg.Connection
) -> None:
    running = Running(database)
    await running.begin()
    running.run.fail("the site is not well")
    running.run.fail("something else")
    await running.end("failed: a third thing")

    assert row(connection, STATUS)["finish_reason"] == "failed: the site is not well"


@pytest.mark.parametrize(
    ("budget", "left", "reason"),
    [
        (1e-9, 2, "time budget spent: 2 section(s) left for the next run"),
        (1e-9, 0, "finished"),
        (0, 2, "finished"),  # another run is at them
    ],
)
async def test_sections_left_for_want_of_time_are_no_failure(
    database: str, connection: psycopg.Connection, budget: float, left: int, reason: str
) -> None:
    running = Running(database, ACCOUNTS_TIME_BUDGET=budget)
    await running.begin()
    running.crawler.stats.inc_value(stats.SECTIONS_LEFT, left)
    await running.end()

    found = row(connection, STATUS)
    assert (found["status"], found["finish_reason"]) == ("completed", reason)


async def test_other_pages_are_a_warning_at_the_end(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    running = Running(database)
    await running.begin()
    running.crawler.stats.inc_value(stats.PAGES_IMPOSTORS, 2)
    await running.end()

    [warning] = [log for log in caplog.messages if log.startswith("Pages that were not what")]
    assert "asked for: 2." in warning
    assert "scrapy retry_failed" in warning


def test_time_is_up_when_the_spider_s_own_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("esn_pulse.run.hub.time", Mock(monotonic=lambda: now))
    runs = [
        Running(ACCOUNTS_TIME_BUDGET=budget, ACTIVITIES_TIME_BUDGET=1).run for budget in (60, 0)
    ]

    now += 59
    assert [run.time_is_up for run in runs] == [False, False]
    now += 1
    assert [run.time_is_up for run in runs] == [True, False]


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("failed: PostgreSQL can't be used", "PostgreSQL can't be used"),
        ("shutdown", "an error in the program; the log shows it"),  # it could not even begin
    ],
)
async def test_without_a_database_a_run_ends_nevertheless(reason: str, error: str) -> None:
    running = Running("postgresql:///x")
    assert running.crawler.spider
    await running.run.spider_opened(running.crawler.spider)
    await running.end(reason)

    assert running.run.status_id is None
    running.ended.assert_called_once_with(error)


@pytest.mark.parametrize(
    ("code", "told", "failed"),
    [("53200", "PostgreSQL stayed away", True), ("42501", "no thanks", False)],
    ids=["database away", "refused"],
)
async def test_an_end_that_can_not_be_recorded_is_logged(
    database: str,
    connection: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
    code: LiteralString,
    told: str,
    *,
    failed: bool,
) -> None:
    running = Running(database, DATABASE_PATIENCE=0)
    await running.begin()
    connection.execute(
        "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE 'no thanks' USING ERRCODE = '{code}'; END $$"
    )
    connection.execute(
        "CREATE TRIGGER away BEFORE UPDATE ON scraper_status EXECUTE FUNCTION away()"
    )
    await running.end()

    assert f"The end of the run could not be recorded: {told}" in caplog.text
    assert running.run.database_failed is failed
    assert not running.run.database.is_open
    [[error]] = [call.args for call in running.ended.call_args_list]
    assert error.startswith(f"its end could not be recorded: {told}")
