"""Whether all is well, as the page for operators tells it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest
from scrapy.settings import Settings

from esn_pulse.health import NAMES, Finding
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.operations import health
from tests.conftest import database_name
from tests.end_to_end.village import wait_until
from tests.health.factories import examined
from tests.web.dashboard.network import NOW
from tests.web.dashboard.reading import words
from tests.web.operations.operator import Operator, served_for_operators


def test_it_says_what_the_command_says_of_all_checks(
    operator: Operator, network: str, tables: psycopg.Connection
) -> None:
    tables.execute("UPDATE sections SET last_scraped = '2020-01-01' WHERE name = 'ESN METU'")
    shown = operator.page("/health")

    told = {
        words(one.css("h3")).removesuffix(f" {words(one.css('.tag'))}"): one
        for one in shown.css(".checks > li")
    }
    well = {words(row) for row in shown.css("#data ~ * tbody th, #machine ~ * tbody th")}
    assert {*told} | well == {*map(texts.check_name, NAMES)}
    assert not {*told} & well
    found = examined(network)["freshness"]
    assert words(told["Freshness"].css(".found")) == found.text
    assert words(told["Freshness"].css(".tag")) == texts.STATES[found.state]
    assert found.advice.split(":")[0] in words(told["Freshness"])


def test_what_has_a_page_of_its_own_leads_there(
    operator: Operator, tables: psycopg.Connection
) -> None:
    tables.execute("INSERT INTO failed_scrapes (url) VALUES ('https://activities.example/1')")
    shown = operator.page("/health")
    assert {"/operations/problems", "/operations/aliases"} <= {
        *shown.css(".checks a::attr(href)").getall()
    }


def test_what_was_read_the_longest_ago_comes_first(
    operator: Operator, tables: psycopg.Connection
) -> None:
    tables.execute("UPDATE sections SET can_scrape_activities = name IN ('ESN METU', 'ESN Brno')")
    tables.execute("UPDATE countries SET can_scrape_activities = country_code = 'TR'")
    tables.execute("UPDATE countries SET last_scraped = NULL")
    tables.execute("UPDATE sections SET last_scraped = '2020-01-01 12:00+00' WHERE city = 'Brno'")
    assert operator.rows("/health", texts.LONGEST_UNREAD) == [
        ["ESN Türkiye", "Never"],
        ["ESN Brno", "1 Jan 2020, 12:00"],
        ["ESN METU", texts.moment(NOW)],
    ]


def test_it_examines_the_database_that_the_web_writes_and_starts_no_other(
    network: str, tmp_path: Path
) -> None:
    with served_for_operators(network, str(tmp_path)) as site:
        shown = Operator.signed_in(site, network).page("/health")
    assert database_name(network) in words(shown.css("#data ~ *"))
    assert list(tmp_path.iterdir()) == []


async def test_it_looks_again_after_a_minute(network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def examine(settings: Settings) -> dict[str, Finding]:
        seen.append(settings["DATABASE_URL"])
        return {}

    monkeypatch.setattr(health, "examine", examine)
    now = 1000.0
    examination = health.examination(Settings(), network, lambda: now)
    first = await examination.get()
    now += 59
    assert await examination.get() is first
    now += 1
    assert await examination.get() is not first
    assert seen == [network] * 2


def test_who_waits_for_what_is_found_holds_no_connection(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = Event()

    def examine(_: Settings) -> dict[str, Finding]:
        ends.wait(20)
        return {}

    monkeypatch.setattr(health, "examine", examine)
    site, begun = operator.visitor.site, operator.visitor.site.begun
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(operator.page, "/health") for _ in range(8)]
        wait_until(lambda: site.begun == begun + 8)
        operator.page("/audit")
        assert not any(one.done() for one in waiting)
        ends.set()
        assert all(one.result() for one in waiting)
