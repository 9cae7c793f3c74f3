"""Those who are at ESN's right now to sign in there: what they come back with is good once."""

from typing import NamedTuple

import psycopg
from psycopg.rows import class_row

from esn_pulse.web.sign_in.tokens import hashed, new_token

MINUTES = 10

_BEGIN = """
    INSERT INTO web_sign_ins (state_hash, verifier, leads_to, ends_at)
    VALUES (%(hash)s, %(verifier)s, %(leads_to)s, now() + %(minutes)s * interval '1 minute')
"""
_USE = """
    WITH used AS (DELETE FROM web_sign_ins WHERE state_hash = %s RETURNING *)
    SELECT verifier, leads_to FROM used WHERE ends_at > now()
"""


class Begun(NamedTuple):
    """What ESN is told of somebody who goes there.

    :ivar state: with which they come back.
    :ivar verifier: of PKCE: only who has it gets anything for the code that they come back with.
    """

    state: str
    verifier: str


class Waiting(NamedTuple):
    """What was kept for them here.

    :ivar leads_to: the page that they came from.
    """

    verifier: str
    leads_to: str


def begin(connection: psycopg.Connection, leads_to: str) -> Begun:
    """Let somebody go to ESN's."""
    begun = Begun(new_token(), new_token())
    values = {"hash": hashed(begun.state), "verifier": begun.verifier}
    connection.execute(_BEGIN, {**values, "leads_to": leads_to, "minutes": MINUTES})
    return begun


def use(connection: psycopg.Connection, state: str) -> Waiting | None:
    """Return what was kept for a state, and forget it; None when there is nothing (any more)."""
    with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(_USE, [hashed(state)]).fetchone()
