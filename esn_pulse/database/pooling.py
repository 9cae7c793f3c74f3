"""Tells poolers that give each transaction another server process: they break our locks."""

import psycopg

from esn_pulse.database.sessions import ANSWERS_AT_ONCE, NoAnswer, connect

_ROUNDS = 5  # others may use it meanwhile, and it may be several that share a port


def pools_by_transaction(first: psycopg.Connection, conninfo: str) -> bool:
    """Tell whether a connection shares its server process with others.

    Nothing is left behind in the process: no lock, no setting.

    :param first: one of ``connect`` that waits as long as ``ANSWERS_AT_ONCE``, outside of a
        transaction.
    :raises psycopg.Error: when there is no second connection, or it takes too long.
    """
    try:
        for _ in range(_ROUNDS):
            with connect(conninfo, ANSWERS_AT_ONCE) as second:
                if _is_shared(first, second):
                    return True
                if first.info.backend_pid == _process(first):  # a pooler's is made up
                    return False
    except NoAnswer as error:
        raise psycopg.OperationalError(
            f"no second session within {ANSWERS_AT_ONCE} s: a pooler in between may have no room"
            " for one"
        ) from error
    return False


def _is_shared(first: psycopg.Connection, second: psycopg.Connection) -> bool:
    """Look which processes serve the first one before, and while the second one holds its own.

    A pooler takes either the process that was used last, or the one that has rested the longest.
    """
    before = {_process(first), _process(first)}
    with second.transaction():
        return len(before) > 1 or _process(second) in before or _process(first) not in before


def _process(connection: psycopg.Connection) -> int:
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return int(pid)
