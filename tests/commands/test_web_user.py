"""``scrapy web_user``: local users of the web."""

import getpass
import io
import sys
from argparse import Namespace
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import AsyncConnection
from scrapy.exceptions import UsageError

from esn_pulse.commands.web_user import Command
from esn_pulse.web.sign_in import sessions
from esn_pulse.web.sign_in.local_users import find
from esn_pulse.web.sign_in.passwords import renewed
from tests.bi.network import Network
from tests.conftest import Crawl, filled_database
from tests.web.servers import web_settings

PASSWORD = "correct horse battery"


async def fill(conninfo: str) -> None:
    async with await AsyncConnection.connect(conninfo) as connection:
        network = Network(connection)
        await network.country("TR", "Türkiye")
        slugs = {"accounts_platform_slug": "tr-anka-met", "activities_platform_slug": "esn-metu"}
        await network.section("ESN METU", "TR", **slugs)
        await network.refreshed()


@pytest.fixture
def database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with one section."""
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Caller:
    """Calls the command in this process.

    :ivar stdin: the kind of its standard input.
    """

    def __init__(self, database: str, patch: pytest.MonkeyPatch) -> None:
        self._database = database
        self._patch = patch
        self.operators = ""
        self.stdin: type[io.StringIO] = io.StringIO

    def __call__(self, *words: str, given: str = f"{PASSWORD}\n", **options: list[str]) -> int:
        command = Command()
        command.settings = web_settings(DATABASE_URL=self._database, WEB_OPERATORS=self.operators)
        opts = Namespace(**{"section": [], "country": [], **options})
        self._patch.setattr(sys, "stdin", self.stdin(given))
        command.check([*words], opts)
        command.run([*words], opts)
        return command.exitcode


@pytest.fixture
def call(database: str, monkeypatch: pytest.MonkeyPatch) -> Caller:
    monkeypatch.setattr(getpass, "getuser", lambda: "root")
    return Caller(database, monkeypatch)


def audited(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT who, action, what, address FROM web_audit ORDER BY id"
    ).fetchall()


def test_as_its_users_run_it(crawl: Crawl, database: str, connection: psycopg.Connection) -> None:
    ended = crawl("web_user", "add", "anna", DATABASE_URL=database)  # nobody types anything
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Error: the password has 0 signs. Give it from 12 to 1000\n"
    ended = crawl("web_user", "list", DATABASE_URL=database)
    assert ended.stdout == "There are no local users. To make one: scrapy web_user add NAME\n"
    for words in ["add"], ["add", "anna", PASSWORD], ["nothing"], ["list", "--section", "x"], []:
        ended = crawl("web_user", *words, DATABASE_URL=database)
        assert (ended.returncode, ended.stdout) == (2, ""), words
        assert PASSWORD not in ended.stderr.partition("make sense of")[0]
    assert audited(connection) == []


def test_a_user_is_made(
    call: Caller, connection: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("add", "anna", section=["esn-metu", "tr-anka-met"], country=["tr", "TR"]) == 0
    assert "add local:anna to it" in capsys.readouterr().out
    stored = find(connection, "anna")
    assert stored
    assert renewed(PASSWORD, stored.password_hash)
    of = "SELECT sections, countries, groups FROM web_people"
    assert connection.execute(of).fetchall() == [(["tr-anka-met"], ["TR"], [])]
    assert audited(connection) == [("cli:root", "made a user", "local:anna", None)]
    call.operators = "esn:x, local:berta"
    assert call("add", "berta") == 0
    assert "is an operator, as WEB_OPERATORS has local:berta" in capsys.readouterr().out
    assert call("list") == 0
    listed = capsys.readouterr().out
    assert PASSWORD not in listed
    anna, berta = (line for line in listed.splitlines() if "anna" in line or "berta" in line)
    assert "tr-anka-met" in anna
    assert "yes" not in anna
    assert "yes" in berta
    assert "never" in berta


@pytest.mark.parametrize(
    ("name", "options", "given", "said"),
    [
        ("Anna", {}, PASSWORD, "'Anna' can't be a name. Take up to 50 small letters"),
        ("esn:anna", {}, PASSWORD, "can't be a name"),
        (".anna", {}, PASSWORD, "can't be a name"),
        ("a" * 51, {}, PASSWORD, "can't be a name"),
        ("аnna", {}, PASSWORD, "can't be a name"),
        ("anna\n", {}, PASSWORD, "can't be a name"),
        ("anna", {}, "hunter2 eu", "the password has 10 signs. Give it from 12"),
        ("anna", {}, "hunter2" * 150, "the password has 1050 signs"),
        ("anna", {"section": ["esn-nowhere"]}, PASSWORD, "there is no section 'esn-nowhere'"),
        ("anna", {"country": ["TR", "XX"]}, PASSWORD, "there is no country 'XX'"),
    ],
)
def test_what_makes_no_user(
    call: Caller,
    connection: psycopg.Connection,
    capsys: pytest.CaptureFixture[str],
    name: str,
    options: dict[str, list[str]],
    given: str,
    said: str,
) -> None:
    assert call("add", name, given=given, **options) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert given not in err
    assert connection.execute("SELECT FROM web_people").rowcount == 0
    assert audited(connection) == []


def test_operators_that_make_no_sense_are_refused_before_anything_is_done(
    call: Caller, connection: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    call.operators = "anna"
    assert call("add", "anna") == 1
    assert "WEB_OPERATORS has 'anna'" in capsys.readouterr().err
    assert connection.execute("SELECT FROM web_people").rowcount == 0


def test_a_name_is_there_once(
    call: Caller, connection: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("add", "anna") == 0
    before = find(connection, "anna")
    assert call("add", "anna", given="another password") == 1
    assert "there is a user 'anna' already" in capsys.readouterr().err
    assert find(connection, "anna") == before


def test_another_password_ends_the_sessions(
    call: Caller, connection: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "anna", "berta":
        call("add", name)
        stored = find(connection, name)
        assert stored
        sessions.begin(connection, stored.person)
    assert call("password", "anna", given="another password\r\n") == 0
    assert "is signed out everywhere" in capsys.readouterr().out
    stored = find(connection, "anna")
    assert stored
    assert renewed("another password", stored.password_hash)
    left = "SELECT name FROM web_sessions JOIN web_people AS p ON p.id = person_id"
    assert connection.execute(left).fetchall() == [("local:berta",)]
    assert audited(connection)[-1] == ("cli:root", "changed a user", "local:anna", None)
    assert call("password", "anna", given="short") == 1
    assert find(connection, "anna") == stored


def test_a_user_is_removed(
    call: Caller, connection: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    call("add", "anna")
    assert call("remove", "anna") == 0
    assert find(connection, "anna") is None
    assert audited(connection)[-1] == ("cli:root", "removed a user", "local:anna", None)
    capsys.readouterr()
    for words in ["remove", "anna"], ["password", "anna"]:
        assert call(*words) == 1
        assert "there is no user 'anna'. To see who there is" in capsys.readouterr().err


def test_esn_accounts_are_no_local_users(call: Caller, connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO web_people (name, subject) VALUES ('esn:anna', '1')")
    for words in ["remove", "anna"], ["password", "anna"], ["password", "esn:anna"]:
        assert call(*words) == 1
    assert connection.execute("SELECT name FROM web_people").fetchall() == [("esn:anna",)]


def test_an_esn_account_can_be_removed(call: Caller, connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO web_people (name, subject) VALUES ('esn:anna', '1')")
    assert call("remove", "esn:anna") == 0
    assert connection.execute("SELECT FROM web_people").fetchall() == []
    assert audited(connection)[-1][1:3] == ("removed a user", "esn:anna")


@pytest.mark.parametrize(
    ("typed", "status"), [([PASSWORD, PASSWORD], 0), ([PASSWORD, "another password"], 1)]
)
def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(
    call: Caller,
    connection: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: list[str],
    status: int,
) -> None:
    call.stdin = Terminal
    asked = iter(typed)
    monkeypatch.setattr(getpass, "getpass", lambda _: next(asked))
    assert call("add", "anna") == status
    assert next(asked, None) is None
    assert (find(connection, "anna") is not None) is (status == 0)
    out, err = capsys.readouterr()
    assert ("these are two passwords" in err) is (status == 1)
    assert not [one for one in typed if one in out + err]


@pytest.mark.parametrize(
    "words", [["list", "x"], ["add", "--x"], ["password"], ["remove", "a", "b"]]
)
def test_what_it_does_not_know_is_refused(call: Caller, words: list[str]) -> None:
    with pytest.raises(UsageError):
        call(*words)


def test_bytes_that_are_no_text_are_refused(crawl: Crawl, database: str) -> None:
    broken = b"\xff".decode(errors="surrogateescape")
    ended = crawl("web_user", "add", "anna", "--section", broken, DATABASE_URL=database)

    assert ended.returncode == 2
    assert ended.stderr == "Error: '\\udcff' has bytes that are no UTF-8\n"
