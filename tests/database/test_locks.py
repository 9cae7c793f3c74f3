import asyncio
from string import ascii_uppercase

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.database import locks
from esn_pulse.database.locks import NETWORK, SECTION, of_owner
from esn_pulse.exceptions import DatabaseUnavailable, RunFailed
from esn_pulse.items import Owner
from tests.database.factories import hang_up, opened

HELD = """
    SELECT classid::bigint, objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY 1, 2
"""


async def idle(connection: AsyncConnection) -> str:
    return "worked"


def held(connection: psycopg.Connection) -> list[tuple[int, int]]:
    return connection.execute(HELD).fetchall()


async def test_one_run_has_a_lock_until_it_gives_it_back(database: str) -> None:
    async with opened(database) as first, opened(database) as second:
        assert await first.lock(SECTION, 7)
        assert not await second.lock(SECTION, 7)
        assert await second.lock(SECTION, 8)
        assert await second.lock(NETWORK, 7)

        await first.unlock(SECTION, 7)
        assert await second.lock(SECTION, 7)
        assert not await first.lock(SECTION, 7)


def test_no_two_owners_share_a_lock() -> None:
    letters = [f"{one}{another}" for one in ascii_uppercase for another in ascii_uppercase]
    owners = [
        *(Owner(section_id=number) for number in range(1, 70_000)),
        *(Owner(country_code=code) for code in letters),
    ]

    assert len({of_owner(owner) for owner in owners}) == len(owners)
    kinds = {kind for kind, _ in map(of_owner, owners)}
    assert kinds.isdisjoint({locks.RUN, NETWORK, locks.CALENDAR, locks.VIEWS, locks.ALIASES})


async def test_of_a_section_and_a_country_one_run_each_has_the_lock(database: str) -> None:
    async with opened(database) as first, opened(database) as second:
        for owner in Owner(section_id=7), Owner(country_code="ZZ"):
            assert await first.lock(*of_owner(owner))
            assert not await second.lock(*of_owner(owner))
        assert await second.lock(*of_owner(Owner(country_code="TR")))


async def test_locks_end_with_the_run(database: str) -> None:
    async def wait_for_it(own: AsyncConnection) -> None:
        await own.execute("SELECT pg_advisory_lock(%s, %s)", [SECTION, 7])

    async with opened(database) as second:
        async with opened(database) as first:
            assert await first.lock(SECTION, 7)
        async with asyncio.timeout(30):  # the server may take its time to notice
            await second.run(wait_for_it)


async def test_a_run_that_lost_its_connection_takes_its_locks_again(
    database: str, connection: psycopg.Connection
) -> None:
    async with opened(database) as run:
        for number in 7, 8, 9:
            await run.lock(SECTION, number)
        await run.unlock(SECTION, 8)
        await hang_up(run, connection)
        assert held(connection) == []

        assert await run.run(idle) == "worked"
        assert held(connection) == [(SECTION, 7), (SECTION, 9)]


async def test_a_session_that_the_server_still_keeps_does_not_stand_in_the_way(
    database: str, connection: psycopg.Connection
) -> None:
    async with opened(database) as run:
        await run.lock(SECTION, 7)
        broken = run._connection  # as after a network that swallows all packets
        run._connection = None

        assert await run.run(idle) == "worked"
        assert held(connection) == [(SECTION, 7)]
    assert broken
    await broken.close()


async def test_a_connection_lost_while_taking_them_again_loses_none(
    database: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = locks._try
    attempts = []

    async def lost_at_the_second(own: AsyncConnection, lock: locks.Lock) -> bool:
        attempts.append(lock)
        if len(attempts) == 2:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", [own.info.backend_pid])
        return await take(own, lock)

    async with opened(database) as run:
        for number in 7, 8, 9:
            await run.lock(SECTION, number)
        await hang_up(run, connection)
        monkeypatch.setattr(locks, "_try", lost_at_the_second)

        assert await run.run(idle) == "worked"
        assert held(connection) == [(SECTION, 7), (SECTION, 8), (SECTION, 9)]


async def test_a_run_whose_work_another_one_took_over_fails(
    database: str, connection: psycopg.Connection
) -> None:
    worked = []

    async def work(own: AsyncConnection) -> None:
        worked.append(own)

    async with opened(database) as first, opened(database) as second:
        await first.lock(SECTION, 7)
        await hang_up(first, connection)
        assert await second.lock(SECTION, 7)

        with pytest.raises(DatabaseUnavailable, match="another run took over") as failed:
            await first.run(work)

        assert isinstance(failed.value, RunFailed)
        assert worked == []
        # What is left is to record its end; the locks are the other's.
        await first.run(work)
        assert len(worked) == 1
        await hang_up(first, connection)
        await first.run(work)
        assert held(connection) == [(SECTION, 7)]
