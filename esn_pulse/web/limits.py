"""How often one address, or one key, may ask, and the headers that say so."""

import math
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from esn_pulse.web.assets import PLACE
from esn_pulse.web.problems import Problem, Render
from esn_pulse.web.sign_in.identity import who_asks

_ROOM = 50_000  # addresses that are counted, times limits


class Windows(MemoryStorage):
    """Counts what each asked for; of very many, those that began longest ago are forgotten.

    The library's own goes through all addresses at each request, which keeps a core busy with them.

    :param clock: tells seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._windows: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, from 0 where the last window ended; returns how many there are in this one."""
        ends = await self.get_expiry(key)
        if ends <= self._clock():
            self._windows.pop(key, None)
            ends = self._clock() + expiry
        count = await self.get(key) + amount
        self._windows[key] = count, ends
        if len(self._windows) > _ROOM:
            self._windows.popitem(last=False)
        return count

    async def get(self, key: str) -> int:
        """Return how many there were in the last window."""
        return self._windows.get(key, (0, 0.0))[0]

    async def get_expiry(self, key: str) -> float:
        """Return when that window ends, or ended."""
        return self._windows.get(key, (0, 0.0))[1]


class Counted(NamedTuple):
    """Whose requests are counted.

    :ivar name: tells who it is; '' for nobody.
    """

    kind: str
    name: Callable[[Scope], str]


class Limits:
    """Refuses who asks too often; files that browsers keep are not counted.

    :param limits: none: nobody is refused.
    :param counted: whose requests are counted.
    :param clock: tells seconds that never go back.
    """

    def __init__(
        self,
        app: ASGIApp,
        limits: list[RateLimitItem],
        render: Render,
        clock: Callable[[], float],
        counted: Counted,
    ) -> None:
        self._app = app
        self._limits = limits
        self._counted = counted
        self._render = render
        self._clock = clock
        self._asked = FixedWindowRateLimiter(Windows(clock))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 429."""
        if scope["type"] == "http" and not scope["path"].startswith(PLACE):
            who = self._counted.name(scope)
            for limit in self._limits if who else []:
                if not await self._asked.hit(limit, who):
                    refusal = self._render(Request(scope), await self._refusal(limit, who))
                    await refusal(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    async def _refusal(self, limit: RateLimitItem, who: str) -> Problem:
        free_at, _ = await self._asked.get_window_stats(limit, who)
        seconds = max(1, math.ceil(free_at - self._clock()))
        return Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"One {self._counted.kind} may ask {limit}. Please wait for {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )


def address(scope: Scope) -> str:
    """Return the address of a client; of IPv6 the network, as each has one to itself."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return host  # a Unix socket's
    if isinstance(address, IPv6Address):
        network = IPv6Network((int(address), 64), strict=False)
        return str(address.ipv4_mapped or network)
    return host


def _key(scope: Scope) -> str:
    """Return the name of the key that was sent; '' without one."""
    name = who_asks(HTTPConnection(scope)).name
    return name if name.startswith("key:") else ""


ADDRESSES = Counted("address", address)
KEYS = Counted("key", _key)
