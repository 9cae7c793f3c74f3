"""What is found out once for all who ask within some seconds: they may be many."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Finds it out, and keeps it for a while. Belongs to one event loop.

    :param find: finds it out.
    :param seconds: for how long what was found will do.
    :param clock: tells seconds that never go back.
    """

    def __init__(
        self, find: Callable[[], Awaitable[T]], seconds: float, clock: Callable[[], float]
    ) -> None:
        self._find = find
        self._seconds = seconds
        self._clock = clock
        self._found: tuple[float, T] | None = None
        self._turn = asyncio.Lock()

    async def get(self) -> T:
        """Return it; those who ask at the same time wait for one answer."""
        async with self._turn:
            if self._found is None or self._clock() >= self._found[0] + self._seconds:
                found = await self._find()
                self._found = self._clock(), found
            return self._found[1]
