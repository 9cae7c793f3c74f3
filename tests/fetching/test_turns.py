import asyncio
from functools import partial
from itertools import chain

import psycopg

from esn_pulse.fetching.turns import take_turn
from tests.database.factories import opened

SITE, OTHER = "activities.esn.org", "accounts.esn.org"
DELAY = 100  # so long that it does not matter how long a test takes
SET = "UPDATE site_turns SET next_at = clock_timestamp() + %s::interval"


async def turns(url: str, number: int = 1, site: str = SITE, delay: float = DELAY) -> list[int]:
    """Take turns as one run; returns by how many of the delays each is ahead."""
    async with opened(url) as run:
        take = partial(take_turn, site=site, delay=delay)
        return [round(await run.run(take) / DELAY) for _ in range(number)]


async def test_turns_are_a_delay_apart_whoever_takes_them(database: str) -> None:
    taken = await asyncio.gather(*(turns(database, 5) for _ in range(3)))
    assert sorted(chain.from_iterable(taken)) == list(range(15))
    assert all(own == sorted(own) for own in taken)


async def test_who_asks_less_often_is_left_more_time(database: str) -> None:
    assert await turns(database, delay=4 * DELAY) == [0]
    assert await turns(database, 2) == [4, 5]


async def test_each_site_has_turns_of_its_own(database: str) -> None:
    assert await turns(database, 2) == [0, 1]
    assert await turns(database, 2, OTHER) == [0, 1]


async def test_time_in_which_nobody_asked_is_not_made_up_for(
    database: str, connection: psycopg.Connection
) -> None:
    await turns(database)
    connection.execute(SET, ["-1 hour"])
    assert await turns(database, 3) == [0, 1, 2]


async def test_a_clock_that_was_set_back_holds_up_nobody(
    database: str, connection: psycopg.Connection
) -> None:
    await turns(database)
    connection.execute(SET, ["59 minutes"])
    assert await turns(database) == [35]
    connection.execute(SET, ["2 hours"])
    assert await turns(database, 2) == [0, 1]
