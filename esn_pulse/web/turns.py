"""Turns for what is dear: a few at a time have one, the others wait without a thread."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

import psycopg

from esn_pulse.web import pools


class TooBusy(psycopg.OperationalError):
    """So much is asked at a time that somebody has waited for too long.

    What can go on when the database is away can go on then, too.
    """


class Turns:
    """Gives them out.

    :param most: how many have one at a time.
    :param most_of_one: how many of these are of one client; None: all may be.
    """

    def __init__(self, most: int, most_of_one: int | None = None) -> None:
        self._most_of_one = most_of_one or most
        self._turns = asyncio.Semaphore(most)
        self._own: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def one(self, client: str = "") -> AsyncIterator[None]:
        """Wait for a turn, which lasts for a block.

        Not in a thread: those that wait would have all threads, and those at work need one.

        :raises TooBusy: when it takes too long.
        """
        own = self._own.setdefault(client, asyncio.Semaphore(self._most_of_one))
        async with AsyncExitStack() as turns:
            try:
                async with asyncio.timeout(pools.PATIENCE):
                    for limit in own, self._turns:
                        await turns.enter_async_context(limit)
            except TimeoutError as error:
                raise TooBusy(f"no turn was free for {pools.PATIENCE} s") from error
            yield
