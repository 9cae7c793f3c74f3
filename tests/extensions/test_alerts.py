import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.test import get_crawler

from esn_pulse.database.queries.completeness import ShortOrganisation
from esn_pulse.extensions.alerts import Alerts
from esn_pulse.run import stats
from esn_pulse.run.hub import Run, current_run
from esn_pulse.run.signals import run_ended
from esn_pulse.spiders.accounts import AccountsSpider
from tests.conftest import Crawl, crawl_environment, quick_settings
from tests.forked import ForkServer
from tests.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def crawler_with(**own: Any) -> Crawler:
    """A crawler as at the end of a run in which all went well."""
    settings = BaseSettings()
    settings.setmodule("esn_pulse.settings")
    quiet = {
        "EXTENSIONS": {Run: 0, Alerts: 10},
        "HEALTH_DISK_SHARE": 1,
        "SCRAPYD_URL": None,
        "DATABASE_URL": "postgresql:///x",
    }
    crawler = get_crawler(AccountsSpider, settings.copy_to_dict() | quiet | own)
    crawler.spider = AccountsSpider.from_crawler(crawler)
    crawler.stats.set_value(stats.PAGES_READ, 80)
    crawler.stats.set_value(stats.PAGES_FAILED, 20)
    return crawler


async def end(crawler: Crawler) -> None:
    results = await crawler.signals.send_catch_log_async(run_ended)
    assert [result for _, result in results] == [None]  # one who listens, and nothing raised


async def test_a_run_in_which_all_went_well_is_no_news(receiver: Receiver) -> None:
    await end(crawler_with(ALERT_TARGETS=receiver.target))

    assert receiver.messages == []


@pytest.mark.parametrize("nobody", ["", None, [], " , "])
def test_without_targets_there_is_no_such_extension(nobody: object) -> None:
    assert crawler_with(ALERT_TARGETS=nobody).get_extension(Alerts) is None


async def test_too_few_pages_that_could_be_read(receiver: Receiver) -> None:
    crawler = crawler_with(ALERT_TARGETS=receiver.target)
    crawler.stats.inc_value(stats.PAGES_FAILED)
    current_run(crawler).status_id = 12
    await end(crawler)

    [(title, text)] = receiver.messages
    assert title == "ESN PULSE: too many pages could not be read"
    assert "79.2 % of the pages read (80 of 101). At least 80 % is expected." in text
    assert "scrapy psql" in text
    assert text.split("\n\n")[-1].splitlines() == [
        "Spider: accounts",
        "Run: 12",
        f"Host: {socket.gethostname()}",
        "How it ended: completed",
        "Pages read: 80",
        "Pages failed: 21",
    ]


async def test_the_rate_of_a_repair_is_no_news(receiver: Receiver) -> None:
    crawler = crawler_with(ALERT_TARGETS=receiver.target)
    crawler.stats.set_value(stats.PAGES_READ, 0)
    crawler.spider = AccountsSpider.from_crawler(crawler, retry_failed="1")
    await end(crawler)

    assert receiver.messages == []


async def test_a_run_that_failed(receiver: Receiver) -> None:
    crawler = crawler_with(ALERT_TARGETS=receiver.target)
    current_run(crawler).error = "no reason at all"
    await end(crawler)

    [(title, text)] = receiver.messages
    assert title == "ESN PULSE: a run failed"
    assert "The reason: no reason at all." in text
    assert "Run: not on record" in text


async def test_a_database_that_is_away_is_the_failure(receiver: Receiver) -> None:
    crawler = crawler_with(ALERT_TARGETS=receiver.target)
    run = current_run(crawler)
    run.database.failed, run.error = True, "PostgreSQL stayed away for 60 s"
    await end(crawler)

    [(title, text)] = receiver.messages
    assert title == "ESN PULSE: the database is away"
    assert "How it ended: failed: PostgreSQL stayed away for 60 s" in text


