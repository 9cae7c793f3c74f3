"""What ``scrapy api_key`` does; importing it takes the extra ``web``."""

from datetime import UTC, datetime
from typing import NamedTuple

import psycopg
from rich.table import Table

from esn_pulse.cli.caller import caller
from esn_pulse.cli.not_known import names_known
from esn_pulse.health.finding import moment
from esn_pulse.web.sign_in import key_changes, keys
from esn_pulse.web.sign_in.keys import Key, NewKey
from esn_pulse.web.sign_in.roles import in_words


class Made(NamedTuple):
    """A key that was made.

    :ivar key: it itself, which is not shown again.
    :ivar said: what to do with it.
    """

    key: str
    said: str


def create(connection: psycopg.Connection, asked: NewKey) -> Made:
    """Make a key.

    :param asked: its section by any slug that it has or had, its country in any letters.
    :raises CommandError: when there is no such section or country.
    """
    with names_known():
        wanted = key_changes.of_known_place(connection, asked)
    key = key_changes.make(connection, wanted, caller(), None)
    prefix = keys.prefix_of(key)
    return Made(
        key,
        f"Made the key {prefix} ({in_words(wanted.role, wanted.place)}). Keep it like a password:"
        f" it is not shown again. Send it as: Authorization: Bearer {key[:14]}…\n"
        f"To end it: scrapy api_key revoke {prefix}",
    )


def revoke(connection: psycopg.Connection, prefix: str) -> None:
    """Let a key be none any more.

    :raises CommandError: when there is none.
    """
    with names_known():
        key_changes.revoke(connection, prefix, caller(), None)


def listed(connection: psycopg.Connection) -> Table:
    """Return all keys, the newest first."""
    table = Table(title="Keys", title_justify="left")
    table.add_column("key, what it is for", overflow="fold")
    table.add_column("role, of whom", overflow="fold")
    table.add_column("made, by whom", overflow="fold")
    table.add_column("last used")
    table.add_column("ends")
    now = datetime.now(UTC)
    for key in keys.listed(connection):
        table.add_row(
            f"{key.prefix}\n{key.name}",
            "\n".join(filter(None, (key.role, key.place))),
            f"{moment(key.made_at)}\n{key.made_by}",
            moment(key.last_used_at) if key.last_used_at else "never",
            _end(key),
            style=None if key.is_good(now) else "dim",
        )
    return table


def _end(key: Key) -> str:
    if key.revoked_at:
        return f"revoked\n{moment(key.revoked_at)}"
    return moment(key.ends_at) if key.ends_at else "never"
