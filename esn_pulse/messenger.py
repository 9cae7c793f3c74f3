"""Messages to people, by way of apprise. All that is known of that package is here."""

import asyncio
import logging
import re
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apprise import Apprise

logger = logging.getLogger(__name__)

_SECONDS = 20  # for all targets together, which are written to at the same time
# Addresses may hold commas, so that only one before another address parts them.
_BETWEEN = re.compile(r"\s+|,(?=[a-z][a-z0-9+.-]*://)", re.IGNORECASE)


@dataclass(frozen=True)
class Message:
    """What a person gets to read."""

    title: str
    body: str


class Messenger:
    """Sends messages to all targets. Their addresses carry tokens, so none is ever logged.

    :param addresses: apprise's, such as ``mailto://…`` or ``tgram://…``; a list of them, or a text
        in which white space or commas part them. A malformed one is a warning and left out.
    """

    def __init__(self, addresses: str | Sequence[str]) -> None:
        text = addresses if isinstance(addresses, str) else " ".join(addresses)
        given = [address for part in _BETWEEN.split(text) if (address := part.strip(","))]
        self._targets: dict[str, Apprise] = {}
        for position, address in enumerate(given, start=1):
            name = f"target {position} of {len(given)} in ALERT_TARGETS"
            if (target := _target(address)) is None:
                logger.warning(
                    "No alert will be delivered to %s: it is not an address that apprise knows."
                    " See https://github.com/caronc/apprise/wiki for what it should look like",
                    name,
                )
            else:
                self._targets[name] = target

    def __bool__(self) -> bool:
        """Whether there is anybody to write to."""
        return bool(self._targets)

    async def send(self, messages: Sequence[Message]) -> None:
        """Send all messages to all targets; one that fails or takes too long is a warning."""
        await asyncio.to_thread(self._send, messages)

    def _send(self, messages: Sequence[Message]) -> None:
        deadline = time.monotonic() + _SECONDS
        reached: set[str] = set()
        # Daemons, or the process could not end as long as one of them hangs.
        threads = {
            name: Thread(target=_deliver, args=(name, target, messages, reached), daemon=True)
            for name, target in self._targets.items()
        }
        for thread in threads.values():
            thread.start()
        for name, thread in threads.items():
            thread.join(max(0, deadline - time.monotonic()))
            if name not in reached:
                late = f"did not answer within {_SECONDS} s"
                why = late if thread.is_alive() else "refused it, or is not there"
                logger.warning("An alert was not delivered: %s %s", name, why)


def _target(address: str) -> "Apprise | None":
    with warnings.catch_warnings():
        # Reading its 100 plugins for the first time, it imports modules on their way out.
        warnings.simplefilter("ignore", DeprecationWarning)
        apprise: Any = import_module("apprise")  # half a second, for nothing where no target is set
        # What these log, at some level, repeats addresses.
        for chatty in "apprise", "urllib3":
            logging.getLogger(chatty).setLevel(logging.CRITICAL)
        # Without a time limit of its own apprise starts no thread, which a process would wait for.
        asset = apprise.AppriseAsset(app_id="ESN PULSE", service_timeout=0)
        target: Apprise = apprise.Apprise(asset=asset)
        return target if target.add(address) else None


def _deliver(name: str, target: "Apprise", messages: Sequence[Message], reached: set[str]) -> None:
    sent = [
        target.notify(m.body, m.title, notify_type="warning", body_format="text") for m in messages
    ]
    if all(sent):
        reached.add(name)
