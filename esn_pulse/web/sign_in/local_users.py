"""Local users, who sign in with a password."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row

from esn_pulse.web.sign_in.people import Belongings

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}", re.ASCII)
_ADD = """
    INSERT INTO web_people (name, password_hash, sections, countries)
    VALUES (%(name)s, %(hash)s, %(sections)s, %(countries)s) ON CONFLICT (name) DO NOTHING
"""
_LIST = """
    SELECT name, sections, countries, made_at, signed_in_at
    FROM web_people WHERE subject IS NULL ORDER BY name
"""
_FIND = "SELECT id, password_hash FROM web_people WHERE name = %s AND subject IS NULL"
_RENEW = """
    UPDATE web_people SET password_hash = %s WHERE id = %s AND password_hash = %s
"""
_CHANGE = """
    WITH changed AS (
        UPDATE web_people SET password_hash = %s WHERE name = %s AND subject IS NULL RETURNING id
    ), ended AS (DELETE FROM web_sessions WHERE person_id IN (SELECT id FROM changed))
    SELECT FROM changed
"""


@dataclass(frozen=True)
class LocalUser:
    """A local user.

    :ivar name: as among all people, with its ``local:``.
    """

    name: str
    sections: Sequence[str]
    countries: Sequence[str]
    made_at: datetime
    signed_in_at: datetime | None


class Stored(NamedTuple):
    """What tells whether a password is that of a user."""

    person: int
    password_hash: str


def full_name(name: str) -> str:
    """Return how a local user is called among all people."""
    return f"local:{name}"


def is_name(name: str) -> bool:
    """Tell whether a local user may be called so."""
    return _NAME.fullmatch(name) is not None


def add(
    connection: psycopg.Connection, name: str, password_hash: str, belongings: Belongings
) -> bool:
    """Make a user; returns whether the name was free."""
    values = {"name": full_name(name), "hash": password_hash, **vars(belongings)}
    return connection.execute(_ADD, values).rowcount == 1


def listed(connection: psycopg.Connection) -> list[LocalUser]:
    """Return all of them, by name."""
    with connection.cursor(row_factory=class_row(LocalUser)) as cursor:
        return cursor.execute(_LIST).fetchall()


def find(connection: psycopg.Connection, name: str) -> Stored | None:
    """Return what is stored of a user; None when there is none."""
    if not is_name(name):
        return None
    found = connection.execute(_FIND, [full_name(name)]).fetchone()
    return Stored(*found) if found else None


def renew(connection: psycopg.Connection, before: Stored, password_hash: str) -> bool:
    """Store what is stored of a password in place of what was.

    :returns: whether that was still stored; else the user is gone, or has another password.
    """
    values = [password_hash, before.person, before.password_hash]
    return connection.execute(_RENEW, values).rowcount == 1


def change_password(connection: psycopg.Connection, name: str, password_hash: str) -> bool:
    """Store another password, and end the sessions; returns whether there is such a user."""
    return connection.execute(_CHANGE, [password_hash, full_name(name)]).rowcount == 1
