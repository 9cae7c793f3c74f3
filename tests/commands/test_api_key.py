"""``scrapy api_key``: makes keys, lists them, and revokes them."""

import getpass
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from subprocess import CompletedProcess
from typing import LiteralString

import psycopg
import pytest

from esn_pulse.web.rules import Who
from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.people import Operators
from tests.conftest import Crawl, filled_database
from tests.web.places import fill

ApiKey = Callable[..., CompletedProcess[str]]

STORED = "SELECT name, role, section, country, made_by, maker_id, ends_at - made_at FROM web_keys"
AUDIT = "SELECT who, action, what, address FROM web_audit ORDER BY id"
ME = f"cli:{getpass.getuser()}"


@pytest.fixture(scope="module")
def places(server: str, migrated_template: str) -> Iterator[str]:
    with filled_database(server, migrated_template, fill) as conninfo:
        yield conninfo


@pytest.fixture
def connection(places: str) -> Iterator[psycopg.Connection]:
    """Connection to a database in which there are no keys yet."""
    with psycopg.connect(places, autocommit=True) as connected:
        connected.execute("TRUNCATE web_keys, web_audit")
        yield connected


@pytest.fixture
def api_key(crawl: Crawl, places: str, connection: psycopg.Connection) -> ApiKey:
    """Run the command."""

    def run(*words: str, **environment: str) -> CompletedProcess[str]:
        return crawl("api_key", *words, **{"DATABASE_URL": places, **environment})

    return run


def made(ended: CompletedProcess[str]) -> str:
    """Return the key that was made."""
    assert ended.returncode == 0, ended.stderr
    [key] = ended.stdout.splitlines()
    return key


def found(connection: psycopg.Connection, query: LiteralString) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


def test_a_key_is_printed_alone_and_what_to_do_with_it_beside(
    api_key: ApiKey, connection: psycopg.Connection
) -> None:
    ended = api_key("create", "a bot", "--role", "reader")

    key = made(ended)
    prefix = keys.prefix_of(key)
    assert f"Made the key {prefix} (reader)." in ended.stderr
    assert "it is not shown again" in ended.stderr
    assert f"scrapy api_key revoke {prefix}" in ended.stderr
    assert key not in ended.stderr
    assert keys.find(connection, key, Operators(frozenset())) == Who(f"key:{prefix}")
    assert found(connection, STORED) == [("a bot", "reader", None, None, ME, None, None)]
    assert found(connection, AUDIT) == [(ME, "made a key", f"{prefix}: reader, a bot", None)]


@pytest.mark.parametrize(
    ("words", "section", "country", "who"),
    [
        (("operator",), None, None, Who(is_operator=True)),
        (("national", "--country", "tr"), None, "TR", Who(countries=frozenset(["TR"]))),
        (("local", "--section", "esn-metu"), "tr-anka-met", None, Who(sections=frozenset([1]))),
        (("local", "--section", "tr-anka-met"), "tr-anka-met", None, Who(sections=frozenset([1]))),
    ],
)
def test_a_key_is_of_whom_it_was_made_for(
    api_key: ApiKey,
    connection: psycopg.Connection,
    words: tuple[str, ...],
    section: str | None,
    country: str | None,
    who: Who,
) -> None:
    key = made(api_key("create", "one", "--role", *words))

    role, *_ = words
    assert found(connection, STORED) == [("one", role, section, country, ME, None, None)]
    is_found = keys.find(connection, key, Operators(frozenset()))
    assert is_found is not None
    assert (is_found.sections, is_found.countries) == (who.sections, who.countries)
    assert is_found.is_operator == who.is_operator


@pytest.mark.parametrize(
    ("given", "lasts"),
    [
        ("90d", timedelta(days=90)),
        ("12h", timedelta(hours=12)),
        ("1h", timedelta(hours=1)),
        ("3653d", timedelta(days=3653)),
    ],
)
def test_a_key_lasts_as_long_as_was_said(
    api_key: ApiKey, connection: psycopg.Connection, given: str, lasts: timedelta
) -> None:
    made(api_key("create", "one", "--role", "reader", "--expires", given))

    assert found(connection, STORED)[0][-1] == lasts


