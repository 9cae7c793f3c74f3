"""Signing in with an ESN account, and all that can go wrong with it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import psycopg
import pytest
import requests
from parsel import Selector

from esn_pulse.web import pools
from esn_pulse.web.rules import Who
from esn_pulse.web.sign_in import esn, people, sessions
from esn_pulse.web.sign_in.people import Belongings, Operators, keep_account
from tests.end_to_end.village import wait_until
from tests.web.problems import assert_sober, page
from tests.web.servers import Clock, served
from tests.web.sign_in.browsers import Browser, refusal
from tests.web.sign_in.conftest import CALLBACK, URL, esn_site
from tests.web.sign_in.provider import ANNA, SECRET, Provider

OVER = "This sign-in was used already"
AWAY = "ESN's sign-in can't be reached right now"
ODD = "ESN's sign-in did not say who you are"
CHAIRS = Operators(frozenset(["esn:COMMITTEE:itcom-chair"]))
SESSION, STATE = "esn_pulse_session", "esn_pulse_sign_in"


def who(connection: psycopg.Connection, browser: Browser) -> Who | None:
    return sessions.find(connection, browser.cookies[SESSION], CHAIRS)


def test_one_signs_in_there_and_is_led_to_where_one_was(
    browser: Browser, provider: Provider, connection: psycopg.Connection
) -> None:
    back = browser.go_to_esn("/sections")
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sections")
    assert STATE not in browser.cookies
    assert browser.name == "Signed in as anna"
    [[section]] = connection.execute("SELECT id FROM sections").fetchall()
    assert who(connection, browser) == Who(
        "esn:anna", frozenset([section]), frozenset(["TR"]), is_operator=True
    )
    assert provider.asked == ["/oauth/authorize", "/oauth/token", "/oauth/v1/userinfo"]
    assert browser.get("/sign-in?next=/countries").headers["Location"] == "/countries"
    audited = connection.execute(
        "SELECT who, action, address FROM web_audit ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert audited == ("esn:anna", "signed in", "127.0.0.1")


def test_of_what_esn_says_only_what_is_needed_is_stored(
    browser: Browser, provider: Provider, connection: psycopg.Connection
) -> None:
    browser.get(browser.go_to_esn())
    stored = stored_texts(connection)
    for told in "Example", "private.example", "esn.example", "anna.jpg", *provider.secrets:
        assert told not in stored
    for token in browser.cookies.values():
        assert token not in stored


def stored_texts(connection: psycopg.Connection) -> str:
    tables = "web_people", "web_sessions", "web_sign_ins", "web_audit"
    rows = [connection.execute(f"TABLE {table}".encode()).fetchall() for table in tables]
    return str(rows)


def test_rights_follow_each_sign_in(
    browser: Browser, provider: Provider, connection: psycopg.Connection
) -> None:
    browser.get(browser.go_to_esn())
    provider.userinfo = {**ANNA, "groups": {}, "detailed_groups": None}
    before = dict(browser.cookies)
    browser.get(browser.go_to_esn())
    assert who(connection, browser) == Who("esn:anna")
    assert sessions.find(connection, before[SESSION], CHAIRS) is None


def test_an_account_keeps_its_person_when_it_is_renamed(
    browser: Browser, provider: Provider, connection: psycopg.Connection
) -> None:
    stored = "SELECT id, name FROM web_people WHERE subject = '4711'"
    browser.get(browser.go_to_esn())
    [[person, _]] = connection.execute(stored).fetchall()
    provider.userinfo = {**ANNA, "preferred_username": "anna.b"}
    browser.get(browser.go_to_esn())
    assert connection.execute(stored).fetchall() == [(person, "esn:anna.b")]


def test_who_takes_over_a_name_takes_over_nothing_else(
    browser: Browser, provider: Provider, connection: psycopg.Connection
) -> None:
    browser.get(browser.go_to_esn())
    before = who(connection, browser)
    other = Browser(browser.site, URL)
    provider.userinfo = {"sub": "4712", "preferred_username": "anna"}
    said = refusal(other.get(other.go_to_esn()), 403)
    assert "scrapy web_user remove esn:anna" in said
    assert (who(connection, browser), other.name) == (before, "")

    people.remove(connection, "esn:anna")
    other.get(other.go_to_esn())
    assert who(connection, other) == Who("esn:anna")
    people.remove(connection, "esn:anna")


def test_of_two_new_accounts_of_one_name_the_first_has_it(
    browser: Browser, provider: Provider, web_database: str, connection: psycopg.Connection
) -> None:
    provider.userinfo = {"sub": "new", "preferred_username": "new"}
    back = browser.go_to_esn()
    waiting = "SELECT FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
    with psycopg.connect(web_database) as other, ThreadPoolExecutor(1) as pool:
        keep_account(other, "esn:new", "another", Belongings())
        coming = pool.submit(browser.get, back)
        wait_until(lambda: connection.execute(waiting).rowcount)
        other.commit()
        assert "user name new was another" in refusal(coming.result(), 403)
    assert browser.name == ""


def test_it_can_be_denied_there(browser: Browser, provider: Provider) -> None:
    provider.is_denied = True
    said = refusal(browser.get(browser.go_to_esn("/sections")), 403)
    assert said.startswith("You did not let ESN's sign-in tell who you are")
    assert browser.name == ""


def test_other_errors_are_told(browser: Browser) -> None:
    state = browser.go_to_esn().partition("state=")[2]
    answer = browser.get(f"/sign-in/esn/callback?state={state}&error=<script>hunter2")
    assert refusal(answer, 502).startswith(ODD)
    assert_sober(answer)


@pytest.mark.parametrize("query", ["", "?state=", "?code=x", "?state=x&code=y", "?state=é&code=y"])
def test_nobody_comes_back_who_has_not_gone_there(browser: Browser, query: str) -> None:
    assert refusal(browser.get(f"/sign-in/esn/callback{query}"), 400).startswith(OVER)
    browser.go_to_esn()
    assert refusal(browser.get(f"/sign-in/esn/callback{query}"), 400).startswith(OVER)
    assert browser.name == ""


def test_one_comes_back_once(browser: Browser, provider: Provider) -> None:
    back = browser.go_to_esn()
    had = dict(browser.cookies)
    assert browser.get(back).status_code == 303
    again = Browser(browser.site, URL, had)
    assert refusal(again.get(back), 400).startswith(OVER)
    assert provider.asked.count("/oauth/token") == 1


def test_even_at_the_same_time_one_comes_back_once(browser: Browser, provider: Provider) -> None:
    back = browser.go_to_esn()
    provider.may_answer.clear()
    both = [Browser(browser.site, URL, dict(browser.cookies)) for _ in range(2)]
    begun = browser.site.begun
    with ThreadPoolExecutor(2) as pool:
        coming = [pool.submit(one.get, back) for one in both]
        wait_until(lambda: browser.site.begun == begun + 2)
        provider.may_answer.set()
        assert sorted(one.result().status_code for one in coming) == [303, 400]
    assert sorted(SESSION in one.cookies for one in both) == [False, True]


def test_no_two_browsers_share_an_answer(browser: Browser, web_database: str) -> None:
    others = [Browser(browser.site, URL) for _ in range(8)]
    with psycopg.connect(web_database) as holding, ThreadPoolExecutor(8) as pool:
        holding.execute("LOCK TABLE web_sign_ins")  # so that all of them wait
        begun = browser.site.begun
        asked = [pool.submit(one.get, "/sign-in/esn") for one in others]
        wait_until(lambda: browser.site.begun == begun + 8)
        holding.rollback()
        assert len({one.result().headers["Location"] for one in asked}) == 8
    assert len({one.cookies[STATE] for one in others}) == 8


def test_the_state_of_another_browser_is_none(browser: Browser, provider: Provider) -> None:
    victim = Browser(browser.site, URL)
    own, back = victim.go_to_esn(), browser.go_to_esn()
    assert refusal(victim.get(back), 400).startswith(OVER)
    assert SESSION not in victim.cookies
    assert "/oauth/token" not in provider.asked
    assert browser.get(back).status_code == 303  # it is still good where it was begun
    assert victim.get(own).status_code == 303  # and what was under way goes on


def test_a_code_of_another_sign_in_is_none(browser: Browser) -> None:
    attacker = Browser(browser.site, URL)
    stolen = browser.go_to_esn().partition("?")[2].partition("&")[0]
    state = attacker.go_to_esn().partition("state=")[2]
    answer = attacker.get(f"/sign-in/esn/callback?{stolen}&state={state}")
    assert refusal(answer, 400).startswith(OVER)


def test_it_takes_ten_minutes_at_the_most(
    browser: Browser, provider: Provider, connection: psycopg.Connection
) -> None:
    back = browser.go_to_esn()
    connection.execute("UPDATE web_sign_ins SET ends_at = ends_at - interval '10 minutes'")
    assert refusal(browser.get(back), 400).startswith(OVER)
    assert "/oauth/token" not in provider.asked


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/v1/userinfo"])
@pytest.mark.parametrize(
    ("answer", "said"),
    {
        "no JSON": ((200, b"<html>maintenance"), ODD),
        "a list": ((200, b"[]"), ODD),
        "null": ((200, b"null"), ODD),
        "nothing": ((200, b""), ODD),
        "an odd token": ((200, b'{"access_token": {"a": 1}, "token_type": "bearer"}'), ODD),
        "a kind of token": ((200, b'{"access_token": "x", "token_type": "mac"}'), ODD),
        "a kind that is none": ((200, b'{"access_token": "x", "token_type": 7}'), ODD),
        "signs of no header": ((200, b'{"access_token": "x\\r\\ny", "token_type": "bearer"}'), ODD),
        "letters": ((200, '{"access_token": "é€", "token_type": "bearer"}'.encode()), ODD),
        "over already": (
            (200, b'{"access_token": "x", "token_type": "bearer", "expires_in": -5}'),
            ODD,
        ),
        "an endless time": ((200, b'{"access_token": "x", "expires_in": 1e999}'), ODD),
        "an odd time": ((200, b'{"access_token": "x", "expires_in": [1]}'), ODD),
        "an odd error": ((400, b'{"error": ["x"], "error_description": 7}'), ODD),
        "deep": ((200, b"[" * 500_000), ODD),
        "huge": ((200, b'{"sub": "' + b"x" * 1_100_000), ODD),
        "elsewhere": ((302, b"{}"), ODD),
        "forbidden": ((403, b"no"), ODD),
        "broken": ((500, b"Traceback"), AWAY),
        "away": ((503, b"{}"), AWAY),
    }.values(),
)
def test_what_is_no_answer_is_told(
    browser: Browser, provider: Provider, path: str, answer: tuple[int, bytes], said: str
) -> None:
    provider.answers[path] = answer
    answered = browser.get(browser.go_to_esn("/sections"))
    assert answered.status_code == 502
    told = Selector(answered.text).css("[role=alert]::text").get(default="")
    assert told.startswith((said, "ESN's sign-in did not say which account this is"))
    assert "/elsewhere" not in provider.asked
    assert_sober(answered)
    assert SESSION not in browser.cookies
    again = Selector(answered.text).css(".button::attr(href)").get()
    assert again == "/sign-in/esn?next=%2Fsections"


@pytest.mark.parametrize(
    ("userinfo", "said"),
    [
        ({}, "did not say which account"),
        ({"sub": 4711, "preferred_username": "anna"}, "did not say which account"),
        ({"sub": "4711"}, "gave a user name that can't be used"),
        ({"sub": "4711", "preferred_username": "a:b"}, "gave a user name that can't be used"),
        ({"sub": "4711", "preferred_username": "a\0b"}, "gave a user name that can't be used"),
    ],
)
def test_an_account_without_a_name(
    browser: Browser, provider: Provider, userinfo: object, said: str
) -> None:
    provider.userinfo = userinfo
    assert said in refusal(browser.get(browser.go_to_esn()), 502)
    assert browser.name == ""


def test_esn_is_away(browser: Browser, web_database: str, clock: Clock) -> None:
    with esn_site(web_database, Provider(CALLBACK, port=1), clock) as site:
        browser = Browser(site, URL)
        state = browser.get("/sign-in/esn").headers["Location"].partition("&state=")[2]
        state = state.partition("&")[0]
        answer = browser.get(f"/sign-in/esn/callback?code=x&state={state}")
    assert refusal(answer, 502).startswith(AWAY)


@pytest.mark.parametrize("secret", ["another"])
def test_a_wrong_secret_is_the_operators_business(
    provider: Provider,
    web_database: str,
    clock: Clock,
    secret: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with esn_site(web_database, provider, clock, secret=secret) as site:
        browser = Browser(site, URL)
        assert refusal(browser.get(browser.go_to_esn()), 502).startswith(ODD)
    assert "(invalid_client). Check ESN_CLIENT_ID, ESN_CLIENT_SECRET" in caplog.text


def test_where_esn_does_not_answer_nobody_else_waits(
    browser: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE", 1)
    ways = [(one, one.go_to_esn()) for one in (Browser(browser.site, URL) for _ in range(12))]
    provider.may_answer.clear()
    with ThreadPoolExecutor(12) as pool:
        coming = [pool.submit(one.get, back) for one, back in ways]
        wait_until(lambda: sum(one.done() for one in coming) == 8)
        wait_until(lambda: provider.asked.count("/oauth/token") == 4)
        assert browser.get("/sign-in").status_code == 200
        provider.may_answer.set()
        statuses = sorted(one.result().status_code for one in coming)
    assert statuses == [303] * 4 + [503] * 8


def test_esn_takes_too_long(
    browser: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(esn, "_PATIENCE", (5, 0.2))
    back = browser.go_to_esn()
    provider.may_answer.clear()
    assert refusal(browser.get(back), 502).startswith(AWAY)


def test_nothing_secret_is_logged_or_shown(
    browser: Browser, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[requests.Response] = []
    for path, answer in {
        "": (200, b""),
        "/oauth/token": (400, b'{"error": "invalid_scope", "error_description": "hunter2"}'),
        "/oauth/v1/userinfo": (401, b"hunter2"),
    }.items():
        provider.answers = {path: answer}
        back = browser.go_to_esn()
        provider.secrets.extend(browser.cookies.values())
        shown += [browser.get(back), browser.get(back), browser.get("/sign-in")]
    provider.secrets.extend([*browser.cookies.values(), "hunter2", SECRET])
    told = "".join([*logged_here(caplog, browser), *(one.text for one in shown)])
    assert "invalid_scope" in told
    assert not [one for one in provider.secrets if one in told]


def logged_here(caplog: pytest.LogCaptureFixture, browser: Browser) -> list[str]:
    """Return what was logged, but for what the browser's library says of its own requests."""
    texts = [one.getMessage() for one in caplog.records]
    own = browser.site.url, "/oauth/authorize"
    return [one for one in texts if not any(asked in one for asked in own)]


