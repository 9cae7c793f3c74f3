"""What has ended is deleted, keys and who did what after days: every hour, and at the start."""

import asyncio
import logging
from functools import partial

import psycopg

from esn_pulse.database.server import in_one_line
from esn_pulse.web.writing import Writing

logger = logging.getLogger(__name__)

_PAUSE = 3600.0  # seconds
# Each is a transaction of its own: it waits for nobody while it keeps another table's rows.
_TIDY = (
    "DELETE FROM web_sessions WHERE ends_at <= now()",
    "DELETE FROM web_sign_ins WHERE ends_at <= now()",
    "DELETE FROM web_audit WHERE at < now() - %(hours)s * interval '1 hour'",
    "DELETE FROM web_keys WHERE least(ends_at, revoked_at) < now() - %(hours)s * interval '1 hour'",
)


async def keep_tidy(writing: Writing, audit_days: int) -> None:
    """Tidy until it is cancelled; a database that is away is tidied when it is back."""
    while True:
        try:
            await _tidy(writing, audit_days)
        except psycopg.Error as error:
            logger.error("Nothing could be tidied: %s", in_one_line(error))  # noqa: TRY400
        await asyncio.sleep(_PAUSE)


def log_end(task: asyncio.Task[None]) -> None:
    """Say so when tidying has ended by an error that nobody expected."""
    if not task.cancelled() and (error := task.exception()):
        logger.error(
            "Nothing is tidied any more: %r. Start the web again, and report it",
            error,
            exc_info=error,
        )


async def _tidy(writing: Writing, audit_days: int) -> None:
    for statement in _TIDY:
        await writing.run(partial(_execute, statement, audit_days))


def _execute(statement: str, days: int, connection: psycopg.Connection) -> None:
    connection.execute(statement, {"hours": 24 * days})
