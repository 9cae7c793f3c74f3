"""Advisory locks: who is at work. They go with their connection, however a process ends."""

from typing import LiteralString

from psycopg import AsyncConnection

from esn_pulse.exceptions import DatabaseUnavailable
from esn_pulse.items import Owner

# The first of a lock's two numbers says what the second one counts ("ESN" and a number).
RUN = 0x45534E01  # the id in scraper_status
SECTION = 0x45534E02  # the id in sections: one run at a time visits it
NETWORK = 0x45534E03  # 0: the network's countries and sections are read by one run at a time
CALENDAR = 0x45534E04  # an entry's place in the calendar: one scheduler at a time does what is due
VIEWS = 0x45534E05  # 0: one at a time refreshes what is materialised, or says who may read it
COUNTRY = 0x45534E06  # a country's letters: one run at a time visits its national organisation
ALIASES = 0x45534E07  # 0: one at a time settles whose each alias is
JOBS = 0x45534E08  # 0: one at a time asks whether there is the same job, and posts it
ACCOUNTS = 0x45534E09  # 0: one at a time has the name of an ESN account stored

Lock = tuple[int, int]

# The condition that the process of a run is still there, on ``scraper_status AS s``; its parameter
# ``run`` is RUN.
RUN_IS_ALIVE: LiteralString = """EXISTS (
        SELECT FROM pg_locks AS l
        WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.classid::bigint = %(run)s AND l.objid::bigint = s.id
    )"""

# All take a ``Lock``.
TRY = "SELECT pg_try_advisory_lock(%s, %s)"
RELEASE = "SELECT pg_advisory_unlock(%s, %s)"
WAIT = "SELECT pg_advisory_xact_lock(%s, %s)"  # and keep it until the transaction's end
TRY_UNTIL_END = "SELECT pg_try_advisory_xact_lock(%s, %s)"


def of_owner(owner: Owner) -> Lock:
    """Return the lock of whoever visits a section or a national organisation."""
    if owner.section_id is not None:
        return SECTION, owner.section_id
    return COUNTRY, int.from_bytes((owner.country_code or "").encode()[:3])


class Locks:
    """The locks that a run's connection holds, to be taken again when it is re-opened."""

    def __init__(self) -> None:
        self._held: set[Lock] = set()

    async def take(self, connection: AsyncConnection, lock: Lock) -> bool:
        """Take a lock, which stays until it is released; False when another run has it."""
        if not await _try(connection, lock):
            return False
        self._held.add(lock)
        return True

    async def release(self, connection: AsyncConnection, lock: Lock) -> None:
        """Give a lock back."""
        self._held.discard(lock)
        await connection.execute(RELEASE, lock)

    async def restore(self, connection: AsyncConnection) -> None:
        """Take all locks again on a new connection.

        :raises DatabaseUnavailable: when another run has taken one since the old connection was
            lost; this one holds none then, as it has to end.
        """
        for lock in sorted(self._held):
            if not await _try(connection, lock):
                self._held.clear()
                raise DatabaseUnavailable(
                    "while the database was away another run took over a part of this run's work."
                    " What was stored is whole; the other run goes on"
                )


async def _try(connection: AsyncConnection, lock: Lock) -> bool:
    row = await (await connection.execute(TRY, lock)).fetchone()
    return bool(row and row[0])
