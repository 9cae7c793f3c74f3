import asyncio
import tracemalloc

import pytest
from limits import parse
from limits.aio.strategies import FixedWindowRateLimiter

from esn_pulse.web import limits
from esn_pulse.web.limits import Windows
from tests.web.problems import said
from tests.web.servers import API, PLACES, Clock, Site, served

HERE = "127.0.0.1"


def statuses(site: Site, *addresses: str) -> list[int]:
    return [site.get(API, X_Forwarded_For=address).status_code for address in addresses]


@pytest.mark.parametrize("place", PLACES)
def test_who_asks_too_often_is_told_when_to_come_back(web_database: str, place: str) -> None:
    clock = Clock()
    with served(web_database, clock, WEB_LIMITS="2/minute") as site:
        assert site.get(place).status_code == 200
        clock.now += 17.5
        assert site.get(f"{place}/nothing").status_code == 404  # what is wrong counts, too
        refused = site.get(place)
        assert "2 per 1 minute. Please wait for 43 s." in said(refused, 429)
        assert refused.headers["Retry-After"] == "43"
        assert site.probe.asked == 1

        clock.now += 42
        assert site.get(place).headers["Retry-After"] == "1"
        clock.now += 0.5
        assert [site.get(place).status_code for _ in range(3)] == [200, 200, 429]


def test_each_of_several_limits_holds(web_database: str) -> None:
    clock = Clock()
    with served(web_database, clock, WEB_LIMITS="2/second; 3/hour") as site:
        assert statuses(site, "", "", "") == [200, 200, 429]
        clock.now += 1
        assert statuses(site, "") == [200]
        refused = site.get(API)
        assert "3 per 1 hour" in said(refused, 429)
        assert refused.headers["Retry-After"] == "3599"


def test_what_browsers_keep_is_not_counted(web_database: str) -> None:
    with served(web_database, WEB_LIMITS="1/hour") as site:
        assert {site.get("/static/nothing.js").status_code for _ in range(5)} == {404}
        assert statuses(site, "", "") == [200, 429]
        assert site.get("/static/nothing.js").status_code == 404


def test_nobody_is_refused_without_limits(web_database: str) -> None:
    with served(web_database, WEB_LIMITS="") as site:
        assert {*statuses(site, *[""] * 50)} == {200}


@pytest.mark.parametrize("proxies", ["", "10.0.0.0/8 ::1"])
def test_the_word_of_others_than_the_proxies_is_not_taken(web_database: str, proxies: str) -> None:
    with served(web_database, WEB_LIMITS="2/hour", WEB_PROXIES=proxies) as site:
        assert statuses(site, "192.0.2.1", "192.0.2.2", "192.0.2.3") == [200, 200, 429]


def test_nor_are_variables_that_uvicorn_knows(
    web_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    with served(web_database, WEB_LIMITS="1/hour") as site:
        assert statuses(site, "192.0.2.1", "192.0.2.2") == [200, 429]


@pytest.mark.parametrize("proxies", [HERE, "127.0.0.0/8, 10.0.0.0/8"])
def test_a_proxy_says_who_asks(web_database: str, proxies: str) -> None:
    with served(web_database, WEB_LIMITS="1/hour", WEB_PROXIES=proxies) as site:
        assert statuses(site, "192.0.2.1", "192.0.2.2", "192.0.2.1") == [200, 200, 429]
        # What a client said of itself, the proxy puts its own word behind.
        assert statuses(site, "192.0.2.7, 192.0.2.1", "nonsense, 192.0.2.2") == [429, 429]
        assert statuses(site, "192.0.2.3:4711", "192.0.2.3:4712") == [200, 429]


def test_behind_two_proxies_both_have_to_be_named(web_database: str) -> None:
    with served(web_database, WEB_LIMITS="1/hour", WEB_PROXIES=f"{HERE} 10.0.0.1") as site:
        assert statuses(site, "192.0.2.1, 10.0.0.1", "192.0.2.2, 10.0.0.1") == [200, 200]
        assert statuses(site, "192.0.2.3, 10.0.0.2", "192.0.2.4, 10.0.0.2") == [200, 429]


def test_of_ipv6_a_network_is_one_address(web_database: str) -> None:
    with served(web_database, WEB_LIMITS="1/hour", WEB_PROXIES=HERE) as site:
        assert statuses(site, "2001:db8::1", "2001:db8::ffff:2", "[2001:db8::3]:80") == [
            200,
            429,
            429,
        ]
        assert statuses(site, "2001:db8:0:1::1", "fe80::1%eth0") == [200, 200]
        assert statuses(site, "192.0.2.1", "::ffff:192.0.2.1") == [200, 429]
        assert statuses(site, "::ffff:192.0.2.2", "::ffff:192.0.2.3") == [200, 200]


async def count(windows: Windows, addresses: int) -> None:
    limiter, limit = FixedWindowRateLimiter(windows), parse("300/minute")
    for number in range(addresses):
        await limiter.hit(limit, str(number))


async def test_very_many_addresses_take_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_ROOM", 1000)
    windows = Windows(Clock())
    await count(windows, 2000)
    tracemalloc.start()
    try:
        await count(windows, 5000)
        before, _ = tracemalloc.get_traced_memory()
        await count(windows, 20_000)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 100_000
    assert len(asyncio.all_tasks()) == 1


async def test_those_that_began_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_ROOM", 3)
    clock = Clock()
    windows = Windows(clock)
    for key in "abc":
        await windows.incr(key, 60)
        clock.now += 25
    assert await windows.incr("a", 60) == 1  # its window had ended
    await windows.incr("d", 60)
    assert [await windows.get(key) for key in "abcd"] == [1, 0, 1, 1]
