"""What counts as a whole run, and whether activities can build on what accounts has stored."""

from datetime import datetime, timedelta
from typing import LiteralString

from psycopg import Connection

from esn_pulse.sources import ACCOUNTS

# Conditions on ``scraper_status AS s``: a run of the whole network, and one that got to its end.
IS_WHOLE: LiteralString = "coalesce(s.arguments, '{}') - 'source' = '{}'"
WAS_FINISHED: LiteralString = (
    "(s.status = 'completed' AND coalesce(s.finish_reason, 'finished') = 'finished')"
)
_ACCOUNTS_ARE_STALE: LiteralString = f"""
    SELECT NOT EXISTS (SELECT FROM sections) OR NOT EXISTS (
        SELECT FROM scraper_status AS s
        WHERE s.scraper_module = %(module)s
            AND s.completed_at BETWEEN %(since)s AND %(now)s AND {IS_WHOLE} AND {WAS_FINISHED}
    )
"""  # noqa: S608 (no part of it comes from outside)


def accounts_are_stale(connection: Connection, days: int, now: datetime) -> bool:
    """Tell whether accounts has to be read before activities, which build on what it stores.

    :param now: by the database's clock.
    :param days: ``ACCOUNTS_FRESH_DAYS``; a whole run of accounts that is older does not count.
    """
    given = {"module": ACCOUNTS.module, "since": now - timedelta(days=days), "now": now}
    return connection.execute(_ACCOUNTS_ARE_STALE, given).fetchone() == (True,)
