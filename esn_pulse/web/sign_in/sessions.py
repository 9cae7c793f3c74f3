"""Sessions of people who have signed in: each is a row, and ends with it."""

import re
from typing import LiteralString

import psycopg
from psycopg.rows import dict_row

from esn_pulse.web.rules import Who
from esn_pulse.web.sign_in.people import WHO, Operators, who_is
from esn_pulse.web.sign_in.tokens import FORM, hashed, new_token

HOURS = 12

_LOOKS_LIKE_ONE = re.compile(FORM, re.ASCII)
_BEGIN = """
    WITH person AS (UPDATE web_people SET signed_in_at = now() WHERE id = %(person)s)
    INSERT INTO web_sessions (token_hash, person_id, ends_at)
    VALUES (%(hash)s, %(person)s, now() + %(hours)s * interval '1 hour')
"""
_FIND: LiteralString = f"""
    SELECT {WHO} FROM web_sessions JOIN web_people AS p ON p.id = person_id
    WHERE token_hash = %s AND ends_at > now()
"""  # noqa: S608 (no part of it comes from outside)
_END = "DELETE FROM web_sessions WHERE token_hash = %s"


def begin(connection: psycopg.Connection, person: int) -> str:
    """Begin a session of a person; returns its token, which the browser keeps."""
    token = new_token()
    connection.execute(_BEGIN, {"hash": hashed(token), "person": person, "hours": HOURS})
    return token


def looks_like_one(token: str) -> bool:
    """Tell whether it could be a session's, for which nothing has to be looked up."""
    return _LOOKS_LIKE_ONE.fullmatch(token) is not None


def find(connection: psycopg.Connection, token: str, operators: Operators) -> Who | None:
    """Return whose session it is, as they are now; None when it is none, or has ended."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_FIND, [hashed(token)]).fetchone()
    return who_is(row, operators) if row else None


def end(connection: psycopg.Connection, token: str) -> None:
    """End a session."""
    connection.execute(_END, [hashed(token)])
