"""Connections to write by: a few, as the web writes little (``sql/0021_web.sql``)."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

import psycopg
from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from psycopg import errors

from esn_pulse.database.server import in_one_line
from esn_pulse.database.sessions import Session, transaction
from esn_pulse.web import pools
from esn_pulse.web.turns import Turns

T = TypeVar("T")

_MOST = 4
_LIMIT = "SELECT set_config('statement_timeout', %s, true)"


class CantWrite(psycopg.OperationalError):
    """The tables that the web writes are not there, or this login may not write them."""


class Writing:
    """The pool, open while the web runs.

    :param conninfo: of whoever may write the tables ``web_…``, pin aliases and post jobs.
    :ivar turns: at a connection; who has none waits without a thread.
    """

    def __init__(self, conninfo: str) -> None:
        self._pool = pools.make_pool("web writes", conninfo, _MOST, _configure)
        self.turns = Turns(_MOST)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keep the pool open for a block."""
        with self._pool:
            yield

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection]:
        """Lend a connection for one transaction.

        :raises CantWrite: when the tables are not there, or the login may not write them.
        :raises psycopg.Error: when there is no database, or it is too slow.
        """
        try:
            with self._pool.connection() as connection, transaction(connection):
                connection.execute(_LIMIT, [f"{pools.LONGEST}s"])
                yield connection
        except (errors.UndefinedTable, errors.UndefinedColumn, errors.InsufficientPrivilege) as why:
            raise CantWrite(in_one_line(why)) from why

    async def run(self, work: Callable[[psycopg.Connection], T]) -> T:
        """Do work in one transaction, where nobody else has to wait for it.

        :raises psycopg.Error: when there is no database, or it is too slow.
        """

        def do() -> T:
            with self.transaction() as connection:
                return work(connection)

        async with self.turns.one():
            return await run_in_threadpool(do)


def _configure(connection: Session) -> None:
    connection.autocommit = True  # ``transaction`` begins and ends them


def writing_of(request: Request) -> Writing:
    """Return the pool of the web that answers."""
    writing: Writing = request.app.state.writing
    return writing


WritingOf = Annotated[Writing, Depends(writing_of)]


async def _transaction(writing: WritingOf) -> AsyncIterator[psycopg.Connection]:
    async with (
        writing.turns.one(),
        contextmanager_in_threadpool(writing.transaction()) as connection,
    ):
        yield connection


# What was written is committed before the answer is sent.
Transaction = Annotated[psycopg.Connection, Depends(_transaction, scope="function")]
