"""Which section or country is meant: the names by which people and keys belong to them."""

from typing import Literal

import psycopg

from esn_pulse.analysis.queries import sections
from esn_pulse.analysis.queries.scopes import country_scope


class NotKnown(LookupError):  # noqa: N818 (it is said to people)
    """There is nothing of a name; whoever asked for it says so.

    :ivar kind: of what there is none.
    """

    def __init__(self, kind: Literal["section", "country", "key"], name: str) -> None:
        super().__init__(f"no {kind} {name!r}")
        self.kind = kind
        self.name = name


def accounts_slug(connection: psycopg.Connection, name: str) -> str:
    """Return a section's slug of accounts.esn.org.

    :param name: its number, or any slug that it has or had.
    :raises NotKnown: when there is no such section.
    """
    number = sections.find(connection, name)
    found = sections.one(connection, number) if number is not None else None
    if found is None:
        raise NotKnown("section", name)
    return found.accounts_slug


def country_code(connection: psycopg.Connection, code: str) -> str:
    """Return a country's code, in capitals.

    :raises NotKnown: when there is no such country.
    """
    if country_scope(connection, code.upper()) is None:
        raise NotKnown("country", code)
    return code.upper()
