"""The address of a database as people write it.

No message repeats more of a wrong one than the name of a parameter: the rest may be of a password.
"""

import re
from itertools import takewhile
from urllib.parse import unquote

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

_HOST = r"(?:\[[^]\s]*\]|[^]\[@:/?,\s]*)(?::\d{0,5})?"
# libpq, which takes a part of a password for a host, a port or a database, knows no such limits.
_URI = re.compile(
    rf"postgres(?:ql)?://(?:[^@/\s]*@|(?![^@/]*@)){_HOST}(?:,{_HOST})*(?:/[^@?\s]*)?"
    r"(?:\?(?P<parameters>\S*))?"
)
_PAIR = re.compile(r"\s*(\w+)\s*=\s*(?:'(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)")
_QUOTES = ("'", '"', "`")
_OPTIONS = {option.keyword.decode(): option for option in pq.Conninfo.get_defaults()}
_KNOWN = {*_OPTIONS, "ssl"}
PASSWORDS = {name for name, option in _OPTIONS.items() if option.dispchar == b"*"}

_NO_ADDRESS = "DATABASE_URL is not the address of a PostgreSQL database"
_EXPECTED = f"{_NO_ADDRESS}; expected something like postgresql://user:password@host:5432/database"
_ESCAPE = (
    ", with what has a meaning in an address written otherwise, above all in the password: % as"
    " %25, / as %2F, @ as %40, : as %3A, ? as %3F, # as %23, and a space as %20"
)
_QUOTE = (
    ", or host=… dbname=… user=… password='…', with single quotes around the password, and with \\'"
    " for a quote and \\\\ for a backslash in it"
)


class AddressError(ValueError):
    """What is no address, or would be misread as another one; the message says what to do."""


def parsed(address: str) -> dict[str, str]:
    """Return the parts of an address.

    :raises AddressError: when it is none, or a password seems to be in the wrong parts.
    """
    is_uri = _is_uri(address)
    bare = address.strip().strip("".join(_QUOTES)).strip()
    if bare != address and (_is_uri(bare) or address.startswith(_QUOTES)):
        raise AddressError(
            f"{_NO_ADDRESS}: there are quotation marks, spaces or line breaks around it. Leave them"
            " out; not every program that reads variables from a file drops them"
        )
    if is_uri and not _URI.fullmatch(address):
        raise AddressError(_EXPECTED + _ESCAPE)
    try:
        return {name: str(value) for name, value in conninfo_to_dict(address).items()}
    except (psycopg.ProgrammingError, UnicodeError):
        # Its own message repeats a part of the address.
        raise AddressError(_reason(address)) from None


def without_password(conninfo: str) -> str:
    """Return the address in a form that may be shown and logged."""
    parts = conninfo_to_dict(conninfo).items()
    return make_conninfo(**{name: str(value) for name, value in parts if name not in PASSWORDS})


def _is_uri(text: str) -> bool:
    return text.startswith(("postgresql://", "postgres://"))


def _reason(address: str) -> str:
    names = _parameters(address) if _is_uri(address) else _keywords(address)
    # What comes after a password may be the end of it.
    before = [*takewhile(_KNOWN.__contains__, names)]
    if len(before) < len(names) and not PASSWORDS & {*before}:
        return (
            f"{_NO_ADDRESS}: PostgreSQL has no parameter '{names[len(before)]}'. Leave it out, or"
            " correct its name; some belong to the client library of another language"
        )
    return _EXPECTED + (_QUOTE if names and not _is_uri(address) else _ESCAPE)


def _parameters(uri: str) -> list[str]:
    match = _URI.fullmatch(uri)
    given = match["parameters"] if match else ""
    if not given or "@" in given:
        return []
    return [unquote(pair.partition("=")[0]) for pair in given.split("&")]


def _keywords(text: str) -> list[str]:
    """Return the keywords; none when the first is not known, as it may be all kinds of things."""
    names = [match[1] for match in _PAIR.finditer(text)]
    return names if names and names[0] in _KNOWN else []
