"""How often somebody may try to sign in with a password that is another one."""

import math
from collections.abc import Callable, Iterator

from limits import RateLimitItem, parse
from limits.aio.strategies import FixedWindowRateLimiter

from esn_pulse.web.limits import Windows

_OF_ADDRESS_AND_NAME = parse("5 per 15 minutes")
_OF_ADDRESS = parse("20 per 15 minutes")


class TooManyAttempts(Exception):  # noqa: N818 (it is said to people)
    """Somebody has tried too often.

    :param seconds: for how long to wait.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait for {seconds} s")
        self.seconds = seconds


class Attempts:
    """Counts them: by address and name, and by address.

    :param clock: tells seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed = FixedWindowRateLimiter(Windows(clock))

    async def begin(self, address: str, name: str) -> None:
        """Count one as failed, before that is known: many may come at a time.

        :raises TooManyAttempts: when there were too many.
        """
        for limit, who in _counted(address, name):
            if not await self._failed.hit(limit, who):
                ends_at, _ = await self._failed.get_window_stats(limit, who)
                raise TooManyAttempts(max(1, math.ceil(ends_at - self._clock())))

    async def succeed(self, address: str, name: str) -> None:
        """Take back that it failed."""
        for limit, who in _counted(address, name):
            await self._failed.hit(limit, who, cost=-1)


def _counted(address: str, name: str) -> Iterator[tuple[RateLimitItem, str]]:
    yield _OF_ADDRESS_AND_NAME, f"{address} {name}"
    yield _OF_ADDRESS, address
