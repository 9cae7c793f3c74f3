"""Takes jobs from the shared queue whenever this node has room."""

from typing import Any

from scrapyd import Config
from scrapyd.interfaces import IPoller
from scrapyd.poller import QueuePoller
from zope.interface import implementer

from esn_pulse.node.outage import Outage


@implementer(IPoller)
class Poller(QueuePoller):
    """Scrapyd's own stops for ever when a queue is empty after all, or its database away."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._outage = Outage()

    def poll(self) -> None:
        """Take jobs until there is no room or no job left."""
        with self._outage.tolerated():
            for project, queue in self.queues.items():
                while self.dq.waiting and (message := queue.pop()) is not None:
                    self.dq.put(_of_project(message, project))


def _of_project(message: dict[str, Any], project: str) -> dict[str, Any]:
    return message | {"_project": project, "_spider": message.pop("name")}