@pytest.mark.parametrize("is_secure", [False, True])
def test_the_cookies_are_for_nobody_else(
    provider: Provider, web_database: str, clock: Clock, *, is_secure: bool
) -> None:
    url = URL.replace("http:", "https:") if is_secure else URL
    provider.callback = f"{url}/sign-in/esn/callback"
    with esn_site(web_database, provider, clock, url) as site:
        browser = Browser(site, url)
        browser.get(browser.go_to_esn())
        browser.post("/sign-out")
    prefix = "__Host-" if is_secure else ""
    assert {*browser.set} == {f"{prefix}{name}" for name in (SESSION, STATE)}
    assert browser.cookies == {}
    for cookie in browser.set.values():
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "lax"
        assert cookie["path"] == "/"
        assert cookie["domain"] == ""
        assert bool(cookie["secure"]) is is_secure
    provider.callback = CALLBACK


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example"),
        *("javascript:alert(1)", "/\t/evil.example", "/\r\nSet-Cookie: a=b", "evil.example"),
        *("/%5c/\\evil.example", " //evil.example", "/\u2028/evil.example", "///evil.example"),
        "/é",
    ],
)
def test_nobody_is_led_elsewhere(browser: Browser, elsewhere: str) -> None:
    back = browser.go_to_esn(quote(elsewhere, safe=""))
    assert browser.get(back).headers["Location"] == "/"
    page = Selector(Browser(browser.site, URL).get(f"/sign-in?next={quote(elsewhere)}").text)
    assert page.css("[name=next]::attr(value)").get() == "/"
    assert page.css(".button::attr(href)").get() == "/sign-in/esn"
    led = browser.get(f"/sign-in?next={quote(elsewhere)}")
    assert led.headers["Location"] == "/"


@pytest.mark.parametrize(
    "path", ["/%2f%2fevil.example", "/search?q=a%26b&page=2", "/sections/%C3%A9"]
)
def test_one_is_led_to_any_page_of_ours(browser: Browser, path: str) -> None:
    back = browser.go_to_esn(quote(path, safe=""))
    assert browser.get(back).headers["Location"] == path


def test_without_a_client_there_is_no_such_sign_in(web_database: str) -> None:
    with served(web_database, writing=web_database) as site:
        assert not Selector(site.get("/sign-in").text).css(".button")
        for path in "/sign-in/esn", "/sign-in/esn/callback?state=x&code=y":
            assert "There is nothing at" in page(site.get(path), 404)


def test_where_nothing_is_written_nobody_signs_in(web_database: str) -> None:
    with served(web_database) as site:
        for path in "/sign-in", "/sign-in/esn", "/sign-in/esn/callback":
            assert page(site.get(path), 404)
        assert not Selector(site.get("/").text).css(".account")
