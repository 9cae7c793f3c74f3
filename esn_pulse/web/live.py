"""What changes while people look on, as server-sent events: fragments of a page.

It is read once a moment, however many look on, and only while anybody does. Each stream ends after
a while, and the browser asks again by itself: so who has signed out meanwhile, or may not see it
any more, is refused like everywhere else.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import NamedTuple
from weakref import WeakSet, WeakValueDictionary

import psycopg
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.exceptions import HTTPException
from starlette.requests import Request

from esn_pulse.database.server import in_one_line
from esn_pulse.scheduling.deduplicated_log import DeduplicatedLog
from esn_pulse.web.kept import Kept
from esn_pulse.web.sign_in.identity import who_asks

_MOST = 50  # streams at a time
_MOST_OF_ONE = 6  # of one person; so many a browser opens of one site
_ASK_AGAIN = 1000  # milliseconds: how soon a browser asks again when a stream has ended


class Shown(NamedTuple):
    """What people see now.

    :ivar html: the fragment.
    :ivar is_last: whether it won't change any more.
    """

    html: str
    is_last: bool = False


Read = Callable[[], Awaitable[Shown]]


@dataclass(eq=False)
class _Looker:
    """Somebody who looks on: from when they are answered, whether or not that is ever sent."""

    who: str


class Live:
    """Lets people look on, until the server stops. Belongs to one event loop.

    :param every: after how many seconds something is read again.
    :param lasts: for how many seconds a stream goes on.
    """

    def __init__(self, every: float = 1, lasts: float = 30) -> None:
        self._every = every
        self._lasts = lasts
        self._stopping = asyncio.Event()
        self._subjects: WeakValueDictionary[str, Kept[Shown | None]] = WeakValueDictionary()
        self._looking: WeakSet[_Looker] = WeakSet()
        self._log = DeduplicatedLog()

    def stop(self) -> None:
        """End all streams: the server can't stop before."""
        self._stopping.set()

    def answer(self, request: Request, subject: str, read: Read) -> EventSourceResponse:
        """Return the answer to somebody who looks on.

        :param subject: what of all that can be looked on at it is.
        :param read: finds out what is to be seen; ``psycopg.Error`` is waited out.
        :raises HTTPException: when too many look on.
        """
        who = who_asks(request).name
        of_one = sum(one.who == who for one in self._looking)
        if len(self._looking) >= _MOST or of_one >= _MOST_OF_ONE:
            raise HTTPException(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Too many pages are kept up to date at a time. Close some, and load this again.",
                {"Retry-After": str(ceil(self._lasts))},
            )
        looker = _Looker(who)
        self._looking.add(looker)
        return EventSourceResponse(
            self._stream(looker, subject, read), headers={"X-Accel-Buffering": "no"}
        )

    async def _stream(self, looker: _Looker, name: str, read: Read) -> AsyncIterator[bytes]:
        subject = self._subjects.setdefault(name, self._subject(name, read))
        ends = time.monotonic() + self._lasts
        seen: Shown | None = None
        try:
            yield format_sse_event(retry=_ASK_AGAIN)
            while True:
                shown = await subject.get()
                if shown is None:
                    yield format_sse_event(event="trouble", data_str="")
                elif shown != seen:
                    yield format_sse_event(data_str=shown.html)
                if shown and shown.is_last:
                    yield format_sse_event(event="end", data_str="")
                    return
                seen = shown
                if time.monotonic() >= ends or await self._stops_within(self._every):
                    return
        finally:
            self._looking.discard(looker)

    def _subject(self, name: str, read: Read) -> Kept[Shown | None]:
        """Return what is to be seen; None when that can't be told at the moment."""

        async def find() -> Shown | None:
            try:
                shown = await read()
            except psycopg.Error as error:
                why = in_one_line(error)
                says = "What people look on at can't be read now (%s): %s"
                self._log.log(name, why, logging.ERROR, says, name, why)
                return None
            self._log.resolved(name, f"What people look on at is read again ({name})")
            return shown

        return Kept(find, self._every, time.monotonic)

    async def _stops_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False
