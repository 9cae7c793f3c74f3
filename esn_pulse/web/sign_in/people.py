"""People who can sign in, and what they are."""

from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from esn_pulse.database.locks import ACCOUNTS, WAIT
from esn_pulse.web.rules import Who

# Of ``web_people AS p``.
WHO: LiteralString = """
    p.name, p.groups, p.countries, ARRAY(
        SELECT s.id FROM sections AS s WHERE s.accounts_platform_slug = ANY (p.sections)
    ) AS sections
"""
_FIND: LiteralString = f"SELECT {WHO} FROM web_people AS p WHERE p.id = %s"  # noqa: S608 (no part of it comes from outside)
_OF_ANOTHER = "SELECT FROM web_people WHERE name = %s AND subject IS DISTINCT FROM %s"
_REMOVE = "DELETE FROM web_people WHERE name = %s"
_KEEP_ACCOUNT = """
    INSERT INTO web_people (name, subject, sections, countries, groups)
    VALUES (%(name)s, %(subject)s, %(sections)s, %(countries)s, %(groups)s)
    ON CONFLICT (subject) DO UPDATE SET name = excluded.name, sections = excluded.sections,
        countries = excluded.countries, groups = excluded.groups
    RETURNING id
"""


@dataclass(frozen=True)
class Belongings:
    """What somebody belongs to, as ESN says, or the command line.

    :ivar sections: slugs of accounts.esn.org.
    :ivar countries: codes.
    :ivar groups: of ESN's, such as ``COMMITTEE:itcom-chair``.
    """

    sections: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


class NameTakenError(Exception):
    """A user name was another account's: whoever has it now would have that one's rights."""


class Operators:
    """Whom ``WEB_OPERATORS`` names.

    :param names: such as ``local:anna``, ``esn:anna``, ``esn:COMMITTEE:itcom-chair``.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def include(self, name: str, groups: list[str]) -> bool:
        """Tell whether a person is one; a user name with a colon in it is no group."""
        is_named = name.count(":") == 1 and name in self._names
        return is_named or any(f"esn:{group}" in self._names for group in groups)


def who_is(row: dict[str, Any], operators: Operators) -> Who:
    """Return who somebody is, from the columns of ``WHO``."""
    return Who(
        row["name"],
        frozenset(row["sections"]),
        frozenset(row["countries"]),
        operators.include(row["name"], row["groups"]),
    )


def find(connection: psycopg.Connection, person: int, operators: Operators) -> Who | None:
    """Return who the person of a number is; None when there is none any more."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_FIND, [person]).fetchone()
    return who_is(row, operators) if row else None


def remove(connection: psycopg.Connection, name: str) -> bool:
    """Remove a person, whose sessions and keys end; returns whether there was one.

    :param name: with its ``esn:`` or ``local:``.
    """
    return connection.execute(_REMOVE, [name]).rowcount == 1


def keep_account(
    connection: psycopg.Connection, name: str, subject: str, belongings: Belongings
) -> int:
    """Store what ESN says of an account now, in place of what it said before.

    :param name: ``esn:`` and the user name.
    :param subject: ESN's own name of the account, which never changes.
    :returns: the number of the person.
    :raises NameTakenError: when the name is known as another account's.
    """
    values = {"name": name, "subject": subject, **vars(belongings)}
    # Else two new accounts of one name would both find it free.
    connection.execute(WAIT, [ACCOUNTS, 0])
    if connection.execute(_OF_ANOTHER, [name, subject]).rowcount:
        raise NameTakenError(name)
    [[person]] = connection.execute(_KEEP_ACCOUNT, values).fetchall()
    return int(person)
