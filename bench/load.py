"""Many clients at once, each of which asks a web server for something every second."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bench.asked import Part
from bench.processes import cpu_seconds, megabytes

_LONGEST = ClientTimeout(total=30)


@dataclass(frozen=True)
class Answer:
    """What came of a request.

    :ivar milliseconds: from when it was due, so that it counts in full who is kept waiting.
    :ivar failure: what came in place of an answer; empty when all is well.
    """

    part: Part
    path: str
    milliseconds: float
    failure: str


@dataclass(frozen=True)
class Load:
    """What serving all clients took.

    :ivar megabytes_early: what the server had in memory after a third of the time.
    :ivar cpu_share: how much of one processor the server took.
    """

    answers: list[Answer]
    megabytes_early: float
    megabytes_late: float
    cpu_share: float


async def put_on(url: str, process: int, clients: Sequence[list[tuple[Part, str]]]) -> Load:
    """Let each client ask for its addresses, one a second.

    :param process: the server.
    """
    began, cpu_before = time.perf_counter(), cpu_seconds(process)
    async with ClientSession(url, connector=TCPConnector(limit=0), timeout=_LONGEST) as session:
        asking = [
            asyncio.create_task(_ask_all(session, wanted, began + number / len(clients)))
            for number, wanted in enumerate(clients)
        ]
        await asyncio.sleep(len(clients[0]) / 3)
        early = megabytes(process)
        answers = [answer for answered in await asyncio.gather(*asking) for answer in answered]
    share = (cpu_seconds(process) - cpu_before) / (time.perf_counter() - began)
    return Load(answers, early, megabytes(process), share)


async def _ask_all(
    session: ClientSession, wanted: list[tuple[Part, str]], first: float
) -> list[Answer]:
    """Ask on time, also while an earlier answer has not come."""
    asking = []
    for second, (part, path) in enumerate(wanted):
        due = first + second
        await asyncio.sleep(due - time.perf_counter())
        asking.append(asyncio.create_task(_ask(session, part, path, due)))
    return await asyncio.gather(*asking)


async def _ask(session: ClientSession, part: Part, path: str, due: float) -> Answer:
    try:
        async with session.get(path) as response:
            await response.read()
            failure = "" if response.status == 200 else str(response.status)
    except (ClientError, TimeoutError) as error:
        failure = type(error).__name__
    return Answer(part, path, 1000 * (time.perf_counter() - due), failure)
