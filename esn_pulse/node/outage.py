"""A node without its database: it pauses, says so once, and goes on when the database is back."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from twisted.logger import Logger

from esn_pulse.exceptions import RunFailed

log = Logger()


class Outage:
    """Whether the database is away, as far as is known."""

    def __init__(self) -> None:
        self._is_away = False

    @contextmanager
    def tolerated(self) -> Iterator[None]:
        """Run a block that needs the database, and do without what it leaves undone.

        To prepare it takes room on the disk, too. Whatever came out of here would end the node's
        polling or its leases for good, and nobody would notice.
        """
        try:
            yield
        except (psycopg.Error, RunFailed, OSError) as error:
            if not self._is_away:
                log.warn(
                    "The database can't be used; no job is taken until it can: {reason}",
                    reason=" ".join(str(error).split()),
                )
            self._is_away = True
            return
        if self._is_away:
            log.info("The database is back")
        self._is_away = False