async def test_drift_is_the_failure(receiver: Receiver, tmp_path: Path) -> None:
    crawler = crawler_with(ALERT_TARGETS=receiver.target, PULSE_DIR=str(tmp_path))
    crawler.stats.set_value(stats.PAGES_DRIFTED, 3)
    current_run(crawler).error = "markup changed (activity): 3 of 9 pages"
    await end(crawler)

    [(title, text)] = receiver.messages
    assert title == "ESN PULSE: a site has changed its pages"
    assert "Pages that lacked what must be on them: 3." in text
    assert f"{tmp_path}/drift" in text
    assert "How it ended: failed: markup changed (activity)" in text


async def test_other_pages_are_the_failure(receiver: Receiver, tmp_path: Path) -> None:
    crawler = crawler_with(ALERT_TARGETS=receiver.target, PULSE_DIR=str(tmp_path))
    crawler.stats.set_value(stats.PAGES_IMPOSTORS, 3)
    current_run(crawler).error = "the site answers with other pages (activity page): 3 of 9"
    await end(crawler)

    [(title, text)] = receiver.messages
    assert title == "ESN PULSE: a site answers with other pages"
    assert "Pages that were not what was asked for: 3." in text
    assert f"{tmp_path}/drift" in text


async def test_activities_that_are_missing_are_news_when_they_are_many(receiver: Receiver) -> None:
    crawler = crawler_with(ALERT_TARGETS=receiver.target)
    run = current_run(crawler)
    run.short = [ShortOrganisation("esn-metu", 133, 197), ShortOrganisation("esn-ege", 19, 20)]
    await end(crawler)
    run.short = [ShortOrganisation("esn-ege", 19, 20)]
    await end(crawler)

    [(title, text)] = receiver.messages
    assert title == "ESN PULSE: activities are missing"
    assert text.startswith("64 activities are missing of 1 organisation(s)")
    assert "esn-metu (133 of 197)" in text
    assert "esn-ege" not in text


async def test_a_failure_besides_drift_is_news_of_its_own(receiver: Receiver) -> None:
    crawler = crawler_with(ALERT_TARGETS=receiver.target)
    crawler.stats.set_value(stats.PAGES_DRIFTED, 1)
    current_run(crawler).error = "interrupted by a signal"
    await end(crawler)

    assert receiver.titles == ["ESN PULSE: a site has changed its pages", "ESN PULSE: a run failed"]


async def test_a_full_disk_and_a_long_queue(receiver: Receiver) -> None:
    receiver.answer = '{"status": "ok", "pending": 101}'
    crawler = crawler_with(
        ALERT_TARGETS=receiver.target, HEALTH_DISK_SHARE=0, SCRAPYD_URL=receiver.url
    )
    await end(crawler)

    assert receiver.titles == [
        "ESN PULSE: the disk is nearly full",
        "ESN PULSE: Scrapyd's queue needs a look",
    ]
    assert "101 waiting in Scrapyd." in receiver.messages[1][1]


def test_a_run_that_never_saw_its_database(crawl: Crawl, receiver: Receiver) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        dead = f"postgresql://me:hunter2@127.0.0.1:{held.getsockname()[1]}/pulse"
        ended = crawl("crawl", "accounts", DATABASE_URL=dead, ALERT_TARGETS=receiver.target)

    assert ended.returncode == 1
    assert receiver.titles == ["ESN PULSE: the database is away"]
    [(_, text)] = receiver.messages
    assert "Run: not on record" in text
    assert "hunter2" not in text
    assert "s3cret" not in ended.stderr


def test_a_run_that_is_interrupted(
    database: str, receiver: Receiver, fork_server: ForkServer
) -> None:
    with receiving() as site:
        site.status = 404
        site.may_answer.clear()
        environment = crawl_environment(
            DATABASE_URL=database, ESN_ACCOUNTS_URL=site.url, ALERT_TARGETS=receiver.target
        )
        with fork_server.start(["crawl", "accounts", *quick_settings()], environment) as run:
            assert site.was_asked.wait(60)
            run.send_signal(signal.SIGINT)
            site.may_answer.set()
            assert run.wait(60) == 1

    assert receiver.titles == ["ESN PULSE: a run failed"]
    assert "How it ended: failed: interrupted by a signal" in receiver.messages[0][1]
    assert "Run: 1\n" in receiver.messages[0][1]
