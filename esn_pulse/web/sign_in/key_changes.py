"""How keys are made and revoked: what is checked before, and audited after."""

from dataclasses import replace

import psycopg

from esn_pulse.web import audit
from esn_pulse.web.audit import Did
from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from esn_pulse.web.sign_in.places import NotKnown, accounts_slug, country_code
from esn_pulse.web.sign_in.roles import in_words


def of_known_place(connection: psycopg.Connection, asked: NewKey) -> NewKey:
    """Return a key as it is made.

    :param asked: its section by any slug that it has or had, its country in any letters.
    :raises NotKnown: when there is no such section or country.
    """
    return replace(
        asked,
        section=accounts_slug(connection, asked.section) if asked.section is not None else None,
        country=country_code(connection, asked.country) if asked.country is not None else None,
    )


def make(connection: psycopg.Connection, wanted: NewKey, who: str, address: str | None) -> str:
    """Make a key; returns it, which nobody can find out again.

    :param who: as the audit names whoever makes it.
    :param address: from where; None: from the command line.
    :raises MakerGone: when they were removed meanwhile.
    """
    token = keys.make(connection, wanted, who)
    said = f"{keys.prefix_of(token)}: {in_words(wanted.role, wanted.place)}, {wanted.name}"
    audit.record(connection, who, Did.MADE_KEY, said, address)
    return token


def revoke(connection: psycopg.Connection, prefix: str, who: str, address: str | None) -> None:
    """Let a key be none any more.

    :raises NotKnown: when there is none that could be revoked.
    """
    if not keys.revoke(connection, prefix):
        raise NotKnown("key", prefix)
    audit.record(connection, who, Did.REVOKED_KEY, prefix, address)
