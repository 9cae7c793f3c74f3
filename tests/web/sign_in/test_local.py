"""Local users: signing in and out, and guessing."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
import requests
from argon2 import PasswordHasher
from parsel import Selector

from esn_pulse.web import pools
from esn_pulse.web.sign_in import local_users, passwords, people
from esn_pulse.web.sign_in.passwords import hash_password
from esn_pulse.web.sign_in.people import Belongings
from tests.end_to_end.village import wait_until
from tests.web.problems import assert_sober, page
from tests.web.servers import Clock, Site
from tests.web.sign_in.browsers import Browser, refusal
from tests.web.sign_in.conftest import PASSWORD, URL
from tests.web.sign_in.provider import Provider

WRONG = "There is no such user, or the password is another one."
COOKIE = "esn_pulse_session"


def latest(connection: psycopg.Connection) -> tuple[object, ...]:
    audited = "SELECT who, action, address FROM web_audit ORDER BY id DESC LIMIT 1"
    [row] = connection.execute(audited).fetchall()
    return tuple(row)


def test_one_signs_in_and_out(browser: Browser, connection: psycopg.Connection) -> None:
    assert browser.name == ""
    assert Selector(browser.get("/sections").text).css("a.account::attr(href)").get() == (
        "/sign-in?next=%2Fsections"
    )
    answer = browser.sign_in("anna", PASSWORD, "/sections?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sections?page=2")
    assert browser.name == "Signed in as anna"
    assert latest(connection) == ("local:anna", "signed in", "127.0.0.1")
    shown = browser.get("/sections")
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert shown.headers["Vary"].count("Cookie") == 1

    token = browser.cookies[COOKIE]
    assert browser.post("/sign-out").headers["Location"] == "/"
    assert COOKIE not in browser.cookies
    assert latest(connection) == ("local:anna", "signed out", "127.0.0.1")
    assert Browser(browser.site, URL, {COOKIE: token}).name == ""
    assert browser.post("/sign-out").status_code == 303  # nobody's


@pytest.mark.parametrize(
    ("name", "password"),
    [
        *(("anna", "another password"), ("anna", f"{PASSWORD} "), ("ANNA", PASSWORD)),
        *(("nobody", PASSWORD), ("local:anna", PASSWORD), ("anna\0", PASSWORD)),
        *(("anna", f"{PASSWORD}\0"), ("' OR 1=1 --", "x"), ("anna ", PASSWORD), ("аnna", PASSWORD)),
        *(("{{7*7}}", "<script>"), ("\ufeffanna", PASSWORD), ("anna\r\n", PASSWORD)),
    ],
)
def test_another_name_or_password(browser: Browser, name: str, password: str) -> None:
    answer = browser.sign_in(name, password)
    assert refusal(answer, 401) == WRONG
    assert_sober(answer)
    assert browser.cookies == {}
    shown = Selector(answer.text)
    assert shown.css("input[name=next]::attr(value)").get() == "/"


def test_an_esn_account_has_no_password(browser: Browser, provider: Provider) -> None:
    browser.get(browser.go_to_esn())
    for name in "anna", "esn:anna":
        assert refusal(Browser(browser.site, URL).sign_in(name, "x"), 401) == WRONG


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "name: Field required"),
        ({"name": "anna", "password": ""}, "password: Field required"),
        ({"name": "x" * 51, "password": "x"}, "name: "),
        ({"name": "anna", "password": "hunter2" * 200}, "password: "),
    ],
)
def test_a_form_that_is_none(browser: Browser, form: dict[str, str], told: str) -> None:
    assert told in page(browser.post("/sign-in", form), 422)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"name": "anna", "password": "x"}'),
        ("application/x-www-form-urlencoded", b"name=%ff%fe&password=%ED%A0%80"),
        ("application/x-www-form-urlencoded", b"\xff\x00=%&&&=;name"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        (
            "multipart/form-data; boundary=x; charset=raw_unicode_escape",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nanna\r\n--x\r\n'
            b'Content-Disposition: form-data; name="password"\r\n\r\n\\ud800\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"; filename="a"\r\n\r\nanna\r\n'
            b'--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nx\r\n--x--\r\n',
        ),
    ],
)
def test_bytes_that_are_no_form(browser: Browser, kind: str, body: bytes) -> None:
    headers = {"Content-Type": kind, "Origin": URL}
    answer = requests.post(f"{browser.site.url}/sign-in", body, headers=headers, timeout=30)
    assert answer.status_code in {400, 401, 422}
    assert_sober(answer)


def test_the_session_that_a_browser_had_is_never_the_one_it_gets(
    browser: Browser, connection: psycopg.Connection
) -> None:
    browser.cookies[COOKIE] = "chosen-by-an-attacker"
    browser.sign_in("anna", PASSWORD)
    first = browser.cookies[COOKIE]
    assert first != "chosen-by-an-attacker"
    browser.sign_in("anna", PASSWORD)
    assert browser.cookies[COOKIE] != first
    assert Browser(browser.site, URL, {COOKIE: first}).name == ""
    assert browser.name == "Signed in as anna"


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "é", "a" * 5000, "%00", '"a;b"', "' OR 1=1"])
def test_a_session_that_was_made_up(browser: Browser, token: str) -> None:
    browser.cookies[COOKIE] = token
    assert browser.name == ""


def test_a_session_lasts_twelve_hours(browser: Browser, connection: psycopg.Connection) -> None:
    browser.sign_in("anna", PASSWORD)
    connection.execute("UPDATE web_sessions SET ends_at = ends_at - interval '11:59'")
    assert browser.name == "Signed in as anna"
    connection.execute("UPDATE web_sessions SET ends_at = ends_at - interval '1 minute'")
    assert browser.name == ""


def test_what_is_stored_is_no_session(browser: Browser, connection: psycopg.Connection) -> None:
    browser.sign_in("anna", PASSWORD)
    hashes = connection.execute("SELECT token_hash FROM web_sessions").fetchall()
    for [token_hash] in hashes:
        for forged in token_hash.hex(), token_hash.decode("latin-1"):
            assert forged != browser.cookies[COOKIE]
    forger = Browser(browser.site, URL, {COOKIE: hashes[0][0].hex()})
    assert forger.name == ""


@pytest.mark.parametrize("does", ["remove", "change"])
def test_a_user_who_is_removed_or_changed_is_signed_out(
    browser: Browser, connection: psycopg.Connection, does: str
) -> None:
    local_users.add(connection, "berta", hash_password(PASSWORD), Belongings())
    browser.sign_in("berta", PASSWORD)
    assert browser.name == "Signed in as berta"
    if does == "remove":
        assert people.remove(connection, "local:berta")
    else:
        assert local_users.change_password(connection, "berta", hash_password("another one"))
    assert browser.name == ""
    assert refusal(browser.sign_in("berta", PASSWORD), 401) == WRONG
    people.remove(connection, "local:berta")


def test_a_password_that_changes_while_it_is_checked(
    browser: Browser, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = passwords.renewed

    def change_and_check(password: str, stored: str | None) -> str | None:
        local_users.change_password(connection, "anna", hash_password("another one"))
        return right(password, stored)

    before = local_users.find(connection, "anna")
    assert before
    monkeypatch.setattr(passwords, "renewed", change_and_check)
    assert refusal(browser.sign_in("anna", PASSWORD), 401) == WRONG
    local_users.change_password(connection, "anna", before.password_hash)


def test_a_hash_is_renewed_when_its_parameters_are_others(
    browser: Browser, connection: psycopg.Connection
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    local_users.add(connection, "clara", weak, Belongings())
    assert browser.sign_in("clara", PASSWORD).status_code == 303
    renewed = local_users.find(connection, "clara")
    assert renewed
    assert renewed.password_hash != weak
    assert not PasswordHasher().check_needs_rehash(renewed.password_hash)
    assert browser.sign_in("clara", PASSWORD).status_code == 303
    assert local_users.find(connection, "clara") == renewed
    assert refusal(browser.sign_in("clara", "another"), 401) == WRONG


CROSS_SITE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": f"{URL}.evil.example"},
    {"Origin": URL.replace("http:", "https:")},
    {"Origin": f"{URL}:81"},
    {"Origin": ""},
    {},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Referer": f"{URL}/sign-in"},
    {"Origin": "https://evil.example", "Sec_Fetch_Site": "same-origin"},
]


@pytest.mark.parametrize("headers", CROSS_SITE)
def test_other_sites_neither_sign_in_nor_out(browser: Browser, headers: dict[str, str]) -> None:
    form = {"name": "anna", "password": PASSWORD}
    answer = browser.site.send_form("/sign-in", form, **headers)
    assert "This was sent from another site" in page(answer, 403)
    assert "Set-Cookie" not in answer.headers
    browser.sign_in("anna", PASSWORD)
    cookie = f"{COOKIE}={browser.cookies[COOKIE]}"
    assert browser.site.send_form("/sign-out", {}, Cookie=cookie, **headers).status_code == 403
    assert browser.name == "Signed in as anna"


def test_a_browser_that_names_no_origin_says_that_it_is_ours(browser: Browser) -> None:
    form = {"name": "anna", "password": PASSWORD}
    answer = browser.site.send_form("/sign-in", form, Sec_Fetch_Site="same-origin")
    assert answer.status_code == 303


def test_signing_out_is_not_asked_for_by_a_link(browser: Browser) -> None:
    browser.sign_in("anna", PASSWORD)
    assert browser.get("/sign-out").status_code == 405
    assert browser.name == "Signed in as anna"


@pytest.fixture
def _cheap_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let checking a password take no time: for tests that count how often it is tried."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    # What is stored stays as it is for the other tests.
    monkeypatch.setattr(PasswordHasher, "check_needs_rehash", lambda *_: False)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(passwords, "_NOBODYS", hasher.hash(""))


def tried(site: Site, name: str, address: str = "192.0.2.1") -> requests.Response:
    form = {"name": name, "password": "guessed"}
    return site.send_form("/sign-in", form, Origin=URL, X_Forwarded_For=address)


def test_who_guesses_is_slowed_down(browser: Browser, clock: Clock) -> None:
    site = browser.site
    assert [tried(site, "anna").status_code for _ in range(5)] == [401] * 5
    clock.now += 100
    slowed = tried(site, "anna")
    assert "Please wait for 14 minutes." in refusal(slowed, 429)
    assert slowed.headers["Retry-After"] == "800"
    form = {"name": "anna", "password": PASSWORD}
    right = site.send_form("/sign-in", form, Origin=URL, X_Forwarded_For="192.0.2.1")
    assert right.status_code == 429
    # Neither she, who is elsewhere, nor others at that address, have to wait.
    assert browser.sign_in("anna", PASSWORD).status_code == 303
    assert tried(site, "berta").status_code == 401
    clock.now += 799
    assert tried(site, "anna").headers["Retry-After"] == "1"
    clock.now += 1
    assert tried(site, "anna").status_code == 401


@pytest.mark.usefixtures("_cheap_checks")
def test_who_guesses_of_many_is_slowed_down_too(browser: Browser, clock: Clock) -> None:
    site = browser.site
    statuses = [tried(site, f"user{number}").status_code for number in range(22)]
    assert statuses == [401] * 20 + [429] * 2
    assert tried(site, "anna", "192.0.2.2").status_code == 401
    clock.now += 900
    assert tried(site, "anna").status_code == 401


def test_ipv6_addresses_of_a_network_are_one(browser: Browser) -> None:
    for number in range(5):
        assert tried(browser.site, "anna", f"2001:db8::{number}").status_code == 401
    assert tried(browser.site, "anna", "2001:db8::ffff").status_code == 429


@pytest.mark.usefixtures("_cheap_checks")
def test_who_comes_with_many_guesses_at_once_has_no_more(browser: Browser) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: tried(browser.site, "anna").status_code, range(12)))
    assert sorted(answers) == [401] * 5 + [429] * 7


@pytest.mark.usefixtures("_cheap_checks")
def test_what_is_right_is_not_counted(browser: Browser) -> None:
    statuses = {browser.sign_in("anna", PASSWORD).status_code for _ in range(21)}
    assert statuses == {303}


def test_an_unknown_name_costs_as_much_as_a_known_one(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def note(self: PasswordHasher, stored: str, password: str) -> bool:
        hashed.append(stored.rpartition("$")[0].rpartition("$")[0])
        return verify(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", note)
    for name in "anna", "nobody", "NO NAME":
        assert tried(browser.site, name).status_code == 401
    assert len(hashed) == 3
    assert len({*hashed}) == 1  # the same parameters


def test_passwords_that_are_checked_leave_the_others_alone(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE", 1)
    release, checked = Event(), list[str]()

    def wait(password: str, stored: str | None) -> None:
        checked.append(password)
        release.wait(20)

    monkeypatch.setattr(passwords, "renewed", wait)
    with ThreadPoolExecutor(60) as pool:
        asked = [
            pool.submit(tried, browser.site, "anna", f"192.0.2.{number}") for number in range(60)
        ]
        wait_until(lambda: len(checked) == 2)
        assert browser.get("/sections").status_code == 200
        wait_until(lambda: sum(one.done() for one in asked) == 58)
        release.set()
        statuses = sorted(one.result().status_code for one in asked)
    assert statuses == [401] * 2 + [503] * 58
    assert len(checked) == 2
    assert tried(browser.site, "anna", "192.0.2.100").status_code == 401


def test_nothing_secret_is_logged(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser.sign_in("anna", PASSWORD)
    refused = browser.sign_in("anna", "hunter2")
    shown = browser.get("/sections").text + refused.text
    for secret in PASSWORD, "hunter2", browser.cookies[COOKIE]:
        assert secret not in caplog.text
        assert secret not in shown
