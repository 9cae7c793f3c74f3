import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from esn_pulse.pipelines.group_commit import GroupCommit


class Store:
    """Saves numbers and returns them doubled; 13 is refused, and a shut gate holds everything."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.under_way = 0

    async def save(self, batch: Sequence[int]) -> list[int]:
        self.under_way += 1
        assert self.under_way == 1, "two batches at once"
        self.batches.append(list(batch))
        self.begun.set()
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
            if 13 in batch:
                raise ValueError(f"refused {batch}")
            return [number * 2 for number in batch]
        finally:
            self.under_way -= 1


@asynccontextmanager
async def commits(store: Store, size: int = 100) -> AsyncIterator[GroupCommit[int, int]]:
    group = GroupCommit(store.save, size=size, wait=0.001)
    async with asyncio.timeout(30):
        yield group
        await group.close()


async def turns(number: int = 20) -> None:
    """Give everything that could go on its turn."""
    for _ in range(number):
        await asyncio.sleep(0)


async def test_everyone_gets_the_result_of_its_own_entry() -> None:
    async with commits(Store()) as group:
        assert await asyncio.gather(*map(group.put, range(5))) == [0, 2, 4, 6, 8]


async def test_nobody_is_done_before_the_batch_is_saved() -> None:
    store = Store()
    store.gate.clear()
    async with commits(store) as group:
        waiting = [asyncio.create_task(group.put(number)) for number in range(3)]
        await store.begun.wait()
        await turns()
        assert not any(task.done() for task in waiting)

        store.gate.set()
        assert await asyncio.gather(*waiting) == [0, 2, 4]

    assert store.batches == [[0, 1, 2]]


async def test_batches_keep_the_order_and_are_not_larger_than_allowed() -> None:
    store = Store()
    async with commits(store, size=3) as group:
        await asyncio.gather(*map(group.put, range(8)))

    assert store.batches == [[0, 1, 2], [3, 4, 5], [6, 7]]


async def test_what_comes_while_a_batch_is_saved_makes_the_next_one() -> None:
    store = Store()
    store.gate.clear()
    async with commits(store) as group:
        first = asyncio.create_task(group.put(1))
        await store.begun.wait()
        others = [asyncio.create_task(group.put(number)) for number in (2, 3)]
        await turns()
        store.gate.set()
        await asyncio.gather(first, *others)

    assert store.batches == [[1], [2, 3]]


async def test_an_error_reaches_everybody_of_its_batch_and_all_that_comes_later() -> None:
    store = Store()
    async with commits(store, size=2) as group:
        results = await asyncio.gather(*map(group.put, [1, 2, 13, 4, 5]), return_exceptions=True)

    assert results[:2] == [2, 4]
    assert [str(result) for result in results[2:]] == ["refused [13, 4]"] * 3


async def test_closing_waits_for_what_was_put_in() -> None:
    store = Store()
    store.gate.clear()
    group = GroupCommit(store.save, size=2, wait=0.001)
    async with asyncio.timeout(30):
        waiting = [asyncio.create_task(group.put(number)) for number in range(5)]
        await store.begun.wait()
        closing = asyncio.create_task(group.close())
        await turns()
        assert not closing.done()

        store.gate.set()
        await closing

    assert [task.result() for task in waiting] == [0, 2, 4, 6, 8]
    assert store.batches == [[0, 1], [2, 3], [4]]


async def test_closing_after_an_error_does_not_hang() -> None:
    async with commits(Store()) as group:
        with pytest.raises(ValueError, match="refused"):
            await group.put(13)


async def test_one_that_gave_up_does_not_keep_the_others_waiting() -> None:
    store = Store()
    store.gate.clear()
    async with commits(store) as group:
        waiting = [asyncio.create_task(group.put(number)) for number in range(3)]
        await store.begun.wait()
        waiting[1].cancel()
        store.gate.set()

        assert [await waiting[0], await waiting[2], await group.put(3)] == [0, 4, 6]
