"""Group commit: many items in one transaction, and none of them done before it is committed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class GroupCommit(Generic[T, R]):
    """Collects what is put in, in order, and saves it in batches.

    :param save: stores a batch and returns one result an entry; only one call at a time.
    :param size: how many entries a batch has at most.
    :param wait: for how many seconds a batch waits for others to join.

    Once a batch could not be saved no later one is: what comes later may build on it, such as the
    end of an organisation's visit on its pages.
    """

    def __init__(
        self, save: Callable[[Sequence[T]], Awaitable[Sequence[R]]], size: int, wait: float
    ) -> None:
        self._save = save
        self._size = size
        self._wait = wait
        self._queue: asyncio.Queue[tuple[T, asyncio.Future[R]]] = asyncio.Queue()
        self._failure: Exception | None = None
        self._saving = asyncio.create_task(self._save_forever())

    async def put(self, entry: T) -> R:
        """Hand in an entry and wait until its batch is committed.

        :returns: the entry's result.
        :raises Exception: what ``save`` raised.
        """
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((entry, done))
        return await done

    async def close(self) -> None:
        """Wait until all that was put in is saved, and stop."""
        await self._queue.join()
        self._saving.cancel()

    async def _save_forever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await asyncio.sleep(self._wait)
            while len(batch) < self._size and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._save_batch([entry for entry, _ in batch], [done for _, done in batch])
            for _ in batch:
                self._queue.task_done()

    async def _save_batch(self, entries: list[T], futures: list[asyncio.Future[R]]) -> None:
        try:
            results = await self._save_unless_failed(entries)
        except Exception as error:  # noqa: BLE001 (handed on to whoever waits)
            self._failure = error
            for done in futures:
                if not done.done():  # whoever waited may have been cancelled
                    done.set_exception(error)
        else:
            for done, result in zip(futures, results, strict=True):
                if not done.done():
                    done.set_result(result)

    async def _save_unless_failed(self, entries: list[T]) -> Sequence[R]:
        if self._failure:
            raise self._failure
        return await self._save(entries)
