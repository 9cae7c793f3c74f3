"""Log lines for what is looked at every minute: only what has changed is worth one."""

import logging
from threading import Lock

logger = logging.getLogger(__name__)


class DeduplicatedLog:
    """Remembers what it has said about each thing."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}
        self._lock = Lock()

    def log(self, about: str, state: str, level: int, message: str, *values: object) -> None:
        """Log a message, unless the latest one about the same thing told of the same state."""
        with self._lock:
            is_news, self._said[about] = self._said.get(about) != state, state
        if is_news:
            logger.log(level, message, *values)

    def resolved(self, about: str, message: str) -> None:
        """Log a message if anything was said about a thing, and forget it."""
        with self._lock:
            was_said = self._said.pop(about, None)
        if was_said:
            logger.info(message)
