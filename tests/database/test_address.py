"""What is wrong with ``DATABASE_URL`` is said, and no part of a password."""

from collections.abc import Callable
from pprint import pformat

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scrapy.settings import Settings

from esn_pulse.database import prepare
from esn_pulse.database.address import AddressError, parsed
from esn_pulse.database.server import whereabouts
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable
from esn_pulse.logs.redaction import Redactor, known_secrets
from tests.conftest import Crawl

WHERE = {"host": "/nonexistent", "user": "me", "dbname": "pulse"}
URI = "postgresql://me:{}@%2Fnonexistent/pulse"
KEYWORDS = "host=/nonexistent password={} user=me dbname=pulse"
FORMS: dict[str, Callable[[str], str]] = {
    "address": URI.format,
    # As by a file of variables in which # begins a comment; with an @ before it, it makes sense.
    "address cut off": lambda pw: URI.format("Q" + pw.replace("@", "")).partition("#")[0],
    "address with a parameter": (URI + "?sslmode=require").format,
    "address in quotes": ('"' + URI + '"').format,
    "address with a line break": (URI + "\r\n").format,
    "password as a parameter": "postgresql://me@%2Fnonexistent/pulse?password={}&port=1".format,
    "keywords": KEYWORDS.format,
    "keywords in quotes": ('"' + KEYWORDS + '"').format,
    "scheme of another library": ("postgresql+asyncpg" + URI[10:]).format,
}
# Letters that no message has in capitals one after the other; between them what has a meaning.
LETTERS = st.text("XQZJŽ", min_size=1, max_size=5)
SIGNS = st.text("/#@%: ?&=[]'\"+,", min_size=1, max_size=2)
PASSWORDS = st.builds(
    lambda pairs, last, first: first + "".join(map("".join, pairs)) + last,
    st.lists(st.tuples(LETTERS, SIGNS), min_size=1, max_size=4),
    st.one_of(LETTERS, st.just("")),
    st.one_of(SIGNS, st.just("")),
)


def parts_of(password: str) -> set[str]:
    windows = {password[at : at + 3] for at in range(len(password) - 2)}
    return {window for window in windows if any(letter.isalpha() for letter in window)}


def shown(address: str) -> str:
    """Return all that is logged and printed of an address, with how its use failed."""
    given = Settings({"DATABASE_URL": address})
    redact = Redactor(known_secrets(given, {}))
    dump = redact(pformat({"BOT_NAME": "esn_pulse", "DATABASE_URL": address}))
    with pytest.raises((ConfigurationError, DatabaseUnavailable)) as refused:
        prepare(given)
    return f"{dump}\n{whereabouts(given)}\n{refused.value}"


@pytest.mark.parametrize("form", FORMS)
@hypothesis_settings(max_examples=60)
@given(password=PASSWORDS)
@example("XQZ/JŽX")
@example("XQZ@JŽX")
@example("XQZ#JŽX")
@example("XQZ%JŽX")
@example("XQZ:JŽX")
@example("XQZ JŽX")
@example("@/XQZ?JŽX=Q")
@example("?X@JŽX")
@example("X&QZJ=Q")
@example("X QZJ=Q")
def test_no_part_of_a_password_is_shown(form: str, password: str) -> None:
    address = FORMS[form](password)

    told = shown(address)

    assert not {part for part in parts_of(password) if part in told}
    try:
        found = parsed(address)
    except AddressError:
        assert "DATABASE_URL is not the address of a PostgreSQL database" in told
        assert any(way in told for way in ("/ as %2F", "single quotes", "Leave them out"))
    else:
        assert WHERE.items() <= found.items()


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("postgresql://h/pulse?pgbouncer=true", "no parameter 'pgbouncer'"),
        ("postgresql://me:pw@h/pulse?sslmode=require&schema=public", "no parameter 'schema'"),
        ("host=h pasword=hunter2", "no parameter 'pasword'"),
        ("'postgresql://h/pulse'", "quotation marks"),
        ("postgresql://h/pulse\n", "line breaks"),
        (" postgresql://h/pulse", "spaces"),
        ("'host=h dbname=pulse'", "quotation marks"),
        ("postgresql://me:a/b@h/pulse", "/ as %2F"),
        ("host=h password=a b", "single quotes around the password"),
        ("postgresql://me:100%bcd@h/pulse", "% as %25"),
        ("postgresql://me:Ž\udcbc@h/pulse", "% as %25"),
    ],
)
def test_what_to_mend_is_named(address: str, advice: str) -> None:
    with pytest.raises(AddressError, match="DATABASE_URL is not the address") as refused:
        parsed(address)
    assert advice in str(refused.value)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("postgresql://", {}),
        ("postgres:///pulse", {"dbname": "pulse"}),
        ("postgresql://a:1,b:2/pulse", {"host": "a,b", "port": "1,2", "dbname": "pulse"}),
        ("postgresql://me@[::1]:5432", {"host": "::1", "port": "5432", "user": "me"}),
        ("postgresql://h/p?user=me@corp", {"host": "h", "dbname": "p", "user": "me@corp"}),
        ("postgresql://me:#a?b:c&d@h", {"host": "h", "user": "me", "password": "#a?b:c&d"}),
        ("postgresql://me:%2F%40@h", {"host": "h", "user": "me", "password": "/@"}),
        ("postgresql://h?ssl=true", {"host": "h", "sslmode": "require"}),
        ("host=h\npassword='a b'\n", {"host": "h", "password": "a b"}),
    ],
)
def test_what_libpq_reads_rightly_is_taken(address: str, parts: dict[str, str]) -> None:
    assert parsed(address) == parts


def test_a_run_tells_what_to_escape_and_nothing_of_the_password(crawl: Crawl) -> None:
    password = "XQZ/JŽX#QQZ@ŽJJ"

    ended = crawl("crawl", "accounts", DATABASE_URL=URI.format(password), PGPASSWORD="ZZŽ/QQŽ")

    assert ended.returncode == 1
    assert "/ as %2F, @ as %40" in ended.stderr
    assert not [part for part in parts_of(password) if part in ended.stdout + ended.stderr]
    assert "ZZŽ" not in ended.stdout + ended.stderr
