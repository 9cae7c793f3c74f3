"""Keys by which programs ask: each has a role, and can do no more than whoever made it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import choice
from string import ascii_letters, digits
from typing import Any, LiteralString

import psycopg
from psycopg.rows import class_row, dict_row

from esn_pulse.web.rules import Who
from esn_pulse.web.sign_in import people
from esn_pulse.web.sign_in.people import Operators
from esn_pulse.web.sign_in.roles import Role
from esn_pulse.web.sign_in.tokens import FORM, hashed, new_token

_LOOKS_LIKE_ONE = re.compile(rf"esnp_([A-Za-z0-9]{{8}})_{FORM}", re.ASCII)
_MAKE = """
    INSERT INTO web_keys
        (prefix, token_hash, name, role, section, country, made_by, maker_id, ends_at)
    VALUES (%(prefix)s, %(hash)s, %(name)s, %(role)s, %(section)s, %(country)s, %(made_by)s,
        %(maker_id)s, (now() AT TIME ZONE 'UTC' + %(lasts)s) AT TIME ZONE 'UTC')
"""
# They stay until the key is made.
_MAKER = "SELECT id FROM web_people WHERE name = %s FOR KEY SHARE"
_FIND = """
    SELECT prefix, role, maker_id, country,
        (SELECT id FROM sections WHERE accounts_platform_slug = section) AS section_id
    FROM web_keys
    WHERE token_hash = %s AND revoked_at IS NULL AND (ends_at IS NULL OR ends_at > now())
"""
# To the minute: a key that is used all the time needs no row a request.
_USE = """
    UPDATE web_keys SET last_used_at = now() WHERE prefix = %s
        AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
"""
_KEYS: LiteralString = """
    SELECT prefix, name, role, section, country, made_by, made_at, ends_at, last_used_at, revoked_at
    FROM web_keys
"""
_LIST: LiteralString = f"{_KEYS} ORDER BY id DESC LIMIT 1000"
_ONE: LiteralString = f"{_KEYS} WHERE prefix = %s"
_REVOKE = """
    UPDATE web_keys SET revoked_at = now() WHERE prefix = %s AND revoked_at IS NULL
"""


class MakerGone(Exception):  # noqa: N818 (it is said to people)
    """Whoever makes a key was removed meanwhile."""


@dataclass(frozen=True)
class NewKey:
    """A key that is to be made.

    :ivar name: what it is for.
    :ivar section: of a local one, by its slug of accounts.esn.org.
    :ivar country: of a national one, by its code.
    :ivar lasts: None: until it is revoked.
    """

    name: str
    role: Role
    section: str | None = None
    country: str | None = None
    lasts: timedelta | None = None

    @property
    def place(self) -> str | None:
        """Of which section or country it is; None: of none."""
        return self.section or self.country


@dataclass(frozen=True)
class Key:
    """A key, as far as it is known here.

    :ivar prefix: by which people know it.
    :ivar made_by: the name of a person, or ``cli:`` and that of a login.
    """

    prefix: str
    name: str
    role: Role
    section: str | None
    country: str | None
    made_by: str
    made_at: datetime
    ends_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def place(self) -> str | None:
        """Of which section or country it is; None: of none."""
        return self.section or self.country

    def is_good(self, now: datetime) -> bool:
        """Tell whether programs may ask by it."""
        return self.revoked_at is None and (self.ends_at is None or self.ends_at > now)


def make(connection: psycopg.Connection, wanted: NewKey, made_by: str) -> str:
    """Make a key; returns it, which nobody can find out again.

    :param made_by: the name of a person, or ``cli:`` and that of a login.
    :raises MakerGone: when there is no such person.
    """
    prefix = "".join(choice(ascii_letters + digits) for _ in range(8))
    token = f"esnp_{prefix}_{new_token()}"
    maker = {"made_by": made_by, "maker_id": _maker_id(connection, made_by)}
    connection.execute(_MAKE, {"prefix": prefix, "hash": hashed(token), **maker, **vars(wanted)})
    return token


def prefix_of(key: str) -> str:
    """Return by what people know a key that was just made."""
    return _LOOKS_LIKE_ONE.sub(r"\1", key)


def looks_like_one(token: str) -> bool:
    """Tell whether it could be a key, for which nothing has to be looked up."""
    return _LOOKS_LIKE_ONE.fullmatch(token) is not None


def find(connection: psycopg.Connection, token: str, operators: Operators) -> Who | None:
    """Return whose key it is, and note that it was used; None when it is none (any more)."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_FIND, [hashed(token)]).fetchone()
    if row is None:
        return None
    connection.execute(_USE, [row["prefix"]])
    who = _who(row)
    if row["maker_id"] is None:
        return who
    maker = people.find(connection, row["maker_id"], operators)
    return who.limited_by(maker) if maker else None


def listed(connection: psycopg.Connection) -> list[Key]:
    """Return all keys, the newest first; of more than a thousand the newest."""
    with connection.cursor(row_factory=class_row(Key)) as cursor:
        return cursor.execute(_LIST).fetchall()


def one(connection: psycopg.Connection, prefix: str) -> Key | None:
    """Return a key by what people know it by; None when there is none."""
    with connection.cursor(row_factory=class_row(Key)) as cursor:
        return cursor.execute(_ONE, [prefix]).fetchone()


def revoke(connection: psycopg.Connection, prefix: str) -> bool:
    """Let a key be none any more; returns whether there was one."""
    return connection.execute(_REVOKE, [prefix]).rowcount == 1


def _maker_id(connection: psycopg.Connection, made_by: str) -> int | None:
    if made_by.startswith("cli:"):
        return None
    found = connection.execute(_MAKER, [made_by]).fetchone()
    if found is None:
        raise MakerGone(made_by)
    return int(found[0])


def _who(row: dict[str, Any]) -> Who:
    return Who(
        f"key:{row['prefix']}",
        frozenset([row["section_id"]] if row["section_id"] else []),
        frozenset([row["country"]] if row["country"] else []),
        row["role"] == "operator",
    )