READER = ("create", "one", "--role", "reader")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say what to do"),
        (("create",), "say what to do"),
        (("list", "all"), "say what to do"),
        (("create", "one", "two", "--role", "reader"), "can't make sense of: create one two"),
        (("create", "one"), "say by --role what the key lets one do"),
        (("create", "", "--role", "reader"), "a key's name says what it is for"),
        (("create", "a\nb", "--role", "reader"), "a key's name says what it is for"),
        (("create", "x" * 101, "--role", "reader"), "in up to 100 signs"),
        (("create", "one", "--role", "king"), "invalid choice: 'king'"),
        (("create", "one", "--role", "local"), "--role local needs --section"),
        (("create", "one", "--role", "national"), "--role national needs --country"),
        ((*READER, "--section", "esn-metu"), "--section is for --role local only"),
        ((*READER, "--country", "TR"), "--country is for --role national only"),
        (
            ("create", "one", "--role", "local", "--section", "esn-metu", "--country", "TR"),
            "--country is for --role national only",
        ),
        (("list", "--role", "reader"), "list takes no options of create"),
        (("revoke", "AAAAAAAA", "--expires", "1d"), "revoke takes no options of create"),
        *(
            ((*READER, f"--expires={given}"), "such as 90d or 12h")
            for given in ("0d", "-1d", "3654d", "90", "1w", "١d")
        ),
    ],
)
def test_what_makes_no_sense_is_refused(crawl: Crawl, words: tuple[str, ...], said: str) -> None:
    ended = crawl("api_key", *words, DATABASE_URL="postgresql://127.0.0.1:1/x")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("local", "--section", "esn-nowhere"), "there is no section 'esn-nowhere'"),
        (("local", "--section", ""), "there is no section ''"),
        (("national", "--country", "XX"), "there is no country 'XX'"),
        (("national", "--country", "Türkiye"), "there is no country 'Türkiye'"),
    ],
)
def test_a_place_that_there_is_not(
    api_key: ApiKey, connection: psycopg.Connection, words: tuple[str, ...], said: str
) -> None:
    ended = api_key("create", "one", "--role", *words)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"Error: {said}")
    assert found(connection, STORED) == found(connection, AUDIT) == []


def test_a_key_is_revoked(api_key: ApiKey, connection: psycopg.Connection) -> None:
    key = made(api_key(*READER))
    prefix = keys.prefix_of(key)

    ended = api_key("revoke", prefix)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"Revoked {prefix}:")
    assert keys.find(connection, key, Operators(frozenset())) is None
    assert found(connection, AUDIT)[1:] == [(ME, "revoked a key", prefix, None)]

    for wrong in prefix, "AAAAAAAA":
        again = api_key("revoke", wrong)
        assert (again.returncode, again.stdout) == (1, "")
        assert f"there is no key '{wrong}' that could be revoked" in again.stderr
    assert len(found(connection, AUDIT)) == 2


def test_keys_are_listed(api_key: ApiKey, connection: psycopg.Connection) -> None:
    first = made(api_key("create", "first", "--role", "national", "--country", "TR"))
    second = made(api_key("create", "[red]second", "--role", "reader", "--expires", "90d"))
    connection.execute(
        "UPDATE web_keys SET made_at = '2026-01-12 04:00+00', last_used_at = '2026-01-12 05:00+00',"
        " revoked_at = CASE name WHEN 'first' THEN timestamptz '2026-01-12 06:00+00' END,"
        " ends_at = CASE name WHEN 'first' THEN NULL ELSE timestamptz '2126-01-12 07:00+00' END"
    )

    ended = api_key("list", COLUMNS="160", TZ="UTC")

    assert (ended.returncode, ended.stderr) == (0, "")
    lines = [[cell.strip() for cell in line.split("│")] for line in ended.stdout.splitlines()]
    made_at, used_at = "2026-01-12 04:00 UTC", "2026-01-12 05:00 UTC"
    assert [line[1:-1] for line in lines if len(line) > 1] == [
        [keys.prefix_of(second), "reader", made_at, used_at, "2126-01-12 07:00 UTC"],
        ["[red]second", "", ME, "", ""],
        [keys.prefix_of(first), "national", made_at, used_at, "revoked"],
        ["first", "TR", ME, "", "2026-01-12 06:00 UTC"],
    ]
    assert first[14:] not in ended.stdout


def test_the_database_may_be_away(api_key: ApiKey) -> None:
    ended = api_key(*READER, DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/x")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Check DATABASE_URL" in ended.stderr
    assert "hunter2" not in ended.stderr


def test_whose_login_it_was_is_in_the_audit(
    api_key: ApiKey, connection: psycopg.Connection
) -> None:
    made(api_key(*READER, LOGNAME="anna"))

    assert found(connection, AUDIT)[0][0] == "cli:anna"
    assert os.environ.get("LOGNAME") != "anna"
