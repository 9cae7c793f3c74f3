"""Tells poolers that give each transaction another server process: they break our locks."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer

import psycopg

from esn_pulse.database.sessions import connect

_SECONDS = 10  # for how long a pooler may keep us waiting for a process
_ROUNDS = 5  # others may use it meanwhile, and it may be several that share a port


def pools_by_transaction(first: psycopg.Connection, conninfo: str) -> bool:
    """Tell whether a connection shares its server process with others.

    Nothing is left behind in the process: no lock, no setting.

    :param first: one of ``connect``, outside of a transaction.
    :raises psycopg.Error: when there is no second connection, or it takes too long.
    """
    for _ in range(_ROUNDS):
        with connect(conninfo) as second, _limited(first, second):
            if _is_shared(first, second):
                return True
            if first.info.backend_pid == _process(first):  # a pooler's is made up
                return False
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


@contextmanager
def _limited(*connections: psycopg.Connection) -> Iterator[None]:
    """Hang up when a block takes too long: no server's time-out counts until it has a process.

    :raises psycopg.OperationalError: when it did.
    """
    is_late = Event()
    lines = [socket.socket(fileno=os.dup(connection.fileno())) for connection in connections]

    def hang_up() -> None:
        is_late.set()
        for line in lines:
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(_SECONDS, hang_up)
    timer.start()
    try:
        yield
    except psycopg.OperationalError:
        if not is_late.is_set():
            raise
    finally:
        timer.cancel()
        timer.join()
        for line in lines:
            line.close()
    if is_late.is_set():  # what came once the first one was let go says nothing
        raise psycopg.OperationalError(
            f"no second session within {_SECONDS} s: a pooler in between may have no room for one"
        )
