"""What has ended is deleted, keys and who did what after days: every hour, and at the start."""

import asyncio
import logging

import psycopg

from esn_pulse.database.server import in_one_line
from esn_pulse.web.writing import Writing

logger = logging.getLogger(__name__)

_PAUSE = 3600.0  # seconds
_ENDED = (
    "DELETE FROM web_sessions WHERE ends_at <= now()",
    "DELETE FROM web_sign_ins WHERE ends_at <= now()",
)
_OLD = (
    "DELETE FROM web_audit WHERE at < now() - %s * interval '1 day'",
    "DELETE FROM web_keys WHERE least(ends_at, revoked_at) < now() - %s * interval '1 day'",
)


async def keep_tidy(writing: Writing, audit_days: int) -> None:
    """Tidy until it is cancelled; a database that is away is tidied when it is back."""
    while True:
        try:
            await writing.run(lambda connection: _tidy(connection, audit_days))
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


def _tidy(connection: psycopg.Connection, audit_days: int) -> None:
    for statement in _ENDED:
        connection.execute(statement)
    for statement in _OLD:
        connection.execute(statement, [audit_days])
